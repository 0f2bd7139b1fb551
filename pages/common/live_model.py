"""The live model, which learns while a person labels: one line, and three charts that move."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.steps.models.live_model import record_update, train_live
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.models.coverage_change import CoverageChange, coverage_change
from contrast_engine.views.models.live_model import (
    LiveModelCard,
    ModelUpdate,
    learnt_on,
    live_model_card,
    update_chart,
    update_history,
    update_words,
)
from contrast_engine.views.outcomes import result_or_reason
from pages.common import headings, loaders
from pages.common.cached import EMBEDDINGS, LABELS, cached
from pages.components import figure

HEIGHT = 260
REASON = "reason"


def show(workspace: Workspace) -> None:
    """Draw what the labels of now would teach, on a page whose model has learnt from others."""
    with st.container(border=True):
        headings.small("What the present labels would give, before anything is kept", "live-model")
        line(workspace)
        pictures(workspace)


def line(workspace: Workspace) -> None:
    """Say how far the labels of now carry."""
    card = _card(workspace)
    if card.mark:
        _drawn(workspace)[_state(workspace)] = card.mark
    words = markdown(card.words)
    st.markdown(f"**{words}**" if card.mark else words)
    changed = change(workspace)
    if changed:
        st.caption(markdown(changed.words))
    if card.basis:
        st.caption(markdown(card.basis))


def pictures(workspace: Workspace) -> None:
    """Draw what more labels bring, what each one did, and the map in the model's colours."""
    card = _card(workspace)
    if card.mark is None:
        return
    left, middle, right = st.columns(3, gap="medium")
    with left:
        headings.small("Learning curve", "learning-curve")
        figure.show(card.curve, key="lesson.curve", height=HEIGHT, label="Accuracy by labels")
        st.caption(
            "Would more labels help? Accuracy on held-out labels, with its 95% interval; dotted: "
            "guessing."
        )
    with middle:
        headings.small("Model updates", "live-model")
        waiting = _waiting(workspace)
        marks, unread = _marks(workspace, card.mark, waiting)
        figure.show(
            update_chart(marks), key="lesson.marks", height=HEIGHT, label="Every model update"
        )
        reason = unread or _unwritten(workspace).get(REASON, "")
        said = update_words(len(marks), len(waiting), reason)
        (st.warning if reason else st.caption)(markdown(said))
    with right:
        headings.small("Predictions on the map", "pseudo-label")
        if card.map:
            figure.show(card.map, key="lesson.map", height=HEIGHT, label="Map of the predictions")
        st.caption(markdown(card.map_words))


def change(workspace: Workspace) -> CoverageChange | None:
    """What the last label did to the model of now; None where there is nothing to compare."""
    card = _card(workspace)
    if card.mark is None or card.update is None:
        return None
    marks, _ = _marks(workspace, card.mark, _waiting(workspace))
    return coverage_change(workspace, marks, card.update)


def _marks(
    workspace: Workspace, now: ModelUpdate, waiting: Sequence[ModelUpdate]
) -> tuple[tuple[ModelUpdate, ...], str]:
    """The updates that lead to that of now, and why those of before cannot be read."""
    kept, unread = result_or_reason(update_history, workspace, now, waiting)
    return kept or (*waiting, now), unread


def write_down(workspace: Workspace) -> None:
    """Write down the model updates that were shown; called when something is labelled.

    Drawing a page writes nothing, so an update waits in memory until the next label ends it. The
    update of now needs no writing: the labels are kept, and it is learnt anew from them.

    Called once the label is on disk. An update that cannot be written, as on a full disk, waits
    for the next one, and the chart says so: it is a point of a curve, and no reason to stop
    anybody who labels.
    """
    _, reason = result_or_reason(_write_shown, workspace)
    _unwritten(workspace)[REASON] = reason


def _write_shown(workspace: Workspace) -> None:
    shown = _drawn(workspace)
    for state, mark in list(shown.items()):
        record_update(workspace, asdict(mark), state)
        shown.pop(state, None)  # another tab may have been quicker


def _waiting(workspace: Workspace) -> tuple[ModelUpdate, ...]:
    """The updates before the one of now that could not be written down."""
    if not _unwritten(workspace).get(REASON):
        return ()
    now = _state(workspace)
    return tuple(mark for state, mark in list(_drawn(workspace).items()) if state != now)


def _card(workspace: Workspace) -> LiveModelCard:
    """What the labels of now teach, or why they teach nothing now."""
    card, reason = result_or_reason(_learnt, workspace)
    return card or LiveModelCard(reason)


@cached("features", EMBEDDINGS, "clusterings", "maps", "predictions", LABELS, entries=4)
def _learnt(workspace: Workspace) -> LiveModelCard:
    """What the labels of now teach, in the space of the current model."""
    here = loaders.space(workspace, learnt_on(workspace))
    return live_model_card(workspace, train_live(workspace, here))


@cached(entries=None)
def _drawn(workspace: Workspace) -> dict[str, ModelUpdate]:
    """The updates that were shown in any tab and are not written down yet, by their state."""
    return {}


@cached(entries=None)
def _unwritten(workspace: Workspace) -> dict[str, str]:
    """Why updates wait to be written down, under `REASON`; "" where none had to."""
    return {}


def _state(workspace: Workspace) -> str:
    about = [workspace.current(kind) for kind in ("features", "clusterings", "predictions")]
    return f"{workspace.labels.version()} {about}"

"""Training again on old and new images: the button, the comparison, and the decision."""

import streamlit as st

from contrast_engine import steps
from contrast_engine.as_written import markdown, plain
from contrast_engine.steps.monitoring.candidates import Candidate, last_accepted, open_candidate
from contrast_engine.steps.monitoring.decide import outdated_by
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.monitoring import retraining
from contrast_engine.views.monitoring.candidate_maps import cluster_rows
from contrast_engine.views.monitoring.history import decision_rows
from pages.common import compute, faults, headings, identity, job_panel, navigation, rows
from pages.components import figure
from pages.monitoring import changed_labels, monitor_loaders

STEP = "retrain"
PLACE = "retraining.decision"
UNDECIDED = "Nothing was decided."
TITLE = "Retraining on old and new images"


def show(workspace: Workspace, *, is_asked_for: bool, new: int) -> None:
    """Draw where retraining is: offered, running, or to be decided about.

    Args:
        workspace: The open workspace, with a model.
        is_asked_for: New images drifted, so the button is the next thing to press.
        new: Images of the reservoir that are not in the collection.
    """
    headings.section(
        "Retraining",
        "reservoir",
        "Clusters, map and model are made again, in the same way, on the old images and the new "
        "ones of the reservoir. Nothing changes before you accept, and labels never change.",
    )
    job = job_panel.running(workspace, STEP)
    if job:
        job_panel.show(workspace, job.id, TITLE)
        return
    job_panel.problem(workspace, STEP)
    candidate = open_candidate(workspace)
    accepted = None if candidate else last_accepted(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_primary = is_asked_for and candidate is None
        words = "Retrain" if candidate is None else "Retrain once more"
        if identity.ask_behind(words, "retrain") and st.button(
            words,
            type="primary" if is_primary else "secondary",
            disabled=not new,
        ):
            compute.start(workspace, STEP, who=identity.who())
            st.rerun()
        if accepted:
            _roll_back(workspace, "Roll back the last retraining")
        st.caption(_what_for(new, is_asked_for=is_asked_for))
    faults.show(PLACE)
    if accepted:
        st.success(
            markdown(retraining.accepted_words(workspace, accepted)), icon=":material/check:"
        )
        with st.container(horizontal=True):
            navigation.link(navigation.LABEL, "Label some of the new images")
            navigation.link(navigation.VALIDATE, "Check the evidence again")
    if candidate:
        _compare(workspace, candidate)


def history(workspace: Workspace) -> None:
    """Draw who decided what; nothing where nobody did."""
    decided = decision_rows(workspace)
    if decided:
        headings.section(
            "Decisions", "drift", "Who retrained, accepted or rolled back, the latest first."
        )
        st.dataframe(rows.written(decided, plain), hide_index=True)


def _what_for(new: int, *, is_asked_for: bool) -> str:
    if not new:
        return "All images of the reservoir are in the collection, so there is none to add."
    known = (
        f"{new:,} images of the reservoir are not in the collection; those whose files are still "
        "there are added."
    )
    return known if is_asked_for else f"{known} Without drift there is no need."


def _compare(workspace: Workspace, candidate: Candidate) -> None:
    record = candidate.record
    st.markdown(f"**What would change:** {markdown(retraining.changed_words(record))}")
    st.caption(markdown(retraining.image_words(record)))
    outdated = outdated_by(workspace, candidate)
    if outdated:
        st.warning(
            markdown(f"This candidate is outdated: since it was made, {' and '.join(outdated)}. "
                     "Retrain once more to decide.")
        )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        accept = faults.tried(steps.accept, PLACE, UNDECIDED)
        if identity.ask_behind("Accept", "retraining.accept"):
            st.button(
                "Accept", type="primary", disabled=bool(outdated), on_click=accept,
                args=(workspace,), kwargs={"who": identity.who()},
            )  # fmt: skip
        _roll_back(workspace, "Set aside")
        st.caption("Accepting can be rolled back. Both are recorded with your name.")
    scores, agreement = st.columns(2, gap="medium")
    with scores:
        headings.small("Scores before and after", "accuracy")
        st.table(rows.written(retraining.score_rows(record), markdown))
        st.caption(markdown(retraining.label_words(record)))
    with agreement:
        headings.small("Old and new model on the same images", "cohen-kappa")
        st.table(rows.written(retraining.agreement_rows(record), markdown))
        st.caption(
            "In brackets 95% intervals, which take the images for a sample of such images. Whether "
            "a changed answer is a better one, only labels can say."
        )
    for line in retraining.left_words(record):
        st.caption(markdown(line))
    changed_labels.show(workspace, candidate)
    _structure(workspace, candidate)


def _structure(workspace: Workspace, candidate: Candidate) -> None:
    pair = monitor_loaders.maps(workspace, candidate)
    if pair:
        headings.small("Old and new map", "projection")
        for column, title, drawn in zip(
            st.columns(2, gap="medium"), ("Old map", "New map"), (pair.before, pair.after),
            strict=True,
        ):  # fmt: skip
            with column:
                figure.show(
                    drawn, key=f"monitor.{title}", height=400, label=title, about=pair.words
                )
        st.caption(markdown(pair.words))
    fates = cluster_rows(candidate.record)
    headings.small("Clusters", "clustering")
    st.caption(markdown(retraining.cluster_words(candidate.record)))
    if fates:
        with st.expander("What becomes of each cluster"):
            st.table(rows.written(fates, markdown))


def _roll_back(workspace: Workspace, words: str) -> None:
    act = faults.tried(steps.roll_back, PLACE, UNDECIDED)
    if identity.ask_behind(words, f"retraining.{words}"):
        st.button(markdown(words), on_click=act, args=(workspace,), kwargs={"who": identity.who()})

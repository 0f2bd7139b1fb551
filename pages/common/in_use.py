"""What is looked at beside what is in use: who chose it, a way to choose and to take it back."""

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.in_use import (
    WORDS,
    InUse,
    in_use,
    renewal,
    renewal_words,
)
from contrast_engine.views.input_checks import sentence
from contrast_engine.views.outdated import why_outdated
from contrast_engine.views.structure.placing import placed_line, to_place
from pages.common import compute, faults, identity, job_panel
from pages.common.cached import EDITS, EMBEDDINGS, IMAGES, LABELS, cached

UNSAVED = "Nothing was changed."


def show(workspace: Workspace, kind: str, key: str) -> bool:
    """Say whether a result is in use, by whom, and whether it is out of date; True if it is used.

    Args:
        workspace: The open workspace.
        kind: The kind of result.
        key: What the page shows.
    """
    found = in_use(workspace, kind, key)
    if found.is_used:
        _used(workspace, found)
    else:
        _looked_at(workspace, found)
    faults.show(_place(kind))
    if said := placed_line(workspace, key):
        st.caption(markdown(said))
    mark(workspace, key)
    return found.is_used


def mark(workspace: Workspace, key: str) -> None:
    """Say what changed since a result was made, with one button to make it anew.

    Args:
        workspace: The open workspace.
        key: The result.
    """
    why = _why(workspace, key, _edges(workspace))
    made = workspace.manifest(key)
    again = renewal(workspace, key)
    job = job_panel.running(workspace, again[0]) if again else None
    if placing := job_panel.running(workspace, "place"):
        job_panel.show(workspace, placing.id, "Placing new images")
        return
    if not why or job:
        return
    new = _to_place(workspace, key, _edges(workspace))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            markdown(f"Out of date: {why} since it was made. {renewal_words(workspace, key)}"),
            icon=":material/history:", width="stretch",
        )  # fmt: skip
        if again is None or not identity.ask_behind("Renew", f"renew.{made.kind}"):
            return
        if new and st.button(
            f"Place the new image{'' if new == 1 else 's'} ({new:,})", key=f"place.{made.kind}",
            type="primary",
            help="The map, the clusters and the model in use stay as they were fitted; new images "
            "get a place, a cluster and a predicted label.",
        ):  # fmt: skip
            compute.start(workspace, "place", who=identity.who())
            st.rerun()
        if st.button("Renew", key=f"renew.{made.kind}", type="secondary" if new else "primary"):
            step, params = again
            if made.kind != "reports":
                params |= {"use": workspace.current(made.kind) == key, "who": identity.who()}
            compute.start(workspace, step, **params)
            st.rerun()


def _used(workspace: Workspace, found: InUse) -> None:
    by = f", {found.by}" if found.by else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"In use: **{markdown(found.name)}**{markdown(by)}", width="content")
        if found.may_undo and identity.ask_behind("Undo", f"undo use.{found.kind}"):
            st.button(
                "Undo", key=f"undo use.{found.kind}", type="tertiary", on_click=_undo,
                args=(workspace, found.kind),
                help=f"Puts the {markdown(WORDS[found.kind])} of before into use again.",
            )  # fmt: skip


def _looked_at(workspace: Workspace, found: InUse) -> None:
    by = f" ({found.by})" if found.by else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(
            markdown(
                f"You are looking at {found.name}; in use is {found.used_name}{by}. Other pages, "
                "labels, filters and exports go on with the one in use."
            ),
            icon=":material/visibility:", width="stretch",
        )  # fmt: skip
        if not identity.ask_behind("Use this", f"use.{found.kind}"):
            return
        st.button(
            "Use this", key=f"use.{found.kind}", type="primary", on_click=_use,
            args=(workspace, found.kind, found.key),
        )  # fmt: skip


def _use(workspace: Workspace, kind: str, key: str) -> None:
    faults.attempt(_place(kind), UNSAVED, workspace.use, kind, key, identity.who())


def _undo(workspace: Workspace, kind: str) -> None:
    undone = faults.attempt(_place(kind), UNSAVED, workspace.undo_use, kind, identity.who())
    if undone is None and faults.is_well(_place(kind)):
        faults.note(_place(kind), sentence("it was taken back or decided otherwise meanwhile."))


def _place(kind: str) -> str:
    return f"in use.{kind}"


def _edges(workspace: Workspace) -> tuple[int, ...]:
    """What the answer rests on beside the versions that the cache knows."""
    return (len(workspace.comparisons.all()), len(workspace.artifacts("reports")))


@cached(
    IMAGES, EMBEDDINGS, "features", "maps", "clusterings", "predictions", entries=32, seconds=60,
)  # fmt: skip
def _to_place(workspace: Workspace, key: str, edges: tuple[int, ...]) -> int:
    return to_place(workspace, key)


@cached(
    IMAGES, LABELS, EDITS, EMBEDDINGS, "features", "maps", "clusterings", "predictions",
    entries=32, seconds=60,
)  # fmt: skip
def _why(workspace: Workspace, key: str, edges: tuple[int, ...]) -> str:
    return why_outdated(workspace, key)

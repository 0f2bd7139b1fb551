"""Selections under a name: save the present one, open, rename or delete one of before."""

from collections.abc import Callable, Sequence

import streamlit as st

from contrast_engine.as_written import markdown, plain
from contrast_engine.store import SavedSelection
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.selections import (
    kept_images,
    saved_words,
)
from contrast_engine.views.outcomes import result_or_reason
from pages.common import identity, selection

PROBLEM = "saved.problem"
"""Why the last act could not be done; shown until one could."""

DELETED = "saved.deleted"


def save(workspace: Workspace, chosen: Sequence[ImageId], after: Callable[[], None]) -> None:
    """Draw the menu that gives the selected images a name, on disk at once.

    Args:
        workspace: The open workspace.
        chosen: The images.
        after: Called when they were saved.
    """

    def keep() -> None:
        name = st.session_state["saved.name"]
        found, problem = result_or_reason(workspace.selections.save, name, chosen, identity.who())
        if found:
            st.session_state["saved.name"] = ""
            st.toast(f"Saved {found.size:,} images as '{markdown(found.name)}'.")
        st.session_state[PROBLEM] = problem
        after()

    opened = st.popover("Save", type="tertiary", key="saved.menu", on_change="rerun")
    if not opened.open:
        return  # what is in it travels once it is asked for
    with opened, st.form("saved", border=False):
        st.text_input(
            "Name of the selection", key="saved.name", placeholder="For example: hazy mornings",
            max_chars=60,
        )  # fmt: skip
        st.form_submit_button("Save under this name", type="primary", on_click=keep)
        st.caption("It can be opened here and by `contrast selection` from then on.")
        _problem()


def menu(workspace: Workspace, after: Callable[[], None] = lambda: None) -> None:
    """Draw the menu of saved selections; nothing where there is none and none was deleted.

    Args:
        workspace: The open workspace.
        after: Called when one was opened, renamed or deleted.
    """
    known = {one.name: one for one in workspace.selections.saved()}
    if known or DELETED in st.session_state:
        with st.popover(f"Saved selections ({len(known):,})"):
            _deleted(workspace, after)
            if known:
                _one(workspace, known, after)
            _problem()


def _one(workspace: Workspace, known: dict[str, SavedSelection], after: Callable[[], None]) -> None:
    name = st.selectbox(
        "Selection",
        list(known),
        key="saved.chosen",
        format_func=lambda n: plain(saved_words(known[n])),
    )

    def open_it() -> None:
        selection.select(kept_images(workspace, known[name].key))
        selection.open_image(None)
        after()

    def rename() -> None:
        new = st.session_state[f"saved.new.{name}"]
        _, problem = result_or_reason(workspace.selections.rename, name, new, identity.who())
        st.session_state[PROBLEM] = problem
        after()

    def delete() -> None:
        st.session_state[DELETED] = workspace.selections.delete(name, identity.who())
        after()

    with st.container(horizontal=True):
        st.button("Open it", key="saved.open", type="primary", on_click=open_it)
        st.button("Delete", key="saved.delete", type="tertiary", on_click=delete)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Call it", name, key=f"saved.new.{name}", max_chars=60)
        st.button("Rename", key="saved.rename", on_click=rename)


def _deleted(workspace: Workspace, after: Callable[[], None]) -> None:
    """Offer to bring back what was deleted last: its images are still there."""
    gone: SavedSelection | None = st.session_state.get(DELETED)
    if gone is None:
        return

    def restore() -> None:
        images = workspace.selections.images(gone.key)
        result_or_reason(workspace.selections.save, gone.name, images, identity.who())
        st.session_state.pop(DELETED)
        after()

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"'{markdown(gone.name)}' was deleted; its images stay.")
        st.button("Bring it back", key="saved.restore", type="tertiary", on_click=restore)


def _problem() -> None:
    problem = st.session_state.get(PROBLEM)
    if problem:
        st.error(markdown(problem))

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
from pages.common import faults, identity, selection

PLACE = "saved selections"

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
        found = faults.attempt(PLACE, "", workspace.selections.save, name, chosen, identity.who())
        if found:
            st.session_state["saved.name"] = ""
            st.toast(f"Saved {found.size:,} images as '{markdown(found.name)}'.")
        after()

    opened = st.popover("Save", type="tertiary", key="saved.menu", on_change="rerun")
    if not opened.open:
        return  # what is in it travels once it is asked for
    with opened:
        if identity.ask("saved"):
            _form(keep)


def _form(keep: Callable[[], None]) -> None:
    with st.form("saved", border=False):
        st.text_input(
            "Name of the selection", key="saved.name", placeholder="For example: hazy mornings",
            max_chars=60,
        )  # fmt: skip
        st.form_submit_button("Save under this name", type="primary", on_click=keep)
        st.caption("It can be opened here and by `contrast selection` from then on.")
        faults.show(PLACE)


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
            faults.show(PLACE)


def _one(workspace: Workspace, known: dict[str, SavedSelection], after: Callable[[], None]) -> None:
    name = st.selectbox(
        "Selection",
        list(known),
        key="saved.chosen",
        format_func=lambda n: plain(saved_words(known[n])),
    )

    def open_it() -> None:
        kept = faults.attempt(PLACE, "", kept_images, workspace, known[name].key)
        if kept is not None:
            selection.select(kept)
            selection.open_image(None)
        after()

    def rename() -> None:
        new = st.session_state[f"saved.new.{name}"]
        faults.attempt(PLACE, "", workspace.selections.rename, name, new, identity.who())
        after()

    def delete() -> None:
        gone = faults.attempt(PLACE, "", workspace.selections.delete, name, identity.who())
        if gone is not None:
            st.session_state[DELETED] = gone
        after()

    st.button("Open it", key="saved.open", type="primary", on_click=open_it)
    if not identity.ask("saved.menu"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Call it", name, key=f"saved.new.{name}", max_chars=60)
        st.button("Rename", key="saved.rename", on_click=rename)
        st.button("Delete", key="saved.delete", type="tertiary", on_click=delete)


def _deleted(workspace: Workspace, after: Callable[[], None]) -> None:
    """Offer to bring back what was deleted last: its images are still there."""
    gone: SavedSelection | None = st.session_state.get(DELETED)
    if gone is None:
        return

    def restore() -> None:
        images = faults.attempt(PLACE, "", workspace.selections.images, gone.key)
        if images is not None:
            save, who = workspace.selections.save, identity.who()
            back = faults.attempt(PLACE, "", save, gone.name, images, who)
            if back is not None:
                st.session_state.pop(DELETED)
        after()

    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"'{markdown(gone.name)}' was deleted; its images stay.")
        st.button("Bring it back", key="saved.restore", type="tertiary", on_click=restore)

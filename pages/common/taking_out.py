"""One image taken out of the collection, and put back; no file is touched."""

from collections.abc import Callable

import streamlit as st

from contrast_engine import steps
from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.removals import Removal
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import faults, identity, selection
from pages.frame import access

PLACE = "taken out"
WORDS = "Take out of the collection"
HELP = "It leaves maps, clusters and exports, its label with it, until Undo; no file is touched."
GONE = "This image is not in the collection any more."


def button(
    workspace: Workspace, image: ImageId, key: str, after: Callable[[], None] = lambda: None
) -> None:
    """Draw the button that takes an image out of the collection, once it is known who does it.

    Args:
        workspace: The open workspace.
        image: The image.
        key: Names the button.
        after: Called when it was taken out.
    """
    if workspace.is_read_only:
        return

    def take() -> None:
        who = identity.who()
        unsaved = "It was not taken out."
        done = faults.attempt(PLACE, unsaved, steps.remove, workspace, (image,), who=who)
        if done is None:
            return
        if image in selection.selected():
            selection.select(one for one in selection.selected() if one != image)
        after()

    if identity.ask_behind(WORDS, f"{key}.who"):
        st.button(
            WORDS, key=key, type="tertiary", icon=":material/remove_circle:",
            on_click=take, help=HELP,
        )  # fmt: skip
    faults.show(PLACE)


def gone(
    workspace: Workspace, image: ImageId, key: str, after: Callable[[], None] = lambda: None
) -> None:
    """Say that an image is not in the collection any more, with the way back if it was taken out.

    Args:
        workspace: The open workspace.
        image: The image.
        key: Names the button.
        after: Called when it was put back.
    """
    removal = _holding(workspace, image)
    if removal is None:
        st.info(GONE)
        return
    by = f" by {removal.who}" if removal.who else ""
    st.info(markdown(f"{GONE} It was taken out{by}; its file was not touched."))

    def undo() -> None:
        unsaved = "It was not put back."
        if faults.attempt(PLACE, unsaved, steps.put_back, workspace, removal.seq) is not None:
            after()

    others = len(removal.images) - 1
    if not workspace.is_read_only:
        access.button(Act.TAKE_OUT,
            f"Undo, with {others:,} others taken out at once" if others else "Undo",
            key=key, on_click=undo,
        )  # fmt: skip
    faults.show(PLACE)


def _holding(workspace: Workspace, image: ImageId) -> Removal | None:
    """The removal by which an image is out of the collection; None where there is none."""
    known = reversed(workspace.removals.all())
    return next((one for one in known if one.holds and image in one.images), None)

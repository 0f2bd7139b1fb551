"""A label to some images at once, and take it back."""

from collections.abc import Callable, Sequence

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from pages.common import faults, identity, live_model, navigation

UNSAVED = "The label was not saved."


def bar(
    workspace: Workspace,
    ids: Sequence[ImageId],
    key: str,
    after: Callable[[], None] = lambda: None,
    *,
    takes_back: bool = True,
) -> None:
    """Draw one button per label; a click gives that label to all of `ids` on disk at once.

    Args:
        workspace: The open workspace.
        ids: The images.
        key: Names these buttons.
        after: Called when a label was given or taken back.
        takes_back: Whether Undo and Redo stand here too; once on a page is enough.
    """
    store = workspace.labels
    labels = store.label_set().labels
    if not labels:
        navigation.link(navigation.LABEL, "Make labels to sort images with")
        return

    many = f"{len(ids):,} images" if len(ids) != 1 else "this image"
    if not identity.ask_behind(f"Label {many}", key, Act.LABEL):
        return

    place = f"labels.{key}"

    def act(unsaved: str, does: Callable[..., object], *args: object) -> None:
        faults.attempt(place, unsaved, does, *args)
        live_model.write_down(workspace)
        after()

    def add(label: str) -> None:
        act(UNSAVED, store.add, ids, label, identity.who(), "chosen by hand")

    def unsure() -> None:
        act(UNSAVED, store.unsure, ids, identity.who(), "chosen by hand")

    def undo() -> None:
        act("Nothing was taken back.", store.undo, identity.who())

    def redo() -> None:
        act("Nothing was given again.", store.redo, identity.who())

    faults.show(place)

    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Label as" if len(ids) == 1 else f"Label all {len(ids):,} as", width="content")
        for label in labels:
            st.button(markdown(label), key=f"{key}.{label}", on_click=add, args=(label,))
        st.button(
            "Unsure",
            key=f"{key}.unsure",
            on_click=unsure,
            help="You cannot tell. It is kept, and no model learns from it.",
        )
        if not takes_back:
            return
        st.button(
            "Undo",
            key=f"{key}.undo",
            type="tertiary",
            on_click=undo,
            help="Undo the label you gave last, on whichever page.",
        )
        st.button(
            "Redo",
            key=f"{key}.redo",
            type="tertiary",
            on_click=redo,
            help="Redo the label you undid last.",
        )

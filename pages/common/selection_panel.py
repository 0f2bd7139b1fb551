"""The selection: a gallery of the selected images, and the image that is open."""

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.store.workspace import Workspace
from pages.common import (
    faults,
    inspector,
    label_buttons,
    saved_selections,
    selection,
    selection_summary,
    thumbnails,
)

FRAGMENT = "selection"
MAP = "map"
EVERYTHING = (FRAGMENT, MAP)
MODES = {
    "replace": "Select only these",
    "add": "Add to the selection",
    "remove": "Take out of the selection",
}
BESIDE_IMAGE = 190
"""Height of the gallery in pixels while an image is open below it: two rows, and it scrolls."""

ALONE = 310
"""Its height otherwise, so that what is said of the selection stands beside the map."""


def change(inside: Iterable[ImageId], mode: str) -> None:
    """Make these images the selection, add them to it or take them out of it.

    Args:
        inside: The images inside the lasso, or ticked.
        mode: "replace", "add" or "remove".
    """
    old, given = selection.selected(), ImageSet.of(inside)
    if mode == "replace":
        selection.select(given)
    else:
        selection.select(old | given if mode == "add" else old - given)


def changing(images: Sequence[ImageId], key: str) -> None:
    """Draw the buttons that make these images the selection, add them to it or take them out."""
    for mode, words in MODES.items():
        if mode == "replace" or selection.selected():
            st.button(words, key=f"{key}.{mode}", on_click=change, args=(images, mode))


@st.fragment(key=FRAGMENT)
@faults.boundary
def show(workspace: Workspace, known: ImageSet) -> None:
    """Draw the open image and the selected images; runs again by itself at every selection.

    Args:
        workspace: The open workspace.
        known: The images that can be selected here; others are left out and counted.
    """
    chosen = selection.selected() & known
    image = selection.image()
    if image is None and not chosen:
        _nothing(workspace)
        return
    if chosen:
        elsewhere = len(selection.selected()) - len(chosen)
        heading(workspace, chosen, elsewhere, _draw_everything, offers_saved=True)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            look = thumbnails.look(workspace, 96)
        thumbnails.browse(
            workspace,
            "selection.gallery",
            chosen,
            look,
            what="selected images",
            height=BESIDE_IMAGE if image else ALONE,
            on_event=thumbnails.open_clicked,
            rerun=EVERYTHING,
        )
        if image is None:
            selection_summary.show(workspace, chosen)
    if image is not None:
        with st.container(border=True):
            inspector.show(
                workspace,
                image,
                on_close=_close,
                on_label=_draw_everything,
                is_on_map=True,
                takes_back=not chosen,
            )


def heading(
    workspace: Workspace,
    chosen: Sequence[ImageId],
    elsewhere: int,
    after: Callable[[], None] = lambda: None,
    *,
    offers_saved: bool = False,
) -> None:
    """Say how many images are selected, and draw what can be done with all of them.

    Args:
        workspace: The open workspace.
        chosen: The selected images that are shown here.
        elsewhere: How many selected images are not.
        after: Called when something was done.
        offers_saved: Whether the menu of saved selections stands here too.
    """

    def clear() -> None:
        selection.select(())
        after()

    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(chosen):,} selected**", width="content")
        saved_selections.save(workspace, chosen, after)
        selection_summary.download(workspace, chosen, selection.key())
        st.button("Clear", "selection.clear", type="tertiary", on_click=clear)
        if offers_saved:
            saved_selections.menu(workspace, after)
    if elsewhere:
        st.caption(f"{elsewhere:,} more are selected that are not shown here.")
    faults.show(selection.PLACE)
    label_buttons.bar(workspace, chosen, "selection.label", after)


def _nothing(workspace: Workspace) -> None:
    with st.container(border=True):
        st.markdown("**Nothing selected yet**")
        st.markdown(
            "Click a point to see its image here, with its features. Choose the lasso above the "
            "map and outline a group of points to select their images."
        )
        saved_selections.menu(workspace, _draw_everything)


def _close() -> None:
    selection.open_image(None)
    _draw_everything()


def _draw_everything() -> None:
    st.rerun(EVERYTHING)

"""The one place to look at images: the gallery, the map beside it, and one image over them."""

from collections.abc import Callable

import streamlit as st

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import gallery as gallery_view
from contrast_engine.views.collection.gallery import GalleryGroup
from pages.common import (
    controls,
    faults,
    inspector,
    selection,
    selection_bar,
    selection_panel,
    selection_summary,
    thumbnails,
)
from pages.common.cached import IMAGES, LABELS, cached
from pages.components import splitter
from pages.components.gallery import GalleryEvents

SPLIT = "split"
"""The share of the map in the address, in per cent of the width."""

ABOVE_DIFFERENCES = 310
"""Height of the gallery beside a map where what sets the selection apart stands below it."""

_CSS = """
[data-testid=stLayoutWrapper]:has(> .st-key-panes-style) { position: absolute; }
.st-key-panes { --split: %d; flex-wrap: nowrap; gap: 0; align-items: stretch; }
[data-testid=stLayoutWrapper]:has(> .st-key-pane-map) {
  flex: 0 0 calc(var(--split) * 1%% - 10px); min-width: 0; overflow: hidden;
}
[data-testid=stLayoutWrapper]:has(> .st-key-pane-gallery) {
  flex: 1 1 0; min-width: 0; padding-top: 0.5rem;
}
.st-key-panes > [data-testid=stElementContainer] { flex: 0 0 20px; width: 20px; }
.st-key-stage { position: relative; min-height: max(260px, calc(100vh - 19rem)); }
[data-testid=stLayoutWrapper]:has(> .st-key-inspector) {
  position: absolute; top: 0; right: 0; bottom: 0; z-index: 5;
  width: min(26rem, 100%%); min-height: 420px;
}
.st-key-inspector {
  height: 100%%; overflow-y: auto; padding: 0.6rem 0.8rem; flex-wrap: nowrap;
  background: light-dark(#fcfcfc, #191919);
  border: 1px solid light-dark(#d4d4d4, #3a3a3a); border-radius: 6px;
  box-shadow: -2px 0 14px rgb(0 0 0 / 0.2);
}
[data-testid=stLayoutWrapper]:has(> .st-key-bar-place) { position: sticky; bottom: 0; z-index: 8; }
.st-key-bar { min-height: 3rem; background: light-dark(#fcfcfc, #191919); }
@media (max-width: 700px) {
  .st-key-panes { flex-direction: column; }
  .st-key-panes > [data-testid=stElementContainer] { display: none; }
  [data-testid=stLayoutWrapper]:has(> .st-key-pane-map) { flex: 0 0 auto; }
  [data-testid=stLayoutWrapper]:has(> .st-key-bar-place) { position: static; }
}
"""


def show(
    workspace: Workspace,
    passing: ImageSet | None,
    *,
    home: int,
    draw_map: Callable[[], None],
    has_map: bool = True,
) -> None:
    """Draw gallery and map side by side, the bar of the selection, and the image that is open.

    Args:
        workspace: The open workspace.
        passing: The images that pass the filter; None where there is none.
        home: The share of the map where the address names none, in per cent.
        draw_map: Draws the map with its menus; called where it has any room.
        has_map: Whether there is anything to draw a map of.
    """
    share = splitter.share_in_address(SPLIT, home) if has_map else 0
    st.session_state[selection_panel.MAP_DRAWN] = False
    with st.container(key="panes-style"):
        st.html(f"<style>{_CSS % share}</style><span></span>")
    with st.container(key="panes", horizontal=True):
        with st.container(key="pane-map"):
            if share:
                draw_map()
        if has_map:
            splitter.show(
                key="splitter", panes="panes", share=share, home=home,
                left="map", right="gallery", parameter=SPLIT,
            )  # fmt: skip
        with st.container(key="pane-gallery"):
            _gallery(workspace, passing, share)
    with st.container(key="bar-place"):
        _bar(workspace, passing, share)


@st.fragment(key=selection_panel.GALLERY)
@faults.boundary
def _gallery(workspace: Workspace, passing: ImageSet | None, share: int) -> None:
    """Draw the menus of the gallery, its pictures, and over them the image that is open."""
    if share == 100:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        group = _menus(workspace)
        look = thumbnails.look(workspace, 96 if share else 128)
        images = _passing(group, passing)
        if group.name != "all":  # else the filter says it
            st.caption(f"{len(images):,} of {len(workspace.images):,} images", width="content")
    has_differences = _has_differences(group, share)
    with st.container(key="stage"):
        thumbnails.browse(
            workspace,
            "browse",
            images,
            look,
            label=f"Images: {group.title}",
            group=group.name,
            height=ABOVE_DIFFERENCES if has_differences else "fill",
            follows=True,
            empty="No image passes the filter." if group.images else "There is no image here.",
            on_event=_opened,
            rerun=selection_panel.parts(),
        )
        image = selection.image()
        if has_differences and not image:
            selection_summary.show(workspace, ImageSet.of(group.images))
        if image:
            _inspector(workspace, image, images, look, has_map=share > 0)


@st.fragment(key=selection_panel.BAR)
@faults.boundary
def _bar(workspace: Workspace, passing: ImageSet | None, share: int) -> None:
    group = _group(workspace)
    selection_bar.show(
        workspace,
        _passing(group, passing),
        has_map=share > 0,
        has_differences=_has_differences(group, share),
    )


def _has_differences(group: GalleryGroup, share: int) -> bool:
    """Whether what sets the selection apart stands below the gallery, beside a map."""
    return 0 < share < 100 and group.name == "selection"


def _inspector(
    workspace: Workspace,
    image: ImageId,
    images: ImageSet,
    look: thumbnails.Look,
    *,
    has_map: bool,
) -> None:
    """Draw the image that is open, with the way to the one before, the next, and out."""

    def go(step: int) -> None:
        beside = thumbnails.neighbours(workspace, images, look, image)
        if beside[step] is not None:
            selection.open_image(beside[step])
        selection_panel.draw_again()

    def close() -> None:
        selection.open_image(None)
        selection_panel.draw_again()

    with st.container(key="inspector"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.button("Previous", key="inspector.previous", icon=":material/chevron_left:",
                      type="tertiary", on_click=go, args=(0,), help="Arrow left")  # fmt: skip
            st.button("Next", key="inspector.next", icon=":material/chevron_right:",
                      type="tertiary", on_click=go, args=(1,), help="Arrow right")  # fmt: skip
            st.space("stretch")
            st.button("Close", key="inspector.close", icon=":material/close:",
                      type="tertiary", on_click=close, help="Escape")  # fmt: skip
        inspector.show(
            workspace, image, on_label=selection_panel.draw_again, is_on_map=has_map,
            takes_back=not selection.selected(),
        )  # fmt: skip


def _opened(event: GalleryEvents) -> None:
    if event.opened or event.closed:
        selection.open_image(event.opened)


@cached("clusterings", LABELS, IMAGES)
def _groups(workspace: Workspace, selected: ImageSet) -> dict[str, GalleryGroup]:
    return gallery_view.groups(workspace, selected)


def _menus(workspace: Workspace) -> GalleryGroup:
    """Draw the menu of which images are shown, and give the choice."""
    groups = _groups(workspace, selection.selected())
    name = controls.in_address(
        st.selectbox, "Show", list(groups), selection_panel.SHOW, _start(groups),
        format_func=lambda known: groups[known].title, width=190, label_visibility="collapsed",
        on_change=_shown,
    )  # fmt: skip
    st.session_state[selection_panel.KEPT] = name
    return groups[name]


def _shown() -> None:
    st.session_state[selection_panel.KEPT] = st.session_state[selection_panel.SHOW]
    selection_panel.draw_again()


def _group(workspace: Workspace) -> GalleryGroup:
    """The images that the menu names at the moment."""
    groups = _groups(workspace, selection.selected())
    return groups.get(st.session_state.get(selection_panel.KEPT, "all"), groups["all"])


def _start(groups: dict[str, GalleryGroup]) -> str:
    """What to show first: what was shown last; to begin with the selection of the address."""
    kept = st.session_state.get(selection_panel.KEPT)
    return kept if kept in groups else "selection" if not kept and "selection" in groups else "all"


def _passing(group: GalleryGroup, passing: ImageSet | None) -> ImageSet:
    images = ImageSet.of(group.images)
    return images if passing is None else images & passing

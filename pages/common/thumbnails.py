"""The one gallery of all pages: thumbnails that open, lie on the map, or have similar images.

`show` draws a few images as they come. `browse` draws any number, page by page, sorted by what the
person chooses.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from contrast_engine.as_written import markdown
from contrast_engine.server import Urls
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection import gallery as gallery_view
from contrast_engine.views.collection.gallery import BY_PATH
from pages.common import address, controls, loaders, navigation, selection
from pages.components import gallery

PER_PAGE = 60
SIZES = (64, 96, 128, 176, 240)
"""Sides of a picture in pixels; thumbnails have 256 at most."""

ACTIONS = {"locate": "Locate on the map", "similar": "Show similar images"}
DIRECTIONS = {"rising": "Lowest first", "falling": "Highest first"}


def show(
    workspace: Workspace,
    key: str,
    ids: Sequence[ImageId],
    *,
    captions: Mapping[ImageId, str] | None = None,
    size: int = 112,
    selected: Sequence[ImageId] | None = None,
    opened: str = "",
    label: str = "Images",
    on_event: Callable[[gallery.GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> gallery.GalleryEvents:
    """Draw these images in the order given; give what was opened and what is selected.

    Args:
        workspace: The open workspace.
        key: Names this gallery.
        ids: The images; at most about a hundred.
        captions: A short text under an image.
        size: Side of a picture in pixels; in very small ones there is no room for more buttons.
        selected: Which are selected; None leaves that to the person.
        opened: The image to mark as the one being looked at.
        label: What a screen reader says the pictures are.
        on_event: Called with each event before anything is redrawn.
        rerun: Key of the fragments to run after that.
    """
    events = gallery.show(
        key=key,
        ids=ids,
        thumb=Urls(workspace.id).thumb,
        captions=captions,
        size=size,
        selected=selected,
        opened=opened,
        actions=ACTIONS if size >= SIZES[0] else None,
        label=label,
        on_event=on_event,
        rerun=rerun,
    )
    if events.action:
        action, image = events.action
        page, view = (
            (navigation.MAP, {}) if action == "locate" else (navigation.SIMILAR, {"view": "like"})
        )
        st.switch_page(page, query_params=navigation.address(image=image, **view))
    return events


def open_clicked(event: gallery.GalleryEvents) -> None:
    """Open the image that was clicked in the inspector; what `on_event` can be."""
    if event.opened:
        selection.open_image(event.opened)


@dataclass(frozen=True)
class Look:
    """How a gallery shows its images.

    Args:
        by: What they are sorted by: their path, or a feature.
        is_falling: Whether the highest comes first.
        size: Side of a picture in pixels.
    """

    by: str
    is_falling: bool
    size: int


def look(workspace: Workspace, size: int = 128) -> Look:
    """Draw the menus that decide how a gallery looks; the choices stand in the address.

    Args:
        workspace: The open workspace.
        size: Side of a picture in pixels to begin with; one of `SIZES`.
    """
    known = gallery_view.orders(loaders.measured(workspace), attribute_tables(workspace))
    by = controls.in_address(
        st.selectbox, "Sort by", list(known), "sort", BY_PATH, format_func=known.get, width=210
    )
    order = "rising"
    if by != BY_PATH:
        order = controls.in_address(
            st.selectbox, "Order", list(DIRECTIONS), "order", "falling",
            format_func=DIRECTIONS.get, width=140,
        )  # fmt: skip
    chosen = controls.in_address(
        st.select_slider, "Thumbnail size", [str(size) for size in SIZES], "size", str(size),
        format_func=lambda size: f"{size} px", width=120,
    )  # fmt: skip
    return Look(by, order == "falling", int(chosen))


def browse(
    workspace: Workspace,
    key: str,
    ids: Sequence[ImageId],
    looks: Look,
    *,
    what: str = "images",
    height: int | None = None,
    on_event: Callable[[gallery.GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> tuple[ImageId, ...]:
    """Draw any number of images page by page, and give those that are ticked.

    Args:
        workspace: The open workspace.
        key: Names this gallery.
        ids: All the images.
        looks: Their order and size.
        what: What they are, in the plural.
        height: Of the part that scrolls; None lets the page scroll.
        on_event: Called with each event before anything is redrawn.
        rerun: Key of the fragments to run after that.
    """
    measured, by = loaders.holding(workspace, looks.by), looks.by
    part, span = page_of(f"{key}.page", len(ids), PER_PAGE)
    on_page = gallery_view.ordered(
        workspace, measured, ids, by, is_falling=looks.is_falling, part=part
    )
    st.caption(f"Showing {markdown(span)} of {len(ids):,} {markdown(what)}.")
    with st.container(height=height, border=False) if height else st.container():
        events = show(
            workspace,
            key,
            on_page,
            captions=gallery_view.captions(workspace, measured, on_page, by),
            size=looks.size,
            opened=selection.image() or "",
            on_event=on_event,
            rerun=rerun,
        )
    turn(f"{key}.page", len(ids), PER_PAGE)
    return events.selected


def page_of(key: str, total: int, per_page: int) -> tuple[slice, str]:
    """Which of `total` things stand on the page that is open, and that in words.

    Args:
        key: Names the page number, which stands in the address too; `turn` changes it.
        total: How many there are.
        per_page: How many stand on a page.
    """
    first = (_page(key, max(1, -(-total // per_page))) - 1) * per_page
    last = min(first + per_page, total)
    return slice(first, last), f"{first + 1:,} to {last:,}" if total > per_page else f"{total:,}"


def turn(key: str, total: int, per_page: int) -> None:
    """Draw the page numbers, where there is more than one page."""
    if total > per_page:
        n_pages = -(-total // per_page)
        st.pagination(n_pages, default=_page(key, n_pages), key=key)


def _page(key: str, n_pages: int) -> int:
    """The page that is open, at first the one in the address, and keep it there."""
    named = st.query_params.get("page", "")
    if address.follows("page"):
        st.session_state.pop(key, None)
    page = st.session_state.get(key) or (int(named) if named.isdecimal() else 1)
    page = max(1, min(page, n_pages))
    if page > 1:
        address.say("page", str(page))
    else:
        address.say("page", None)
    return page

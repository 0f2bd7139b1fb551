"""The one gallery of all pages: thumbnails that open, lie on the map, or have similar images.

`show` draws a few images as they come. `browse` draws any number in one scroll, sorted by what the
person chooses. In both ticking an image selects it, on whichever page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import streamlit as st

from contrast_engine import server
from contrast_engine.imageset import ImageSet
from contrast_engine.server import Urls
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection import gallery as gallery_view
from contrast_engine.views.collection.gallery import BY_PATH
from pages.common import address, controls, loaders, navigation, selection
from pages.components import gallery
from pages.components.gallery import GalleryEvents

FIRST = 240
"""So many images are listed with the page; the others once somebody scrolls that far."""

OLD_PAGE = 60
"""Images on a page of the galleries that addresses with `page=` were made for."""

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
    own_ticks: bool = False,
    opened: str = "",
    label: str = "Images",
    on_event: Callable[[GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> GalleryEvents:
    """Draw these images in the order given; give what was opened and what is selected.

    Args:
        workspace: The open workspace.
        key: Names this gallery.
        ids: The images; at most about a hundred.
        captions: A short text under an image.
        size: Side of a picture in pixels; in very small ones there is no room for more buttons.
        selected: With `own_ticks`, which are ticked; None leaves that to the person.
        own_ticks: Whether a tick here means something else than being selected.
        opened: The image to mark as the one being looked at.
        label: What a screen reader says the pictures are.
        on_event: Called with each event before anything is redrawn.
        rerun: Key of the fragments to run after that.
    """

    def act(event: GalleryEvents) -> None:
        if event.ticked:
            tick(event.ticked, ids)
        if on_event:
            on_event(event)

    here = None if own_ticks else selection.selected() & ImageSet.of(ids)
    events = gallery.show(
        key=key,
        ids=ids,
        thumb=Urls(workspace.id).thumb,
        captions=captions,
        size=size,
        selected=selected if own_ticks else here,
        is_own=own_ticks,
        opened=opened,
        actions=ACTIONS if size >= SIZES[0] else None,
        label=label,
        on_event=on_event if own_ticks else act,
        rerun=rerun,
    )
    _leave(events.action)
    return events


def tick(ticked: gallery.Ticked, shown: Sequence[ImageId]) -> None:
    """Select what was ticked and leave what was not, of the images `shown`."""
    old = selection.selected()
    if ticked.kind == "some":
        selection.select((old | ImageSet.of(ticked.added)) - ImageSet.of(ticked.removed))
    elif ticked.kind == "all":
        selection.select(old | ImageSet.of(shown))
    else:
        selection.select(old - ImageSet.of(shown))


def _leave(action: tuple[str, ImageId] | None) -> None:
    """Go where an action on an image leads."""
    if action:
        name, image = action
        page, view = (
            (navigation.MAP, {}) if name == "locate" else (navigation.SIMILAR, {"view": "like"})
        )
        st.switch_page(page, query_params=navigation.address(image=image, **view))


def open_clicked(event: GalleryEvents) -> None:
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
        st.selectbox, "Sort by", list(known), "sort", BY_PATH, format_func=known.get, width=210,
        label_visibility="collapsed",
    )  # fmt: skip
    order = "rising"
    if by != BY_PATH:
        order = controls.in_address(
            st.selectbox, "Order", list(DIRECTIONS), "order", "falling",
            format_func=DIRECTIONS.get, width=140, label_visibility="collapsed",
        )  # fmt: skip
    chosen = controls.in_address(
        st.select_slider, "Thumbnail size", [str(size) for size in SIZES], "size", str(size),
        format_func=lambda size: f"{size} px", width=110, label_visibility="collapsed",
    )  # fmt: skip
    return Look(by, order == "falling", int(chosen))


def browse(
    workspace: Workspace,
    key: str,
    ids: Sequence[ImageId],
    looks: Look,
    *,
    label: str = "Images",
    group: str = "",
    height: int | Literal["fill"] = "fill",
    follows: bool = False,
    empty: str = "",
    on_event: Callable[[GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> None:
    """Draw any number of images in one scroll; ticking them selects them.

    Args:
        workspace: The open workspace.
        key: Names this gallery.
        ids: All the images.
        looks: Their order and size.
        label: What a screen reader says the pictures are.
        group: What they are, in a word; where another was left, this one begins at its top.
        height: Pixels of the part that scrolls, or "fill" to reach to the foot of the window.
        follows: Whether the image that is open follows the arrow keys, and Escape closes it.
        empty: What to say where there is none.
        on_event: Called with each event before anything is redrawn.
        rerun: Key of the fragments to run after that.
    """
    images, by = ImageSet.of(ids), looks.by
    measured = loaders.holding(workspace, by)
    asked = workspace, measured, images, by
    first = gallery_view.ordered(*asked, is_falling=looks.is_falling, part=slice(0, FIRST))
    table = attribute_tables(workspace).get(by) or workspace.current("features")
    question = f"{workspace.id} {workspace.images_version} {images.key} {table} {looks}"
    rest = below = ""
    if len(images) > len(first):
        pack = partial(gallery_view.packed_order, *asked, is_falling=looks.is_falling)
        write = partial(gallery_view.packed_captions, *asked, is_falling=looks.is_falling)
        rest = server.compute_later(f"order {question}", pack)
        below = server.compute_later(f"below {question}", write, "application/json")
    sorting = f"{group} {by} {looks.is_falling}"
    whole = gallery.Whole(len(images), rest, below, sorting, _start(key), height, follows, empty)

    def act(event: GalleryEvents) -> None:
        if event.ticked:
            tick(event.ticked, images)
        if on_event:
            on_event(event)

    events = gallery.show(
        key=key,
        ids=first,
        thumb=Urls(workspace.id).thumb,
        captions=gallery_view.captions(workspace, measured, first, by),
        size=looks.size,
        selected=selection.selected() & images,
        is_own=False,
        opened=selection.image() or "",
        actions=ACTIONS,
        label=label,
        whole=whole,
        on_event=act,
        rerun=rerun,
    )
    _leave(events.action)


def neighbours(
    workspace: Workspace, ids: Sequence[ImageId], looks: Look, image: ImageId
) -> tuple[ImageId | None, ImageId | None]:
    """The image before and the one after another in the order of a gallery."""
    measured = loaders.holding(workspace, looks.by)
    order = gallery_view.ordered_numbers(
        workspace, measured, ids, looks.by, is_falling=looks.is_falling
    )
    return gallery_view.neighbours(order, image)


def _start(key: str) -> int:
    """Where a gallery begins that an address of a gallery of pages was made for."""
    named = st.query_params.pop("page", "")
    if named.isdecimal():
        st.session_state[f"{key}:start"] = (int(named) - 1) * OLD_PAGE
    return max(0, int(st.session_state.get(f"{key}:start", 0)))


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

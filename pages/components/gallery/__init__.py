"""Thumbnails in a grid: look, open one, select several."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from contrast_engine import server
from contrast_engine.imageset import ImageId, ImageSet
from pages.components import events, register

MOST_SENT = 32
"""So many images are named in what is sent with every redrawing; more are fetched by address."""


@dataclass(frozen=True)
class Ticked:
    """A change of what is selected.

    Args:
        kind: "some", or "all" or "none" of the images of the gallery.
        added: With "some", those that are selected now.
        removed: With "some", those that are not any more.
    """

    kind: Literal["some", "all", "none"]
    added: tuple[ImageId, ...] = ()
    removed: tuple[ImageId, ...] = ()


@dataclass(frozen=True)
class GalleryEvents:
    """What was done: an image opened (told once), and those selected now.

    Args:
        opened: The image that was opened.
        selected: All that are selected, in a gallery that keeps its own ticks.
        action: Name of the action that was chosen, and its image; told once.
        ticked: What was selected or left, in a gallery that shows a selection of the page.
        closed: Whether the open image was closed.
    """

    opened: ImageId | None
    selected: tuple[ImageId, ...]
    action: tuple[str, ImageId] | None = None
    ticked: Ticked | None = None
    closed: bool = False


@dataclass(frozen=True)
class Whole:
    """A gallery of more images than are sent with it; the others come when somebody looks further.

    Args:
        n: How many there are.
        rest: Address of all their ids in order, 8 bytes each; "" where the ids sent are all.
        below: Address of a JSON list of what stands below each; "" for nothing.
        sorting: Names what they are and their order: another begins at its top.
        start: The image to begin at, by its place.
        height: Pixels of the part that scrolls, or "fill" to reach to the foot of the window.
        follows: Whether the image that is open follows the arrow keys, and Escape closes it.
        empty: What to say where there is none.
    """

    n: int
    rest: str = ""
    below: str = ""
    sorting: str = ""
    start: int = 0
    height: int | Literal["fill"] = "fill"
    follows: bool = False
    empty: str = ""


def show(
    *,
    key: str,
    ids: Sequence[ImageId],
    thumb: str,
    captions: Mapping[ImageId, str] | None = None,
    size: int = 112,
    selected: Sequence[ImageId] | None = None,
    is_own: bool = True,
    opened: str = "",
    actions: Mapping[str, str] | None = None,
    label: str = "Images",
    whole: Whole | None = None,
    on_event: Callable[[GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> GalleryEvents:
    """Draw the thumbnails of `ids` and return what was opened and selected.

    Click opens, the box in its corner, ctrl or shift selects, arrows move, Enter opens, Space
    selects.

    Args:
        key: Names this gallery.
        ids: The images, in the order to show them, or the first of them.
        thumb: URL with `{id}` in it.
        captions: A short text under an image.
        size: Side of a picture in pixels.
        selected: Which are selected; None leaves that to whoever looks.
        is_own: Whether the ticks are its own, and told one and all; else `ticked` tells a change.
        opened: The image to mark as the one being looked at.
        actions: What else can be done with one image: name and words of a small button on the
            picture under the pointer or the focus. Its key is the first letter of the name.
        label: What a screen reader calls the images.
        whole: How a gallery of many scrolls; without it all of `ids` are drawn.
        on_event: Called with each event before anything is redrawn.
        rerun: Keys of the fragments to run after that; else the one that holds the gallery.
    """

    def act(entries: list[events.Entry]) -> None:
        for entry in entries:
            event = _event(entry, actions or {})
            if is_own:
                st.session_state[f"{key}:selected"] = event.selected
            if event.action:
                st.session_state[f"{key}:action"] = event.action
            if event.opened:
                st.session_state[f"{key}:opened"] = event.opened
            if on_event:
                on_event(event)

    if selected is not None:
        st.session_state[f"{key}:selected"] = selected
    data = {
        **_listed(ids, captions or {}),
        **_marked(ids, selected, whole),
        **_scrolling(key, whole),
        "thumb": thumb,
        "size": size,
        "is_own": is_own,
        "opened": opened,
        "actions": dict(actions or {}),
        "label": label,
    }
    events.draw(_gallery, key, data, act, rerun=rerun)
    held = st.session_state.get(f"{key}:selected", ())
    chosen = tuple(i for i in held if i in set(ids)) if is_own else ()
    return GalleryEvents(
        st.session_state.pop(f"{key}:opened", None),
        chosen,
        st.session_state.pop(f"{key}:action", None),
    )


def _listed(ids: Sequence[ImageId], captions: Mapping[ImageId, str]) -> dict[str, Any]:
    """Send a few images and what stands below them as they are, and the address of many."""
    if len(ids) <= MOST_SENT:
        named = {i: captions[i] for i in ids if i in captions}
        return {"ids": list(ids), "captions": named, "at": ""}
    below = [captions.get(i, "") for i in ids]
    packed = {"ids": "".join(ids), "captions": below if captions else []}
    return {"at": server.put(json.dumps(packed).encode(), "application/json")}


def _marked(
    ids: Sequence[ImageId], selected: Sequence[ImageId] | None, whole: Whole | None
) -> dict[str, Any]:
    """Send a few selected images as they are, that all are, or the address of many."""
    n = whole.n if whole else len(ids)
    if selected is not None and len(selected) == n > 0:
        return {"selected": "all", "selected_at": ""}
    if selected is None or len(selected) <= MOST_SENT:
        return {"selected": None if selected is None else list(selected), "selected_at": ""}
    return {"selected": [], "selected_at": server.put(ImageSet.of(selected).packed)}


def _scrolling(key: str, whole: Whole | None) -> dict[str, Any]:
    if whole is None:
        return {"height": 0, "rest": "", "below": "", "follows": False}
    return {**vars(whole), "name": key}


def _event(entry: events.Entry, actions: Mapping[str, str]) -> GalleryEvents:
    name, image = entry.get("action") or ("", "")
    return GalleryEvents(
        entry.get("opened"),
        tuple(entry.get("selected", ())),
        (str(name), ImageId(image)) if name in actions else None,
        _ticked(entry),
        bool(entry.get("closed")),
    )


def _ticked(entry: events.Entry) -> Ticked | None:
    if entry.get("all"):
        return Ticked("all")
    if entry.get("cleared"):
        return Ticked("none")
    added, removed = _ids(entry.get("added", "")), _ids(entry.get("removed", ""))
    return Ticked("some", added, removed) if added or removed else None


def _ids(text: str) -> tuple[ImageId, ...]:
    """The ids in one text, 16 hex digits each."""
    return tuple(ImageId(text[at : at + 16]) for at in range(0, len(text), 16))


_gallery = register(
    "gallery",
    '<div class="frame"><div class="scroller"><div class="sheet">'
    '<div class="gallery"></div><div class="actions"></div></div></div></div>',
)

"""Thumbnails in a grid: look, open one, select several."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from contrast_engine import server
from contrast_engine.imageset import ImageId
from pages.components import events, register

MOST_SENT = 32
"""So many images are named in what is sent with every redrawing; more are fetched by address."""


@dataclass(frozen=True)
class GalleryEvents:
    """What was done: an image opened (told once), and those selected now.

    Args:
        opened: The image that was opened.
        selected: All that are selected.
        action: Name of the action that was chosen, and its image; told once.
    """

    opened: ImageId | None
    selected: tuple[ImageId, ...]
    action: tuple[str, ImageId] | None = None


def show(
    *,
    key: str,
    ids: Sequence[ImageId],
    thumb: str,
    captions: Mapping[ImageId, str] | None = None,
    size: int = 112,
    selected: Sequence[ImageId] | None = None,
    opened: str = "",
    actions: Mapping[str, str] | None = None,
    label: str = "Images",
    on_event: Callable[[GalleryEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> GalleryEvents:
    """Draw the thumbnails of `ids` and return what was opened and selected.

    Click opens, ctrl or shift selects, arrows move, Enter opens, Space selects.

    Args:
        key: Names this gallery.
        ids: The images, in the order to show them; 40 to 100 at a time.
        thumb: URL with `{id}` in it.
        captions: A short text under an image.
        size: Side of a picture in pixels.
        selected: Which are selected; None leaves that to whoever looks.
        opened: The image to mark as the one being looked at.
        actions: What else can be done with one image: name and words of a small button on the
            picture under the pointer or the focus. Its key is the first letter of the name.
        label: What a screen reader calls the images.
        on_event: Called with each event before anything is redrawn.
        rerun: Keys of the fragments to run after that; else the one that holds the gallery.
    """

    def act(entries: list[events.Entry]) -> None:
        for entry in entries:
            event = GalleryEvents(
                entry.get("opened"), tuple(entry["selected"]), _action(entry, actions or {})
            )
            st.session_state[f"{key}:selected"] = event.selected
            if event.action:
                st.session_state[f"{key}:action"] = event.action
            if event.opened:
                st.session_state[f"{key}:opened"] = event.opened
            if on_event:
                on_event(event)

    if selected is not None:
        st.session_state[f"{key}:selected"] = tuple(selected)
    data = {
        **_listed(ids, captions or {}),
        "thumb": thumb,
        "size": size,
        "selected": None if selected is None else list(selected),
        "opened": opened,
        "actions": dict(actions or {}),
        "label": label,
    }
    events.draw(_gallery, key, data, act, rerun=rerun)
    chosen = [i for i in st.session_state.get(f"{key}:selected", ()) if i in set(ids)]
    return GalleryEvents(
        st.session_state.pop(f"{key}:opened", None),
        tuple(chosen),
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


def _action(entry: events.Entry, actions: Mapping[str, str]) -> tuple[str, ImageId] | None:
    name, image = entry.get("action") or ("", "")
    return (str(name), ImageId(image)) if name in actions else None


_gallery = register(
    "gallery", '<div class="frame"><div class="gallery"></div><div class="actions"></div></div>'
)

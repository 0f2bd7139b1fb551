"""Thumbnails in a grid: look, open one, select several."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from contrast_engine import server
from pages.components import events, register

MOST_SENT = 32
"""So many images are named in what is sent with every redrawing; more are fetched by address."""


@dataclass(frozen=True)
class GalleryEvents:
    """What the person did: an image opened (given once), and those selected now.

    Args:
        opened: The image that was opened.
        selected: All that are selected.
        asked: Name of the action that was asked for, and its image; given once.
    """

    opened: str | None
    selected: tuple[str, ...]
    asked: tuple[str, str] | None = None


def show(
    *,
    key: str,
    ids: Sequence[str],
    thumb: str,
    captions: Mapping[str, str] | None = None,
    size: int = 112,
    selected: Sequence[str] | None = None,
    opened: str = "",
    actions: Mapping[str, str] | None = None,
    label: str = "Images",
    on_event: Callable[[GalleryEvents], None] | None = None,
    rerun: str | None = None,
) -> GalleryEvents:
    """Draw the thumbnails of `ids` and give what was opened and selected.

    Click opens, ctrl or shift selects, arrows move, Enter opens, Space selects.

    Args:
        key: Names this gallery.
        ids: The images, in the order to show them; 40 to 100 at a time.
        thumb: URL with `{id}` in it.
        captions: A short text under an image.
        size: Side of a picture in pixels.
        selected: Which are selected; None leaves that to the person.
        opened: The image to mark as the one being looked at.
        actions: What else can be done with one image: name and words of a small button on the
            picture under the pointer or the focus. Its key is the first letter of the name.
        label: What a screen reader says the pictures are.
        on_event: Called with each event before anything is redrawn.
        rerun: Key of the fragment to run after that; else the one that holds the gallery.
    """

    def act() -> None:
        news = events.fresh(key)
        for entry in news:
            event = GalleryEvents(
                entry.get("opened"), tuple(entry["selected"]), _asked(entry, actions or {})
            )
            st.session_state[f"{key}:selected"] = event.selected
            if event.asked:
                st.session_state[f"{key}:asked"] = event.asked
            if event.opened:
                st.session_state[f"{key}:opened"] = event.opened
            if on_event:
                on_event(event)
        if rerun and news:
            st.rerun(rerun)

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
        "run": events.next_run(key),
        "acknowledged": events.acknowledged(key),
    }
    _gallery(key=key, data=data, on_log_change=act)
    chosen = [i for i in st.session_state.get(f"{key}:selected", ()) if i in set(ids)]
    return GalleryEvents(
        st.session_state.pop(f"{key}:opened", None),
        tuple(chosen),
        st.session_state.pop(f"{key}:asked", None),
    )


def _listed(ids: Sequence[str], captions: Mapping[str, str]) -> dict[str, Any]:
    """Send a few images and what stands below them as they are, and the address of many."""
    listed = {"ids": list(ids), "captions": {i: captions[i] for i in ids if i in captions}}
    if len(ids) <= MOST_SENT:
        return {**listed, "at": ""}
    below = [listed["captions"].get(i, "") for i in ids]
    packed = {"ids": "".join(ids), "captions": below if captions else []}
    return {"at": server.put(json.dumps(packed).encode(), "application/json")}


def _asked(entry: events.Entry, actions: Mapping[str, str]) -> tuple[str, str] | None:
    name, image = entry.get("asked") or ("", "")
    return (str(name), str(image)) if name in actions else None


_gallery = register(
    "gallery",
    ("../shared/page.js", "gallery.js"),
    '<div class="frame"><div class="gallery"></div><div class="actions"></div></div>',
)

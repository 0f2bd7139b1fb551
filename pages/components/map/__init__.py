"""A map of all images: every point is one image, drawn by the browser's graphics card."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import streamlit as st

from contrast_engine import server
from contrast_engine.colouring import Classes, Legend, Scale, legend_json
from contrast_engine.imageset import ImageId
from pages.components import events, register

__all__ = [
    "Axes",
    "Classes",
    "Lasso",
    "Legend",
    "MapEvents",
    "MapUrls",
    "Scale",
    "axes",
    "show",
]

MOST_SENT = 20
"""So many selected images are named in what is sent with every redrawing; of more, bits."""

Mode = Literal["replace", "add", "remove"]


@dataclass(frozen=True)
class MapUrls:
    """Where the browser fetches what it draws; `{id}` stands for an image id.

    Args:
        xy: float32 pairs, one per image.
        ids: 8 bytes an image, in the same order.
        colour: one byte an image, in the same order.
        thumb: small picture of one image.
        values: float32 per image, what the hover card shows; empty where colours are classes.
        image: large picture of one image, asked for as soon as it is clicked; empty for none.
        about: JSON with the file name of one image; empty to show none.
        xyz: float32 triples instead of `xy`, for a map that can be turned; empty for a flat one.
        typical: 8 bytes for each image that is shown first as a picture; empty for none.
    """

    xy: str
    ids: str
    colour: str
    thumb: str
    values: str = ""
    image: str = ""
    about: str = ""
    typical: str = ""
    xyz: str = ""


@dataclass(frozen=True)
class Axes:
    """What the directions of the map mean; without ticks only neighbourhood has a meaning.

    Args:
        x, y: Names of the axes, shown with ticks.
        z: Name of the third direction of a map that can be turned.
        ticks: Whether numbers along the axes mean something.
        equal: Whether one unit is as long across as up; always so where distance has a meaning.
    """

    x: str = ""
    y: str = ""
    z: str = ""
    ticks: bool = False
    equal: bool = True


def axes(names: tuple[str, ...], *, equal: bool = True) -> Axes:
    """Axes by their names: with ticks on a flat map, none where there are no names."""
    x, y, z = (*names, "", "", "")[:3]
    return Axes(x, y, z, ticks=len(names) == 2 and all(names), equal=equal)


@dataclass(frozen=True)
class Lasso:
    """A region drawn on the map, in map coordinates; the engine decides who is inside.

    Args:
        polygon: Its corners.
        mode: What to do with those inside: make them the selection, add or remove them.
        hidden: Names of the legend classes that were switched off; not meant.
        turn: What was right and up, as two directions of a map with three; None on a flat one.
    """

    polygon: tuple[tuple[float, float], ...]
    mode: Mode
    hidden: tuple[str, ...]
    turn: tuple[tuple[float, ...], ...] | None = None


@dataclass(frozen=True)
class MapEvents:
    """What was done on the map since the last time; each event is told once."""

    picked: ImageId | None = None
    lasso: Lasso | None = None
    cleared: bool = False


def show(
    *,
    key: str,
    urls: MapUrls,
    n: int,
    legend: Legend,
    axes: Axes = Axes(),
    marked: Sequence[str] | bytes | None = None,
    passing: bytes | None = None,
    picked: str | None = None,
    total: int | None = None,
    label: str = "Map of the images",
    height: int | str = 480,
    on_event: Callable[[MapEvents], None] | None = None,
    rerun: str | Sequence[str] | None = None,
) -> MapEvents:
    """Draw the map and return what was clicked or selected on it by lasso.

    With `on_event`, every event goes there, in order, one field set in each, before anything is
    redrawn; then only the fragment named `rerun` runs again and the map itself stays as it is.
    Without it the newest event is returned, once.

    Args:
        key: Names this map; its zoom is kept under it.
        urls: Where its arrays are.
        n: How many images it shows.
        legend: What the colours mean, made together with the colours by `colouring`.
        axes: Names of the axes, and whether their numbers mean something.
        marked: The selected images; the others are dimmed. The map marks a lasso at once by
            itself and takes this whenever it is drawn again; None leaves it as it is. Very many
            come as a bit for each image of the map, in its order, the first the highest of a byte.
        passing: A bit for each image of the map, as above: whether it passes the filter. The others
            stay as dim points, which cannot be clicked or selected; None where nothing is filtered.
        picked: The image with the ring, brought into view if it is another than before; "" for
            none; None leaves it as it is.
        total: Where only some are shown: how many there are.
        label: What a screen reader calls the map.
        height: Usual height in pixels, with the legend; a taller window gives it more, and one so
            low that the legend would be hidden less. A text is
            its height as CSS has it.
        on_event: Called with each event.
        rerun: Keys of the fragments to run after `on_event`.
    """

    def act(entries: list[events.Entry]) -> None:
        for event in map(_event, entries):
            if on_event:
                on_event(event)
            else:
                st.session_state[f"{key}:news"] = event

    data = {
        "urls": asdict(urls),
        "n": n,
        "legend": legend_json(legend),
        "axes": asdict(axes),
        **_marks(marked),
        "passing_at": "" if passing is None else server.put(passing),
        "picked": picked,
        "total": total,
        "label": label,
        "height": height,
    }
    events.draw(_map, key, data, act, rerun=rerun)
    news: MapEvents = st.session_state.pop(f"{key}:news", MapEvents())
    return news


def _marks(marked: Sequence[str] | bytes | None) -> dict[str, Any]:
    """Send ids as they are, and the address of bits: they are fetched once."""
    if isinstance(marked, bytes):
        return {"marked": None, "marked_at": server.put(marked)}
    return {"marked": None if marked is None else list(marked), "marked_at": ""}


def _event(entry: events.Entry) -> MapEvents:
    if entry["kind"] == "pick":
        return MapEvents(picked=ImageId(entry["id"]))
    if entry["kind"] == "lasso":
        polygon = tuple((float(x), float(y)) for x, y in entry["polygon"])
        seen = entry.get("turn")
        turn = seen and tuple(tuple(map(float, row)) for row in seen)
        return MapEvents(lasso=Lasso(polygon, entry["mode"], tuple(entry["hidden"]), turn))
    return MapEvents(cleared=True)


_map = register("map", '<div class="map"></div>', styles=("shared/saving.css",))

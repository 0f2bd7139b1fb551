"""Figures of lights: where they lie on a chromaticity plane, how their numbers are spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.figures.look import SEEN_THROUGH, UNKNOWN, drawn, layout, titled

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Place = tuple[float, float]

AROUND = 0.02
NARROWEST = 0.1
"""What is kept free around lights, and the least that a plane shows, in its own units."""

WORDS = 0.025
"""Width of a temperature in words, about; to the left of the lights there is room for one."""

SYMBOLS = (
    "circle", "square", "diamond", "triangle-up", "triangle-down", "pentagon", "hexagon2",
    "hourglass", "bowtie", "triangle-left", "triangle-right",
)  # fmt: skip
"""One for each method: colours are those of the lights themselves."""


@dataclass(frozen=True, eq=False)
class Lights:
    """Some lights that stand in the legend as one.

    Args:
        name: Of them all.
        places: (n, 2) on the plane.
        colours: n CSS colours: those of the lights.
        texts: n short texts, each shown with its light.
        ids: n names that a click gives; none for lights that cannot be clicked.
        symbol: Of plotly.
        size: Of the symbol in pixels.
    """

    name: str
    places: Floats
    colours: Sequence[str]
    texts: Sequence[str]
    ids: Sequence[str] = ()
    symbol: str = "circle"
    size: int = 13


@dataclass(frozen=True, eq=False)
class Plane:
    """What lies behind lights: the axes, and what is known about the plane.

    Args:
        x_title, y_title: Of the axes.
        neutral: Where light that leaves grey grey lies.
        locus: (n, 2) black bodies, from warm to cool; none on a plane of a camera.
        marks: Some of them by their temperature in words: where they lie, and where the words do.
        triangle: (3, 2) red, green and blue of the screen; none on a plane of a camera.
    """

    x_title: str
    y_title: str
    neutral: Place
    locus: Floats = field(default_factory=lambda: np.empty((0, 2)))
    marks: Mapping[str, tuple[Place, Place]] = field(default_factory=dict)
    triangle: Floats = field(default_factory=lambda: np.empty((0, 2)))


def plane(groups: Sequence[Lights], behind: Plane, *, is_whole: bool = False) -> "Figure":
    """Figure of lights on a chromaticity plane, each drawn in its own colour.

    Args:
        groups: Those of one name each.
        behind: The plane.
        is_whole: Whether all of the plane is shown, not only where the lights are.
    """
    every = np.concatenate([group.places for group in groups] or [np.empty((0, 2))])
    plan = _plan(behind, every, is_whole)
    traces = [*_behind(behind, plan), *(_lights(group) for group in groups)]
    if len(groups) > 1:  # one needs no legend
        room = 70 + 10 * (len(groups) + 2)
        key = {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom",
               "font": {"size": 11}}  # fmt: skip
        plan |= {"showlegend": True, "legend": key, "margin": {**plan["margin"], "b": room}}
    return drawn(traces, plan)


def error_plane(
    places: Floats, errors: Floats, texts: Sequence[str], ids: Sequence[str], behind: Plane
) -> "Figure":
    """Figure of the true lights of images on a plane, coloured by the error of a method.

    Args:
        places: (n, 2) on the plane.
        errors: (n,) degrees.
        texts: n short texts.
        ids: n names that a click gives.
        behind: The plane.
    """
    bar = {"title": {"text": "error (degrees)"}, "thickness": 12, "outlinewidth": 0}
    dots = {"type": "scatter", "mode": "markers", "x": places[:, 0], "y": places[:, 1],
            "text": list(texts), "customdata": list(ids), "showlegend": False,
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"size": 9, "color": errors, "colorscale": "Viridis", "cmin": 0,
                       "colorbar": bar, "line": {"width": 0.5, "color": UNKNOWN}}}  # fmt: skip
    plan = _plan(behind, places, is_whole=False)
    return drawn([*_behind(behind, plan), dots], plan)


def spread(
    counts: Ints, edges: Floats, marks: Mapping[str, float], *, title: str, unit: str,
    is_log: bool = False,
) -> "Figure":  # fmt: skip
    """Figure of how many images lie between which values, with some values marked.

    Args:
        counts: (n,) images.
        edges: (n + 1,) values.
        marks: Values by what is written at their lines.
        title: Of the values.
        unit: Of the values.
        is_log: Whether the axis of the values is logarithmic.
    """
    look, most = SEEN_THROUGH, float(max(counts.max(initial=1), 1))
    between = zip(edges[:-1], edges[1:], counts.tolist(), strict=True)
    said = [f"{low:,.4g} to {high:,.4g} {unit}: {n:,} images" for low, high, n in between]
    steps = {"type": "scatter", "mode": "lines", "x": [edges[0], *edges], "y": [0, *counts, 0],
             "line": {"shape": "hv", "color": look.accent, "width": 1}, "fill": "tozeroy",
             "fillcolor": "rgba(11,107,203,0.45)", "text": ["", *said, ""],
             "hovertemplate": "%{text}<extra></extra>", "showlegend": False}  # fmt: skip
    ends = np.log(edges[[0, -1]]) if is_log else edges[[0, -1]]
    middle = float(np.exp(ends.mean()) if is_log else ends.mean())
    lines = [{"type": "scatter", "mode": "lines+text", "x": [x, x], "y": [0, 1.12 * most],
              "text": ["", name], "hoverinfo": "skip",
              "textposition": "middle left" if x > middle else "middle right",
              "textfont": {"color": look.foreground}, "showlegend": False,
              "line": {"color": look.foreground, "width": 1.5, "dash": "dot"}}
             for name, x in marks.items()]  # fmt: skip
    axis: Json = {"tickformat": ","}
    if is_log:
        ticks = [at for at in (1000, 2000, 3000, 4000, 5000, 6500, 10_000, 20_000, 40_000)
                 if edges[0] <= at <= edges[-1]]  # fmt: skip
        axis |= {"type": "log", "tickvals": ticks, "ticktext": [f"{at:,}" for at in ticks]}
    plan = layout(look, titled(title, unit), "images (number)", xaxis=axis,
                  yaxis={"range": [0, 1.25 * most], "tickformat": ",d"})  # fmt: skip
    return drawn([steps, *lines], {**plan, "showlegend": False})


def _lights(group: Lights) -> Json:
    return {"type": "scatter", "mode": "markers", "name": group.name,
            "x": group.places[:, 0], "y": group.places[:, 1],
            "text": list(group.texts), "hovertemplate": "%{text}<extra></extra>",
            **({"customdata": list(group.ids)} if group.ids else {}),
            "marker": {"symbol": group.symbol, "size": group.size, "color": list(group.colours),
                       "line": {"width": 1.2, "color": "#606060"}}}  # fmt: skip


def _behind(behind: Plane, plan: Json) -> list[Json]:
    grey, quiet = SEEN_THROUGH.foreground, {"hoverinfo": "skip", "showlegend": False}
    found: list[Json] = []
    if len(behind.triangle):
        x, y = np.vstack([behind.triangle, behind.triangle[:1]]).T
        found.append({"type": "scatter", "mode": "lines", "x": x, "y": y, **quiet,
                      "line": {"color": grey, "width": 1, "dash": "dash"}})  # fmt: skip
        found.append({"type": "scatter", "mode": "text", "x": behind.triangle[:, 0],
                      "y": behind.triangle[:, 1], "text": ["sRGB red", "sRGB green", "sRGB blue"],
                      "textposition": "top center", "textfont": {"color": grey}, **quiet,
                      "cliponaxis": True})  # fmt: skip
    if len(behind.locus):
        found.append({"type": "scatter", "mode": "lines", "x": behind.locus[:, 0],
                      "y": behind.locus[:, 1], "line": {"color": grey, "width": 1.5},
                      **quiet})  # fmt: skip
        for name, ((x, y), (far_x, far_y)) in behind.marks.items():
            if far_x - WORDS < plan["xaxis"]["range"][0]:
                continue  # its words would be cut off
            found.append({"type": "scatter", "mode": "lines+text", "x": [x, far_x],
                          "y": [y, far_y], "text": ["", name], "textposition": "middle left",
                          "textfont": {"color": grey, "size": 11},
                          "line": {"color": grey, "width": 0.7}, **quiet})  # fmt: skip
    found.append({"type": "scatter", "mode": "markers", "x": [behind.neutral[0]],
                  "y": [behind.neutral[1]], "name": "neutral", "text": ["neutral light"],
                  "hovertemplate": "%{text}<extra></extra>",
                  "marker": {"symbol": "cross-thin-open", "size": 14, "color": grey,
                             "line": {"width": 1.5}}})  # fmt: skip
    return found


def _plan(behind: Plane, places: Floats, is_whole: bool) -> Json:
    shown = np.vstack([places, behind.neutral])
    if is_whole and len(behind.triangle):
        shown = np.vstack([shown, behind.triangle])
    low, high = shown.min(axis=0) - AROUND, shown.max(axis=0) + AROUND
    if behind.marks:
        low[0] -= WORDS
    middle, half = (low + high) / 2, np.maximum(high - low, NARROWEST) / 2
    (left, down), (right, up) = (middle - half).tolist(), (middle + half).tolist()
    axis: Json = {"zeroline": False, "tickformat": ".2f"}
    plan = layout(SEEN_THROUGH, behind.x_title, behind.y_title,
                  xaxis={**axis, "range": [left, right]},
                  yaxis={**axis, "range": [down, up], "scaleanchor": "x"})  # fmt: skip
    return {**plan, "showlegend": False}

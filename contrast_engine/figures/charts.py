"""Figures of numbers: how they are spread, how they compare, how they change."""

from collections.abc import Mapping, Sequence
from itertools import cycle, pairwise
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.figures.look import (
    LIGHT,
    PALETTE,
    UNKNOWN,
    Look,
    drawn,
    layout,
    marked,
    plain,
    titled,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def histogram(
    values: Floats,
    *,
    title: str,
    unit: str = "",
    marks: Mapping[str, float] | None = None,
    look: Look = LIGHT,
) -> "Figure":
    """Draw how many images have which value, with named values marked by a line.

    Raises:
        NotEnoughData: There is no finite value.
    """
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise NotEnoughData(f"a histogram of {title} needs at least one image with a value")
    n_bins = min(60, max(5, np.histogram_bin_edges(finite, "auto").size - 1))
    counts, edges = np.histogram(finite, n_bins)
    ranges = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    bar = {"type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": counts, "width": np.diff(edges),
           "marker": {"color": look.accent, "line": {"width": 0.5, "color": look.background}},
           "customdata": ranges,
           "hovertemplate": "%{customdata}: %{y} images<extra></extra>"}  # fmt: skip
    plan = layout(look, titled(title, unit), "images")
    return drawn([bar], {**plan, **marked(marks or {}, look), "showlegend": False})


def radar(
    series: Mapping[str, Mapping[str, float]], *, names: Mapping[str, str], look: Look = LIGHT
) -> "Figure":
    """Draw named series of values 0 (centre, worst) to 1 (rim, best), each as a closed line.

    Args:
        series: Values by name of the spoke, by name of the series; a spoke that one of them lacks
            stays open there.
        names: The spokes in their order, with what is written at each.
        look: Colours of text, grid and background.
    """
    spokes = [*names.values(), next(iter(names.values()))]
    traces = []
    for (title, values), colour in zip(series.items(), cycle((look.accent, PALETTE[5], UNKNOWN))):
        around = [values.get(name) for name in names]
        traces.append({
            "type": "scatterpolar", "mode": "lines+markers", "name": plain(title),
            "r": [*around, around[0]], "theta": spokes, "connectgaps": False,
            "line": {"color": colour, "width": 2}, "marker": {"size": 5},
            "hovertemplate": "%{theta}: %{r:.2f}<extra></extra>",
        })  # fmt: skip
    plan = layout(look, "", "")
    polar = {
        "bgcolor": "rgba(0,0,0,0)",
        "radialaxis": {"range": [0, 1], "dtick": 0.25, "gridcolor": look.grid, "angle": 90,
                       "tickangle": 90, "linecolor": look.grid},
        "angularaxis": {"gridcolor": look.grid, "linecolor": look.grid, "direction": "clockwise",
                        "rotation": 90},
    }  # fmt: skip
    del plan["xaxis"], plan["yaxis"]
    return drawn(traces, {**plan, "polar": polar, "showlegend": len(series) > 1,
                          "legend": {"orientation": "h", "y": -0.12},
                          "margin": {"l": 90, "r": 90, "t": 32, "b": 32}})  # fmt: skip


def bars(
    values: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]] | None = None,
    *,
    title: str,
    unit: str = "",
    rows: str = "name",
    marks: Mapping[str, float] | None = None,
    look: Look = LIGHT,
) -> "Figure":
    """Draw named values as horizontal bars, first on top, with their intervals where known."""
    names = list(values)
    length = np.array([values[name] for name in names], dtype=np.float64)
    known = intervals or {}
    ends = np.array([known.get(name, (values[name],) * 2) for name in names], dtype=np.float64)
    low, high = ends.reshape(len(names), 2).T
    error = {"type": "data", "symmetric": False, "array": high - length, "arrayminus": length - low,
             "color": look.foreground, "thickness": 1.2, "width": 4}  # fmt: skip
    bar = {"type": "bar", "orientation": "h", "x": length, "error_x": error,
           "y": [plain(name) for name in names], "marker": {"color": look.accent},
           "hovertemplate": "%{y}: %{x:.3g}<extra></extra>"}  # fmt: skip
    plan = layout(look, titled(title, unit), rows, yaxis={"autorange": "reversed"})
    return drawn([bar], {**plan, **marked(marks or {}, look), "showlegend": False})


def curve(
    series: Mapping[str, tuple[Sequence[float] | Floats, Sequence[float] | Floats]],
    *,
    x_title: str,
    y_title: str,
    x_unit: str = "",
    y_unit: str = "",
    look: Look = LIGHT,
) -> "Figure":
    """Draw named curves, each the x and the y of its points."""
    alone = {"color": look.accent}
    lines = [
        {"type": "scatter", "mode": "lines", "name": plain(name),
         "x": np.asarray(x, dtype=np.float64), "y": np.asarray(y, dtype=np.float64),
         "line": {"width": 2, **(alone if len(series) == 1 else {"color": colour})}}
        for (name, (x, y)), colour in zip(series.items(), cycle(PALETTE), strict=False)
    ]  # fmt: skip
    plan = layout(look, titled(x_title, x_unit), titled(y_title, y_unit))
    return drawn(lines, {**plan, "showlegend": len(series) > 1})


def null_comparison(
    value: float,
    null_mean: float,
    null_sd: float,
    *,
    title: str,
    unit: str = "",
    look: Look = LIGHT,
) -> "Figure":
    """Draw a value beside what structureless data gives, as a normal curve of that mean and spread.

    Where the null does not vary, it is one line.
    """
    marks = {f"measured {value:.3g}": value}
    lines: list[Json] = []
    if null_sd > 0:
        marks[f"by chance {null_mean:.3g}"] = null_mean
        x = null_mean + null_sd * np.linspace(-4, 4, 201)
        y = np.exp(-(((x - null_mean) / null_sd) ** 2) / 2) / (null_sd * np.sqrt(2 * np.pi))
        lines = [{"type": "scatter", "mode": "lines", "name": "by chance", "x": x, "y": y,
                  "line": {"color": UNKNOWN, "width": 1.5}, "fill": "tozeroy"}]  # fmt: skip
    else:
        marks[f"always {null_mean:.3g} by chance"] = null_mean
        lines = [{"type": "scatter", "mode": "markers", "x": [value, null_mean], "y": [0, 0],
                  "marker": {"color": UNKNOWN}}]  # fmt: skip
    density = f"density (1/{unit})" if unit else "density (no unit)"
    plan = layout(look, titled(title, unit), density, yaxis={"rangemode": "tozero"})
    return drawn(lines, {**plan, **marked(marks, look), "showlegend": False})

"""Figures of numbers: how they compare, how they change."""

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.figures.look import (
    LIGHT,
    PALETTE,
    SEEN_THROUGH,
    UNKNOWN,
    drawn,
    layout,
    titled,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def radar(
    series: Mapping[str, Mapping[str, float]],
    *,
    names: Mapping[str, str],
) -> "Figure":
    """Figure of named series of values 0 (centre, worst) to 1 (rim, best), each as a closed line.

    Args:
        series: Values by name of the spoke, by name of the series; a spoke that one of them lacks
            stays open there.
        names: The spokes in their order, with what is written at each.
    """
    traces = []
    look, spokes = SEEN_THROUGH, [*names.values(), next(iter(names.values()))]
    for (title, values), colour in zip(series.items(), cycle((look.accent, PALETTE[5], UNKNOWN))):
        around = [values.get(name) for name in names]
        traces.append({
            "type": "scatterpolar", "mode": "lines+markers", "name": title,
            "r": [*around, around[0]], "theta": spokes, "connectgaps": False,
            "line": {"color": colour, "width": 2}, "marker": {"size": 5},
            "hovertemplate": "%{theta}: %{r:.2f}<extra></extra>",
        })  # fmt: skip
    plan = layout(look, "spoke", "radius")
    polar = {
        "bgcolor": "rgba(0,0,0,0)",
        "radialaxis": {"title": {"text": "0 worst, 1 best (no unit)", "font": {"size": 10}},
                       "range": [0, 1], "dtick": 0.25, "gridcolor": look.grid, "angle": 90,
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
) -> "Figure":
    """Figure of named values as horizontal bars, first on top, with their intervals where known."""
    names = list(values)
    length = np.array([values[name] for name in names], dtype=np.float64)
    known = intervals or {}
    ends = np.array([known.get(name, (values[name],) * 2) for name in names], dtype=np.float64)
    low, high = ends.reshape(len(names), 2).T
    error = {"type": "data", "symmetric": False, "array": high - length, "arrayminus": length - low,
             "color": LIGHT.foreground, "thickness": 1.2, "width": 4}  # fmt: skip
    bar = {"type": "bar", "orientation": "h", "x": length, "error_x": error,
           "y": names, "marker": {"color": LIGHT.accent},
           "hovertemplate": "%{y}: %{x:.3g}<extra></extra>"}  # fmt: skip
    plan = layout(
        LIGHT, titled(title, unit), rows, yaxis={"type": "category", "autorange": "reversed"}
    )
    return drawn([bar], {**plan, "showlegend": False})


def curve(
    series: Mapping[str, tuple[Sequence[float] | Floats, Sequence[float] | Floats]],
    *,
    x_title: str,
    y_title: str,
    x_unit: str = "",
    y_unit: str = "",
) -> "Figure":
    """Figure of named curves, each the x and the y of its points."""
    alone = {"color": SEEN_THROUGH.accent}
    lines = [
        {"type": "scatter", "mode": "lines", "name": name,
         "x": np.asarray(x, dtype=np.float64), "y": np.asarray(y, dtype=np.float64),
         "line": {"width": 2, **(alone if len(series) == 1 else {"color": colour})}}
        for (name, (x, y)), colour in zip(series.items(), cycle(PALETTE), strict=False)
    ]  # fmt: skip
    plan = layout(SEEN_THROUGH, titled(x_title, x_unit), titled(y_title, y_unit))
    return drawn(lines, {**plan, "showlegend": len(series) > 1})

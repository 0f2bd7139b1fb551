"""Figures of new data: features that moved, abstention batch by batch, an old and a new map."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.figures.look import LIGHT, UNKNOWN, drawn, layout
from contrast_engine.figures.maps import scatter
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MARGIN = 0.04
"""Share of a map's width that is left free at each side."""


def moved_features(psi: Mapping[str, float], expected: Mapping[str, float]) -> "Figure":
    """Figure of how much each feature changed, as bars, with what chance alone would give.

    Args:
        psi: Population stability index by feature, the first on top.
        expected: What each would be on average without drift.
    """
    names = list(psi)
    bar = {"type": "bar", "orientation": "h", "x": [psi[n] for n in names], "y": names,
           "name": "new images", "marker": {"color": LIGHT.accent},
           "hovertemplate": "%{y}: %{x:.2f}<extra></extra>"}  # fmt: skip
    mark = {"type": "scatter", "mode": "markers", "x": [expected[n] for n in names], "y": names,
            "name": "expected without drift", "hovertemplate": "%{x:.2f}<extra></extra>",
            "marker": {"symbol": "line-ns", "size": 15,
                       "line": {"color": LIGHT.foreground, "width": 2}}}  # fmt: skip
    plan = layout(LIGHT, "population stability index (no unit)", "feature",
                  yaxis={"type": "category", "autorange": "reversed"},
                  xaxis={"rangemode": "tozero"})  # fmt: skip
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn([bar, mark], {**plan, "legend": key, "showlegend": True})


def abstaining_batches(
    number: Sequence[int],
    share: Floats,
    ends: Floats,
    n: Sequence[int],
    usual: float | None,
) -> "Figure":
    """Figure of the share of images on which a model abstains, batch by batch.

    Args:
        number: (b,) of each batch in the log.
        share: (b,) of its images.
        ends: (b, 2) of the 95 % intervals.
        n: (b,) images in the batch that were scored.
        usual: The share on the collection that the model learnt from, drawn as a line.
    """
    error = {"type": "data", "symmetric": False, "array": ends[:, 1] - share,
             "arrayminus": share - ends[:, 0], "color": UNKNOWN, "thickness": 1.2,
             "width": 3}  # fmt: skip
    dots = {"type": "scatter", "mode": "markers", "x": list(number), "y": share, "error_y": error,
            "marker": {"color": LIGHT.accent, "size": 7}, "customdata": list(n),
            "hovertemplate": "batch %{x}: %{y:.0%} of %{customdata:,}<extra></extra>"}  # fmt: skip
    plan = layout(
        LIGHT, "batch (number, in the order scored)", "abstains (share of images)",
        xaxis={"tickformat": "d", "range": [min(number) - 0.6, max(number) + 0.6],
               **({"dtick": 1} if len(number) <= 12 else {})},
        yaxis={"tickformat": ".0%", "range": [0, float(min(1.02, max(0.1, ends.max() * 1.08)))]},
    )  # fmt: skip
    if usual is None:
        return drawn([dots], {**plan, "showlegend": False})
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": usual, "y1": usual,
            "line": {"color": LIGHT.foreground, "width": 1.2, "dash": "dot"}}  # fmt: skip
    note = {"xref": "paper", "x": 1, "xanchor": "right", "y": usual, "yanchor": "bottom",
            "showarrow": False, "text": f"collection {usual:.0%}"}  # fmt: skip
    return drawn([dots], {**plan, "shapes": [line], "annotations": [note], "showlegend": False})


def map_pair(
    before: Vectors,
    after: Vectors,
    classes: Mapping[str, str],
    order: Sequence[str],
    neutral: str,
) -> "tuple[Figure, Figure]":
    """Two maps on the same axes, every image in the same colour on both.

    Args:
        before: (n, 2) places on the old map.
        after: (m, 2) places on the new one, laid onto the old one.
        classes: The class of each image.
        order: Of the classes.
        neutral: The class that is grey and lies below the others.
    """
    every = np.concatenate([before.values, after.values])
    low, high = every.min(axis=0), every.max(axis=0)
    room = MARGIN * float((high - low).max() or 1.0)
    found = []
    for name, places in (("old", before), ("new", after)):
        made = scatter(
            places, [classes.get(image, "") for image in places.ids], order=order,
            axes=(f"{name} map x (no unit)", f"{name} map y (no unit)"),
        )  # fmt: skip
        made.update_xaxes(range=[low[0] - room, high[0] + room])
        made.update_yaxes(range=[low[1] - room, high[1] + room])
        made.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
        made.update_traces(hoverinfo="name", hovertemplate=None, marker={"size": 6})
        made.update_traces(marker={"color": UNKNOWN}, selector={"name": neutral})
        made.data = sorted(made.data, key=lambda trace: trace.name != neutral)
        found.append(made)
    return found[0], found[1]

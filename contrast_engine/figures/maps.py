"""Figures with one mark per image or per pair of labels."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.figures.look import LIGHT, PALETTE, UNKNOWN, Look, drawn, layout, titled
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

MOST_SVG_POINTS = 5_000
"""Above so many points a map is drawn by WebGL, below it also works without."""


def scatter(
    positions: Vectors,
    colours: Floats | Sequence[str] | None = None,
    *,
    title: str = "",
    unit: str = "",
    order: Sequence[str] = (),
    limits: tuple[float, float] | None = None,
    axes: tuple[str, str] = ("map x (no unit)", "map y (no unit)"),
    look: Look = LIGHT,
) -> "Figure":
    """Map of images, one point each, coloured by classes or by values.

    Args:
        positions: Two columns; the ids travel as `customdata`, so that a click names its image.
        colours: One class name per image ("" where unknown), or one number (NaN where unknown).
            Classes beyond the twelve of the palette are open grey circles.
        title: What the colours mean.
        unit: Unit of the numbers.
        order: Order of the classes; others follow by name.
        limits: Numbers below and above are coloured like these; None for the lowest and highest.
        axes: Titles of the two axes.
        look: Colours of text, grid and background.
    """
    ids, points = np.array(positions.ids, dtype=object), positions.values[:, :2]
    kind = "scatter" if len(positions) <= MOST_SVG_POINTS else "scattergl"

    def dots(name: str, rows: npt.NDArray[Any], marker: Json) -> Json:
        x, y = points[rows].T
        text = {"customdata": ids[rows].tolist(), "hovertemplate": "%{customdata}<extra></extra>"}
        size = {"size": 7, "opacity": 0.85}
        return {"type": kind, "mode": "markers", "x": x, "y": y, "name": name, **text,
                "marker": {**size, **marker}}  # fmt: skip

    if colours is None:
        traces = [dots("images", np.arange(len(ids)), {"color": look.accent})]
    elif isinstance(colours, np.ndarray):
        known = np.isfinite(colours)
        bar = {"title": {"text": titled(title, unit)}, "outlinewidth": 0, "thickness": 12}
        low, high = limits or (None, None)
        scale = {"color": colours[known], "colorscale": "Viridis", "colorbar": bar,
                 "cmin": low, "cmax": high}  # fmt: skip
        traces = [dots("not known", np.flatnonzero(~known), {"color": UNKNOWN}),
                  dots(title or "value", np.flatnonzero(known), scale)]  # fmt: skip
    else:
        classes = np.array(colours, dtype=object)
        names = [*dict.fromkeys(order), *sorted(set(colours) - {*order, ""})]
        rest = names[len(PALETTE) :]
        folded = rest[0] if len(rest) == 1 else f"{len(rest)} others"
        traces = [dots("not known", np.flatnonzero(classes == ""), {"color": UNKNOWN}),
                  dots(folded, np.flatnonzero(np.isin(classes, rest)),
                       {"color": UNKNOWN, "symbol": "circle-open"})]  # fmt: skip
        for name, colour in zip(names, PALETTE, strict=False):
            traces.append(dots(name, np.flatnonzero(classes == name), {"color": colour}))
    shown = [trace for trace in traces if len(trace["x"])]
    # A map has no units: one step to the right must look as far as one step up.
    plan = layout(look, axes[0], axes[1], yaxis={"scaleanchor": "x"})
    is_by_class = colours is not None and not isinstance(colours, np.ndarray)
    return drawn(shown, {**plan, "showlegend": is_by_class, "legend": {"title": {"text": title}}})


def trajectory(
    positions: Vectors,
    places: Floats,
    words: Sequence[str],
    *,
    axes: tuple[str, str] = ("map x (no unit)", "map y (no unit)"),
    classes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> "Figure":
    """Trajectory of one image on a map as it is changed, over the images that stay.

    Args:
        positions: Two columns, one row per image.
        places: (n, 2) places of the changed image, the unchanged one first.
        words: n texts for the places.
        axes: Titles of the two axes.
        classes: The class of each image that stays, "" for none; each names its region.
        colours: The colour of each class, in their order.
    """
    points = positions.values[:, :2].astype(np.float32)
    kind = "scatter" if len(positions) <= MOST_SVG_POINTS else "scattergl"
    of = np.array(classes or [""] * len(positions), dtype=object)
    rest, names = [], []
    for name, colour in {"": UNKNOWN, **(colours or {})}.items():
        x, y = points[of == name].T
        if len(x):
            rest.append({"type": kind, "mode": "markers", "x": x, "y": y,
                         "name": name or "collection", "hoverinfo": "skip",
                         "marker": {"color": colour, "size": 5, "opacity": 0.55}})  # fmt: skip
        if len(x) and name:
            names.append(_region(name, colour, float(np.median(x)), float(np.median(y))))
    size = [10, *[5] * (len(places) - 2), 13][: len(places)]
    ring = ["circle-open", *["circle"] * (len(places) - 1)]
    path = {"type": kind, "mode": "lines+markers", "x": places[:, 0], "y": places[:, 1],
            "name": "this image", "line": {"color": LIGHT.accent, "width": 2},
            "marker": {"color": LIGHT.accent, "size": size, "symbol": ring,
                       "line": {"width": 2, "color": LIGHT.accent}},
            "text": list(words), "hovertemplate": "%{text}<extra></extra>"}  # fmt: skip
    plan = layout(LIGHT, axes[0], axes[1], yaxis={"scaleanchor": "x"})
    return drawn([*rest, path], {**plan, "showlegend": False, "annotations": names})


def _region(name: str, colour: str, x: float, y: float) -> Json:
    """The name of a class in the middle of its images."""
    return {"text": name, "x": x, "y": y, "showarrow": False, "bgcolor": LIGHT.background,
            "bordercolor": colour, "borderwidth": 2, "borderpad": 2, "opacity": 0.9}  # fmt: skip


def matrix(
    confusion: Ints,
    labels: Sequence[str],
    *,
    rows: str = "label by annotators",
    columns: str = "predicted label",
) -> "Figure":
    """Confusion matrix: counts written, shares of a row coloured.

    Args:
        confusion: (k, k) counts, row = the truth, column = the prediction.
        labels: k names, in the order of rows and columns.
        rows: What the rows are.
        columns: What the columns are.
    """
    counts = np.asarray(confusion)
    if counts.shape != (len(labels), len(labels)):
        raise ValueError(f"{len(labels)} labels do not fit a matrix of shape {counts.shape}")
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = list(labels)
    bar = {"title": {"text": "images of the row (share)"}, "tickformat": ".0%", "thickness": 12}
    cells = {"type": "heatmap", "z": share, "x": names, "y": names,
             "zmin": 0, "zmax": 1, "colorbar": bar,
             "colorscale": [[0, LIGHT.background], [1, LIGHT.accent]],
             "customdata": counts, "hovertemplate":
             "%{y} predicted as %{x}: %{customdata} (%{z:.0%})<extra></extra>",
             "text": [[f"{count:,}" for count in row] for row in counts.tolist()],
             "texttemplate": "%{text}", "xgap": 2, "ygap": 2}  # fmt: skip
    kind = {"type": "category", "showgrid": False}
    plan = layout(LIGHT, f"{columns} (images)", f"{rows} (images)", xaxis=kind,
                  yaxis={**kind, "autorange": "reversed"})  # fmt: skip
    return drawn([cells], plan)

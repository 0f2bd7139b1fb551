"""Figures of complexity: beside contrast, while an encoder learns, and how scores follow people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.figures.look import LIGHT, PALETTE, UNKNOWN, drawn, layout
from contrast_engine.figures.maps import MOST_SVG_POINTS
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TOO_FEW, AS_MEASURED, TOO_MANY = "#2166ac", "#f7f7f7", "#b2541a"
"""Colours of an error: fewer bits predicted than measured, as many, more."""

BITS_RAMP = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""Viridis at five even steps, for a colour bar."""

KINDS = {"without labels": LIGHT.accent, "with scores": PALETTE[5], "baseline": UNKNOWN}
"""What a score rests on, with its colour."""


def against_contrast(
    ids: Sequence[ImageId],
    contrast: Floats,
    complexity: Floats,
    names: Sequence[str],
    *,
    titles: tuple[str, str],
    opened: ImageId | None = None,
) -> "Figure":
    """Figure of complexity over contrast, one point an image; a click gives its image.

    Args:
        ids: n images.
        contrast: (n,) values of a feature of contrast.
        complexity: (n,) scores.
        names: n names that a point shows.
        titles: Of the axis of contrast and that of complexity.
        opened: The image with a ring around it.
    """
    kind = "scatter" if len(ids) <= MOST_SVG_POINTS else "scattergl"
    dots = {"type": kind, "mode": "markers", "x": contrast, "y": complexity, "name": "images",
            "customdata": list(ids), "text": list(names),
            "marker": {"color": LIGHT.accent, "size": 7, "opacity": 0.6},
            "hovertemplate": "%{text}<br>contrast %{x:.3g}, complexity %{y:.3g}"
            "<extra></extra>"}  # fmt: skip
    rows = [row for row, image in enumerate(ids) if image == opened]
    ring = {"type": kind, "mode": "markers", "x": contrast[rows], "y": complexity[rows],
            "name": "open image", "customdata": [ids[row] for row in rows], "hoverinfo": "skip",
            "marker": {"color": PALETTE[5], "size": 15, "symbol": "circle-open",
                       "line": {"width": 3, "color": PALETTE[5]}}}  # fmt: skip
    plan = layout(LIGHT, titles[0], titles[1])
    return drawn([dots, ring] if rows else [dots], {**plan, "showlegend": False})


def masked_entropy(epochs: Sequence[int], encoder: Floats, neighbours: Floats) -> "Figure":
    """Figure of how well an encoder predicts hidden patches, and what lies beside them does.

    Args:
        epochs: n epochs.
        encoder: (n,) R² of the encoder on held-out images.
        neighbours: (n,) R² of the mean of the visible neighbours.
    """
    lines = [
        {"type": "scatter", "mode": "lines+markers", "x": list(epochs), "y": values, "name": name,
         "line": {"color": colour, "width": 2, "dash": dash}, "marker": {"size": 6},
         "hovertemplate": f"epoch %{{x}}: {name} R² %{{y:.3f}}<extra></extra>"}
        for name, values, colour, dash in (
            ("encoder", encoder, LIGHT.accent, "solid"),
            ("mean of the visible neighbours", neighbours, UNKNOWN, "dash"),
        )
    ]  # fmt: skip
    ticks = {"dtick": 1} if len(epochs) <= 12 else {}
    plan = layout(LIGHT, "epoch (number)", "R² of hidden patches (no unit)", xaxis=ticks)
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn(lines, {**plan, "showlegend": True, "legend": key})


def agreements(rows: Sequence[Json]) -> "Figure":
    """Figure of how far scores follow people: SRCC with its interval, PCC beside it, first on top.

    Args:
        rows: Each with `title`, `kind` (of `KINDS`), `srcc` with `low` and `high`, and `pcc`, with
            `pcc_low` and `pcc_high` where they are known.
    """
    titles = [str(row["title"]) for row in rows]
    traces = []
    for kind, colour in KINDS.items():
        own = [row for row in rows if row["kind"] == kind and row["srcc"] is not None]
        if own:
            traces.append(_points(own, "srcc", ("low", "high"), kind, colour, "circle"))
            traces.append(
                _points(own, "pcc", ("pcc_low", "pcc_high"), kind, colour, "diamond-open")
            )
    plan = layout(
        LIGHT, "correlation (no unit)", "score",
        xaxis={"zeroline": True},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": titles[::-1]},
    )  # fmt: skip
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn(traces, {**plan, "showlegend": True, "legend": key})


def _points(
    rows: Sequence[Json], value: str, ends: tuple[str, str], kind: str, colour: str,
    symbol: str,
) -> Json:  # fmt: skip
    middle = np.array([row[value] for row in rows], dtype=np.float64)
    low, high = (
        np.array([row.get(end) if row.get(end) is not None else row[value] for row in rows])
        for end in ends
    )
    error = {"type": "data", "symmetric": False, "array": high - middle,
             "arrayminus": middle - low, "color": colour, "thickness": 1.6, "width": 4}  # fmt: skip
    return {
        "type": "scatter", "mode": "markers", "x": middle, "y": [row["title"] for row in rows],
        "name": kind, "legendgroup": kind, "showlegend": value == "srcc", "error_x": error,
        "marker": {"color": colour, "size": 9, "symbol": symbol, "line": {"width": 1.6}},
        "hovertemplate": f"%{{y}}: {value.upper()} %{{x:.2f}}<extra></extra>",
    }  # fmt: skip


def error_png(values: Floats, most: float) -> bytes:
    """PNG of (h, w) errors from -most to most, blue over white to brown, larger ones as `most`."""
    ends = [np.array([int(c[i : i + 2], 16) for i in (5, 3, 1)]) for c in
            (TOO_FEW, AS_MEASURED, TOO_MANY)]  # fmt: skip
    at = np.clip(values / most, -1, 1)[..., None]
    bgr = np.where(at < 0, ends[1] + at * (ends[1] - ends[0]), ends[1] + at * (ends[2] - ends[1]))
    done, data = cv2.imencode(".png", np.round(bgr).astype(np.uint8))
    assert done, "eight-bit pixels can always be encoded"
    return bytes(data)

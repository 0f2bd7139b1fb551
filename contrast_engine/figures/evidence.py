"""Figures of evidence: scores, numbers of clusters, probabilities, accuracy by labels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.figures.look import LIGHT, PALETTE, UNKNOWN, drawn, layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BAND = 2.0
"""Standard deviations of the null to each side in its band, about 95 % of its draws."""


def ranking(score: Floats, half_width: Floats, names: Sequence[str]) -> "Figure":
    """Figure of scores with their intervals, from the highest on the left to the lowest.

    Args:
        score: (n,) natural log odds, falling.
        half_width: (n,) half of each score's 95 % interval.
        names: What a click on each point gives.
    """
    place = np.arange(1, len(score) + 1)
    error = {"type": "data", "array": half_width, "color": UNKNOWN, "thickness": 1.2, "width": 0}
    dots = {"type": "scatter", "mode": "markers", "x": place, "y": score, "error_y": error,
            "customdata": list(names), "marker": {"color": LIGHT.accent, "size": 8},
            "hovertemplate": "place %{x}: %{y:.2f}<extra></extra>"}  # fmt: skip
    margin = {"range": [0.25, len(score) + 0.75], "tickformat": "d", "zeroline": False}
    plan = layout(LIGHT, "place (1: most contrast)", "score (log odds)", xaxis=margin)
    return drawn([dots], {**plan, "showlegend": False})


def choose_k(curve: Sequence[Json], recommended: int) -> "Figure":
    """Figure of stability and silhouette over the number of clusters, each with its range.

    Args:
        curve: Points as `choose_k` keeps them: `k`, `stability` with `stability_low` and
            `stability_high`, `silhouette` with `null_mean` and `null_sd`.
        recommended: The number to mark.
    """
    k = [point["k"] for point in curve]
    of = {name: np.array([point[name] for point in curve], dtype=np.float64)
          for name in ("stability", "stability_low", "stability_high", "silhouette",
                       "null_mean", "null_sd")}  # fmt: skip
    near, far = of["null_mean"] - BAND * of["null_sd"], of["null_mean"] + BAND * of["null_sd"]
    traces = [
        *_band(k, of["stability_low"], of["stability_high"], "95% of the comparisons", "y"),
        _line(k, of["stability"], "agreement", "y"),
        *_band(k, near, far, "null reference", "y2"),
        _line(k, of["silhouette"], "silhouette", "y2"),
    ]
    plan = layout(
        LIGHT, "clusters (number)", "agreement (adjusted Rand index, no unit)",
        xaxis={"dtick": 1, "anchor": "y2", "range": [min(k) - 0.3, max(k) + 0.3]},
        yaxis={"domain": [0.56, 1], "range": [0, 1.03]},
    )  # fmt: skip
    plan["yaxis2"] = {**plan["yaxis"], "title": {"text": "silhouette (no unit)"},
                      "domain": [0, 0.44], "range": None, "rangemode": "tozero"}  # fmt: skip
    mark = {"type": "line", "x0": recommended, "x1": recommended, "yref": "paper", "y0": 0,
            "y1": 1, "line": {"color": LIGHT.foreground, "width": 1.5, "dash": "dot"}}  # fmt: skip
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn(traces, {**plan, "shapes": [mark], "legend": key, "showlegend": True})


def _line(k: Sequence[int], y: Floats, name: str, axis: str) -> Json:
    dash = {} if axis == "y" else {"dash": "dash"}
    return {"type": "scatter", "mode": "lines+markers", "x": list(k), "y": y, "name": name,
            "yaxis": axis, "line": {"color": LIGHT.accent, "width": 2, **dash},
            "legendrank": 1 if axis == "y" else 3,
            "hovertemplate": f"%{{x}} clusters: {name} %{{y:.3f}}<extra></extra>"}  # fmt: skip


def _band(k: Sequence[int], low: Floats, high: Floats, name: str, axis: str) -> list[Json]:
    edge = {"type": "scatter", "mode": "lines", "x": list(k), "yaxis": axis, "hoverinfo": "skip",
            "line": {"width": 0}}  # fmt: skip
    colour = "rgba(141,141,141,0.35)" if axis == "y2" else "rgba(11,107,203,0.18)"
    filled = {"name": name, "fill": "tonexty", "fillcolor": colour,
              "legendrank": 2 if axis == "y" else 4}  # fmt: skip
    return [{**edge, "y": low, "showlegend": False}, {**edge, "y": high, **filled}]


def reliability(bins: Sequence[Json]) -> "Figure":
    """Reliability diagram: how often a label was correct over the probability it was given.

    Args:
        bins: Each with `probability`, `accuracy`, its 95 % interval `low` to `high`, and `n`.
    """
    of = {name: np.array([one[name] for one in bins], dtype=np.float64)
          for name in ("probability", "accuracy", "low", "high", "n")}  # fmt: skip
    error = {"type": "data", "symmetric": False, "array": of["high"] - of["accuracy"],
             "arrayminus": of["accuracy"] - of["low"], "color": UNKNOWN, "width": 0}  # fmt: skip
    just = {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "hoverinfo": "skip",
            "line": {"color": UNKNOWN, "dash": "dot", "width": 1.5}}  # fmt: skip
    dots = {"type": "scatter", "mode": "markers", "x": of["probability"], "y": of["accuracy"],
            "error_y": error, "customdata": of["n"], "name": "held-out labels",
            "marker": {"color": LIGHT.accent, "size": 9},
            "hovertemplate": "predicted %{x:.0%}, correct %{y:.0%} (about %{customdata:.0f} labels)"
            "<extra></extra>"}  # fmt: skip
    axis = {"range": [0, 1.03], "tickformat": ".0%"}
    plan = layout(LIGHT, "probability the model gives (share)", "correct (share)",
                  xaxis=axis, yaxis=axis)  # fmt: skip
    return drawn([just, dots], {**plan, "showlegend": False})


def learning_curve(points: Sequence[Json], chance: float) -> "Figure":
    """Learning curve: held-out accuracy over the number of labels, with what guessing gives.

    Args:
        points: Each with `labels`, `accuracy` and its 95 % interval `low` to `high`.
        chance: Accuracy of always saying the most frequent label.
    """
    labels = [point["labels"] for point in points]
    accuracy, low, high = (np.array([point[name] for point in points], dtype=np.float64)
                           for name in ("accuracy", "low", "high"))  # fmt: skip
    ends = [min(labels) - 0.5, max(labels) + 0.5]
    dotted = {"color": UNKNOWN, "dash": "dot", "width": 1.5}
    guess = {"type": "scatter", "mode": "lines", "x": ends, "y": [chance, chance],
             "hoverinfo": "skip", "line": dotted}  # fmt: skip
    line = {"type": "scatter", "mode": "lines+markers", "x": labels, "y": accuracy,
            "line": {"color": LIGHT.accent, "width": 2}, "hovertemplate":
            "%{x} labels: %{y:.0%} correct<extra></extra>"}  # fmt: skip
    plan = layout(LIGHT, "labels learnt from (images)", "correct (share)", xaxis={"range": ends},
                  yaxis={"range": [0, 1.03], "tickformat": ".0%"})  # fmt: skip
    band = _band(labels, low, high, "95% interval", "y")
    return drawn([guess, *band, line], {**plan, "showlegend": False})


def model_updates(marks: Sequence[Json]) -> "Figure":
    """Figure of what every model update brought: accuracy, kappa and coverage of the model so far.

    Args:
        marks: Each with `labels`, `accuracy`, `kappa` and `coverage`, in the order they came.
    """
    labels = [mark["labels"] for mark in marks]
    named = (("accuracy", LIGHT.accent, "solid"), ("kappa", PALETTE[5], "dash"),
             ("coverage", PALETTE[2], "dot"))  # fmt: skip
    traces = [
        {"type": "scatter", "mode": "lines+markers", "x": labels, "name": name,
         "y": [mark[name] for mark in marks], "marker": {"size": 6},
         "line": {"color": colour, "width": 2, "dash": dash},
         "hovertemplate": f"%{{x}} labels: {name} %{{y:.2f}}<extra></extra>"}
        for name, colour, dash in named
    ]  # fmt: skip
    low = min([0.0, *(mark["kappa"] for mark in marks)])
    ends = [min(labels) - 0.5, max(labels) + 0.5]
    step = max(1, -(-(max(labels) - min(labels)) // 5))  # whole labels, some six ticks
    plan = layout(LIGHT, "labels learnt from (images)", "accuracy, coverage, kappa (no unit)",
                  xaxis={"range": ends, "tickformat": "d", "tick0": min(labels), "dtick": step},
                  yaxis={"range": [low, 1.03]})  # fmt: skip
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn(traces, {**plan, "legend": key, "showlegend": True})

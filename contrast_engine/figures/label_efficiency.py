"""Figure of the label-efficiency curve: accuracy by number of labels, a line for each way."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.figures.look import LIGHT, PALETTE, drawn, layout

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up")
APART = 0.025
"""How far the ways stand apart at one number of labels, as a factor: no bar hides another."""


def label_efficiency(points: Sequence[Json], titles: Mapping[str, str]) -> "Figure":
    """Accuracy over the number of labels, with 95 % intervals over the draws.

    Args:
        points: Each with `labels` and `accuracy` {way: (value, low, high)}.
        titles: Of the ways, in the order they are drawn.
    """
    ways = [way for way in titles if way in points[0]["accuracy"]]
    traces = []
    for place, way in enumerate(ways):
        ends = [point["accuracy"][way] for point in points]
        factor = 1 + APART * (place - (len(ways) - 1) / 2)
        colour = PALETTE[(4, 1, 2, 5, 6)[place % 5]]
        traces.append({
            "type": "scatter", "mode": "lines+markers", "name": titles[way],
            "x": [point["labels"] * factor for point in points],
            "y": [value for value, _, _ in ends],
            "customdata": [point["labels"] for point in points],
            "error_y": {"type": "data", "symmetric": False, "thickness": 1, "width": 2,
                        "array": [high - value for value, _, high in ends],
                        "arrayminus": [value - low for value, low, _ in ends]},
            "line": {"color": colour, "width": 2},
            "marker": {"symbol": SYMBOLS[place % 5], "size": 8},
            "hovertemplate": "%{customdata} labels: %{y:.0%} right<extra></extra>",
        })  # fmt: skip
    labels = [point["labels"] for point in points]
    plan = layout(
        LIGHT, "labels learnt from (pictures)", "right (share of pictures)",
        xaxis={"type": "log", "tickvals": labels, "ticktext": [str(n) for n in labels]},
        yaxis={"range": [0, 1.03], "tickformat": ".0%"},
    )  # fmt: skip
    key = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    return drawn(traces, {**plan, "legend": key, "showlegend": True})

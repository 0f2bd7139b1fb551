"""A figure for a page of the app: drawn as SVG, and of very many points a sample.

Plotly's WebGL points compile their programs out of text, which the content policy of the app does
not let any script do.
"""

import json
from base64 import b64decode
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.figures.maps import MOST_SVG_POINTS
from contrast_engine.randomness import generator

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


FEW = 50
"""A trace of so many points stays whole."""


def thinned(figure: "Figure | Json", most: int = MOST_SVG_POINTS) -> Json:
    """The JSON form of a figure, without WebGL and with at most about so many points.

    What is left out is said in the figure. Lines stay whole.

    Args:
        figure: With points that are drawn by WebGL, or without.
        most: Points that are drawn of those.
    """
    spec = figure if isinstance(figure, dict) else figure.to_plotly_json()
    if all(trace.get("type") != "scattergl" for trace in spec["data"]):
        return spec if isinstance(figure, dict) else _as_json(spec)
    spec = {**spec, "data": [_unpacked(trace) for trace in spec["data"]]}
    traces = [trace for trace in spec["data"] if trace.get("type") == "scattergl"]
    clouds = [trace for trace in traces if "lines" not in trace.get("mode", "")]
    n = sum(len(trace["x"]) for trace in clouds)
    drawn = {id(trace): {**trace, "type": "scatter"} for trace in traces}
    if n > most:
        for trace in (one for one in clouds if len(one["x"]) > FEW):
            drawn[id(trace)] = _sample(drawn[id(trace)], most / n)
    data = [drawn.get(id(trace), trace) for trace in spec["data"]]
    layout = spec.get("layout", {})
    if n > most:
        kept = sum(len(drawn[id(trace)]["x"]) for trace in clouds)
        note = {"text": f"{kept:,} of {n:,} points are drawn, chosen at random",
                "xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right",
                "yanchor": "bottom", "showarrow": False}  # fmt: skip
        layout = {**layout, "annotations": [*(layout.get("annotations") or []), note]}
    return _as_json({**spec, "data": data, "layout": layout})


def _as_json(spec: Json) -> Json:
    from plotly.io.json import to_json_plotly

    return cast(Json, json.loads(to_json_plotly(spec)))


def _unpacked(value: Any) -> Any:
    """The same with its numbers as arrays; plotly packs them as text."""
    if not isinstance(value, dict):
        return value
    if set(value) == {"dtype", "bdata"}:
        return np.frombuffer(b64decode(value["bdata"]), value["dtype"])
    return {name: _unpacked(part) for name, part in value.items()}


def _sample(trace: Json, share: float) -> Json:
    """A share of the points of a trace, with all that is said of them."""
    n = len(trace["x"])
    chosen = generator(0, "points of a figure").permutation(n)[: round(n * share)]
    rows = np.sort(chosen)

    def cut(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items()}
        if isinstance(value, np.ndarray) and len(value) == n:
            return value[rows]
        is_rows = isinstance(value, Sequence) and not isinstance(value, str) and len(value) == n
        return [value[row] for row in rows] if is_rows else value

    return cast(Json, cut(trace))

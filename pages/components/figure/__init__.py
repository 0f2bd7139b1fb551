"""A plotly figure, drawn by the plotly of this installation and nothing from the network."""

import json
from collections.abc import Callable
from typing import Any, TypedDict

import streamlit as st

from contrast_engine import server
from contrast_engine.figures import PLOTLY_CONFIG as CONFIG
from contrast_engine.figures import thinned
from contrast_engine.server import plotly_url
from pages.components import events, register


class Place(TypedDict):
    """Where in a chart somebody clicked, in the units of its axes."""

    x: float
    y: float


def show(
    figure: Any,
    *,
    key: str,
    height: int = 420,
    above: int = 0,
    label: str = "Chart",
    about: str = "",
    on_click: Callable[[dict[str, Any]], None] | None = None,
    on_place: Callable[[Place], None] | None = None,
) -> dict[str, Any] | None:
    """Draw a plotly figure (or its JSON as a dict); return the clicked point, once.

    A click gives `{"curve", "point", "x", "y", "customdata"}`. Where our plotly.js cannot be
    fetched, Streamlit's own chart draws the figure, without clicks.

    Args:
        figure: A `plotly.graph_objects.Figure` or its JSON form.
        key: Names this chart; its zoom is kept while the key stays.
        height: In pixels.
        above: Pixels of a low window that are left to the rest of the page; 0 for none.
        label: What a screen reader calls the figure; the title of a saved picture.
        about: What stands below a saved picture; "" for the caption next to the chart.
        on_click: Called with the clicked point before anything is redrawn.
        on_place: Called with the place of a click anywhere between the axes.
    """
    spec = thinned(figure)
    if (st.session_state.get(key) or {}).get("failed"):
        st.plotly_chart(spec, key=f"{key}:plain", theme=None, height=height, config=CONFIG)
        return None

    data = {
        "plotly": plotly_url(),
        "at": server.put(json.dumps(spec).encode(), "application/json"),
        "config": CONFIG,
        "height": height,
        "above": above,
        "label": label,
        "about": about,
        "anywhere": on_place is not None,
    }
    result = _figure(
        key=key,
        data=data,
        on_clicked_change=events.on_trigger(key, "clicked", on_click),
        on_placed_change=events.on_trigger(key, "placed", on_place),
        on_failed_change=lambda: None,
    )
    clicked: dict[str, Any] | None = result.clicked
    return clicked


_figure = register(
    "figure",
    '<div class="chart-place"><div class="figure"></div></div>',
    styles=("shared/saving.css",),
    isolate=False,
)

"""Pictures as a browser shows them, and what is inside one: tones, spectrum, local contrast."""

from typing import TYPE_CHECKING

import cv2
import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.figures.look import LIGHT, UNKNOWN, drawn, layout, marked
from contrast_engine.images.colour import encode_srgb

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def picture_png(rgb: Floats) -> bytes:
    """PNG in sRGB of (h, w, 3) linear light 0..1: every pixel shown is a pixel measured."""
    code = np.round(255 * encode_srgb(rgb)).astype(np.uint8)
    return _png(code[..., ::-1])


def heat_png(values: Floats, most: float) -> bytes:
    """PNG of (h, w) values from 0 to `most` in viridis, dark to bright, larger ones as `most`."""
    code = np.round(255 * np.clip(values / (most or 1.0), 0, 1)).astype(np.uint8)
    return _png(cv2.applyColorMap(code, cv2.COLORMAP_VIRIDIS))


def tones(counts: Floats, edges: Floats, limits: tuple[float, float]) -> "Figure":
    """Histogram of the lightness of pixels, with P1 and P99 marked.

    Args:
        counts: (n,) share of the pixels in each bin.
        edges: (n + 1,) lightness L*, 0 to 100.
        limits: The 1st and 99th percentile.
    """
    bar = {"type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": counts, "width": np.diff(edges),
           "marker": {"color": LIGHT.accent, "line": {"width": 0}},
           "hovertemplate": "L* %{x:.0f}: %{y:.1%} of the pixels<extra></extra>"}  # fmt: skip
    low, high = limits
    lines = marked({f"P1 {low:.0f}": low, f"P99 {high:.0f}": high})
    if high > 80:  # its name would leave the picture on the right
        lines["annotations"][1].update(xanchor="right", xshift=-4)
    plan = layout(LIGHT, "lightness of luminance (L*)", "pixels (share)",
                  xaxis={"range": [0, 100]}, yaxis={"tickformat": ".0%"})  # fmt: skip
    return drawn([bar], {**plan, **lines, "showlegend": False, "bargap": 0})


def spectrum(frequency: Floats, power: Floats, fitted: Floats) -> "Figure":
    """Figure of power over spatial frequency, both in powers of ten, with the line fitted to it.

    Args:
        frequency: (n,) log10 of cycles per pixel.
        power: (n,) log10 of the mean power.
        fitted: (n,) what the line gives at those frequencies.
    """
    x = 10.0**frequency
    dots = {"type": "scatter", "mode": "markers", "name": "measured", "x": x, "y": 10.0**power,
            "marker": {"color": LIGHT.accent, "size": 7},
            "hovertemplate": "%{x:.3g} cycles per pixel: %{y:.2e}<extra></extra>"}  # fmt: skip
    line = {"type": "scatter", "mode": "lines", "name": "fitted", "x": x, "y": 10.0**fitted,
            "line": {"color": UNKNOWN, "width": 1.5}, "hoverinfo": "skip"}  # fmt: skip
    log = {"type": "log", "exponentformat": "power", "dtick": 1}
    ticks = {**log, "dtick": None, "tickvals": [0.01, 0.02, 0.05, 0.1, 0.2, 0.4],
             "ticktext": ["0.01", "0.02", "0.05", "0.1", "0.2", "0.4"]}  # fmt: skip
    plan = layout(LIGHT, "spatial frequency (cycles per pixel)", "power (no unit)",
                  xaxis=ticks, yaxis={**log, "dtick": 2})  # fmt: skip
    return drawn([line, dots], {**plan, "showlegend": False})


def _png(bgr: np.ndarray) -> bytes:
    done, data = cv2.imencode(".png", np.ascontiguousarray(bgr), [cv2.IMWRITE_PNG_COMPRESSION, 3])
    assert done, "eight-bit pixels can always be encoded"
    return bytes(data)

"""Results in, plotly figures out: nothing is computed but what drawing needs, nothing is shown.

Every axis has a title with its unit and every colour is explicit, so that a figure looks the same
in the app, in an exported file and in a notebook. Classes are coloured by Okabe and Ito's palette
in their given order, values by viridis.
"""

from contrast_engine.figures.charts import bars, curve, radar
from contrast_engine.figures.look import (
    LIGHT,
    PALETTE,
    PLOTLY_CONFIG,
    SEEN_THROUGH,
    UNKNOWN,
    Look,
)
from contrast_engine.figures.maps import MOST_SVG_POINTS, matrix, scatter, trajectory
from contrast_engine.figures.pictures import heat_png, picture_png, spectrum, tones
from contrast_engine.figures.thinned import thinned

__all__ = [
    "LIGHT",
    "MOST_SVG_POINTS",
    "PALETTE",
    "PLOTLY_CONFIG",
    "SEEN_THROUGH",
    "UNKNOWN",
    "Look",
    "bars",
    "curve",
    "heat_png",
    "matrix",
    "picture_png",
    "radar",
    "scatter",
    "spectrum",
    "thinned",
    "tones",
    "trajectory",
]  # fmt: skip

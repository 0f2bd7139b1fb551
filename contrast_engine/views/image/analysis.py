"""What is inside one image: its tones, its spectrum, where its contrast is, what is like it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import describe, figures
from contrast_engine.features.local import WINDOW
from contrast_engine.neighbours import nearest
from contrast_engine.steps.image.analyse import ImageParts
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import number
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

CLEAR = 20.0
"""How far a percentile must be from either end of the collection to be worth words, in percent."""


@dataclass(frozen=True, eq=False)
class ImageAnalysis:
    """One image taken apart, at the size it is measured at.

    Args:
        width, height: Of the pixels that are measured.
        heat: PNG file of the local contrast of each of those pixels.
        heat_words: What the colours of `heat` mean.
        tones, spectrum: Figures; the spectrum is None where there is none to fit.
        spectrum_words: What the line through the spectrum says.
        notes: What was decided while reading the file, in words.
        how: How it was read, in one line.
    """

    width: int
    height: int
    heat: bytes
    heat_words: str
    tones: "Figure"
    spectrum: "Figure | None"
    spectrum_words: str
    notes: tuple[str, ...]
    how: str


def image_analysis(parts: ImageParts) -> ImageAnalysis:
    """An image taken apart, in figures and words."""
    most = float(np.percentile(parts.local, 99))
    drawn, words = None, "Too small or too flat for a spectrum."
    if parts.frequency.size:
        line = parts.slope * parts.frequency + parts.offset
        drawn = figures.spectrum(parts.frequency, parts.power, line)
        words = (
            f"Slope {parts.slope:.2f}: power falls {abs(parts.slope):.1f} powers of ten per power "
            "of ten of frequency. Photographs mostly lie between \N{MINUS SIGN}2 and "
            "\N{MINUS SIGN}3; nearer to 0 is crisper."
        ).replace("Slope -", "Slope \N{MINUS SIGN}")
    height, width = parts.local.shape
    return ImageAnalysis(
        width,
        height,
        figures.heat_png(parts.local, most),
        f"Deviation over mean in a window of {WINDOW} pixels: dark 0, yellow {number(most)} or "
        "more (the 99th percentile of this image).",
        figures.tones(parts.tones, parts.edges, parts.lightness_range),
        drawn,
        words,
        parts.notes,
        parts.how,
    )


def similar_images(space: Vectors, image: ImageId, k: int = 12) -> tuple[tuple[ImageId, str], ...]:
    """The images most like one, with their distance in words, nearest first."""
    return tuple((near, f"{distance:.2f}") for near, distance in nearest(space, image, k))


def stands_out(ranks: dict[str, float], most: int = 4) -> str:
    """Where an image stands far from the middle of its collection, in words.

    Args:
        ranks: Percentile of each feature, 0 to 100.
        most: How many features to name.
    """
    known = {name: rank for name, rank in ranks.items() if name in describe.VOCABULARY}
    clear = [n for n, rank in known.items() if min(rank, 100 - rank) <= CLEAR]
    clear.sort(key=lambda name: min(known[name], 100 - known[name]))
    if not clear:
        return "Close to the middle of the collection in every feature."
    said = [describe.phrase(name, known[name] - 50) for name in clear[:most]]
    return sentence(", ".join(dict.fromkeys(said)) + ", compared with the collection")

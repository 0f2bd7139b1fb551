"""What is inside one image: its tones, its spectrum, where its contrast is, what is like it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine import describe, figures
from contrast_engine.errors import ContrastError
from contrast_engine.features.frequency import radial_spectrum
from contrast_engine.features.local import WINDOW, local_contrast
from contrast_engine.images import LinearImage, read_image
from contrast_engine.nearest import nearest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import number
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BINS = 64
"""Bars of the histogram of tones: an L* step of 1.6, finer than shows (own choice)."""

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
    """

    width: int
    height: int
    heat: bytes
    heat_words: str
    tones: "Figure"
    spectrum: "Figure | None"
    spectrum_words: str
    notes: tuple[str, ...]


def image_analysis(workspace: Workspace, image: ImageId) -> tuple[ImageAnalysis | None, str]:
    """Take an image of the collection apart; give that, or None and why it cannot be opened."""
    try:
        return image_planes(read_image(workspace.original_bytes(image))), ""
    except ContrastError as error:
        return None, sentence(str(error))


def image_planes(image: LinearImage) -> ImageAnalysis:
    """Take a picture that is decoded already apart."""
    local = np.zeros(image.shape) if image.is_flat else local_contrast(image)
    most = float(np.percentile(local, 99))
    counts, edges = np.histogram(image.lightness, BINS, (0.0, 100.0))
    x, y = radial_spectrum(image)
    drawn, words = None, "Too small or too flat for a spectrum."
    if x.size:
        slope, offset = np.polyfit(x, y, 1)
        drawn = figures.spectrum(x, y, slope * x + offset)
        words = (
            f"Slope {slope:.2f}: power falls {abs(slope):.1f} powers of ten per power of ten of "
            "frequency. Photographs mostly lie between \N{MINUS SIGN}2 and \N{MINUS SIGN}3; nearer "
            "to 0 is crisper."
        ).replace("Slope -", "Slope \N{MINUS SIGN}")
    return ImageAnalysis(
        image.shape[1],
        image.shape[0],
        figures.heat_png(local, most),
        f"Deviation over mean in a window of {WINDOW} pixels: dark 0, yellow {number(most)} or "
        "more (the 99th percentile of this image).",
        figures.tones(counts / counts.sum(), edges, image.lightness_range),
        drawn,
        words,
        image.notes,
    )


def similar_images(space: Vectors, image: ImageId, k: int = 12) -> tuple[tuple[ImageId, str], ...]:
    """The images most like one, with their distance in words, nearest first."""
    return tuple((near, f"{distance:.2f}") for near, distance in nearest(space, image, k))


def stands_out(ranks: dict[str, float], most: int = 4) -> str:
    """Say in words where an image stands far from the middle of its collection.

    Args:
        ranks: Percentile of each measure, 0 to 100.
        most: How many measures to name.
    """
    known = {name: rank for name, rank in ranks.items() if name in describe.VOCABULARY}
    clear = [n for n, rank in known.items() if min(rank, 100 - rank) <= CLEAR]
    clear.sort(key=lambda name: min(known[name], 100 - known[name]))
    if not clear:
        return "Close to the middle of the collection in every measure."
    said = [describe.phrase(name, known[name] - 50) for name in clear[:most]]
    return sentence(", ".join(dict.fromkeys(said)) + ", compared with the collection")

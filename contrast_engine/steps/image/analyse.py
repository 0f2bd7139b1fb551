"""analyse: what is inside one image, pixel by pixel, at the size it is measured at."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.features.frequency import radial_spectrum
from contrast_engine.features.local import local_contrast
from contrast_engine.images import LinearImage, read_image
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

BINS = 64
"""Bins of the histogram of tones: an L* step of 1.6, finer than shows (own choice)."""


@dataclass(frozen=True, eq=False)
class ImageParts:
    """One image taken apart.

    Args:
        local: (h, w) local contrast of every pixel that is measured.
        tones: (n,) share of the pixels in each bin of lightness.
        edges: (n + 1,) lightness L*, 0 to 100.
        lightness_range: The 1st and 99th percentile of lightness.
        frequency, power: (m,) log10 of cycles per pixel and of the mean power there; empty where
            the image is too small or too flat for a spectrum.
        slope, offset: The line fitted to them; 0 where there is none.
        notes: What was decided while reading the file, in words.
        how: How it was read, in one line.
    """

    local: Floats
    tones: Floats
    edges: Floats
    lightness_range: tuple[float, float]
    frequency: Floats
    power: Floats
    slope: float
    offset: float
    notes: tuple[str, ...]
    how: str = ""


def analyse(workspace: Workspace, image: ImageId) -> ImageParts:
    """The parts of an image of the collection, read from its file.

    Raises:
        WorkspaceError: Its file is gone or was changed.
        ImageError: It cannot be read.
    """
    options = workspace.reading_options
    return analyse_pixels(read_image(workspace.original_bytes(image), options=options))


def analyse_pixels(image: LinearImage) -> ImageParts:
    """The parts of a picture that is decoded already."""
    local = np.zeros(image.shape) if image.is_flat else local_contrast(image)
    counts, edges = np.histogram(image.lightness, BINS, (0.0, 100.0))
    x, y = radial_spectrum(image)
    slope, offset = np.polyfit(x, y, 1) if x.size else (0.0, 0.0)
    return ImageParts(
        local, counts / counts.sum(), edges, image.lightness_range, x, y, float(slope),
        float(offset), image.notes, image.how,
    )  # fmt: skip

"""pixel planes: what is measured of every single pixel of one image, to be laid over it."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Bytes, Real
from contrast_engine.features.local import local_contrast
from contrast_engine.features.statistical import in_highlights, in_shadows
from contrast_engine.images import LinearImage, read_image
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

SHADOW, HIGHLIGHT = 1, 2
"""Codes of the plane of clipping; 0 is neither."""


@dataclass(frozen=True, eq=False)
class PixelPlanes:
    """Values of every pixel at the size it is measured at.

    Args:
        lightness: (h, w) L* of luminance, 0 to 100.
        shadows, highlights: (h, w) what the features `clip_shadows` and `clip_highlights` count.
        local: (h, w) local contrast.
    """

    lightness: Real
    shadows: Bools
    highlights: Bools
    local: Real

    @property
    def most_local(self) -> float:
        """The 99th percentile of local contrast: what is drawn as the most."""
        return float(np.percentile(self.local, 99))

    def packed(self) -> bytes:
        """All of it in bytes, little endian, for a browser.

        Width and height as uint32, `most_local` as float32, then a byte for each pixel: of
        lightness (255 is 100), of clipping (`SHADOW`, `HIGHLIGHT`), of local contrast (255 is
        `most_local` or more).
        """
        height, width = self.lightness.shape
        most = self.most_local
        head = np.array([width, height], "<u4").tobytes() + np.array([most], "<f4").tobytes()
        clipping = SHADOW * self.shadows.astype(np.uint8) + HIGHLIGHT * self.highlights
        planes = (
            _bytes(self.lightness / 100),
            clipping.astype(np.uint8),
            _bytes(self.local / (most or 1.0)),
        )
        return head + b"".join(plane.tobytes() for plane in planes)


def pixel_planes(workspace: Workspace, image: ImageId) -> PixelPlanes:
    """The planes of an image of the collection, read from its file.

    Raises:
        WorkspaceError: Its file is gone or was changed.
        ImageError: It cannot be read.
    """
    options = workspace.reading_options
    return planes_of(read_image(workspace.original_bytes(image), options=options))


def planes_of(image: LinearImage) -> PixelPlanes:
    """The planes of a picture that is decoded already."""
    local = np.zeros(image.shape) if image.is_flat else local_contrast(image)
    return PixelPlanes(image.lightness, in_shadows(image), in_highlights(image), local)


def _bytes(share: Real) -> Bytes:
    code: Bytes = np.round(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return code

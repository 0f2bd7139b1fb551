"""A picture at a fixed size, as the measures of complexity see it."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from contrast_engine.arrays import Bytes, Floats32
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb, encode_srgb, lab

FINE, COARSE = 256, 128
"""Sides, in pixels, of squares with as many pixels as the picture is brought to (own choice)."""

_LEAST = 8  # pixels on the shorter side of a strip


@dataclass(frozen=True, eq=False)
class SizedPicture:
    """A picture of as many pixels as a square of one size has, its proportions kept.

    Counts of one picture compare with those of another because both have equally many pixels.

    Args:
        codes: (h, w, 3) uint8 sRGB code values.
    """

    codes: Bytes

    @cached_property
    def grey(self) -> Bytes:
        """(h, w) uint8 luma, as edge detectors and coders use it."""
        return np.asarray(cv2.cvtColor(self.codes, cv2.COLOR_RGB2GRAY), np.uint8)

    @cached_property
    def lab(self) -> Floats32:
        """(h, w, 3) float32 CIE L*, a*, b* of the code values."""
        return lab_of(self.codes)

    @property
    def pixels(self) -> int:
        """How many pixels it has."""
        height, width = self.codes.shape[:2]
        return int(height * width)


def sized(image: LinearImage, side: int) -> SizedPicture:
    """A picture brought to the number of pixels of a square.

    Averaged by area in linear light; a smaller one is enlarged by linear interpolation, which adds
    no detail. What the bytes of its file are plays no part.

    Args:
        image: The picture.
        side: Of the square, in pixels.
    """
    height, width = image.shape
    scale = side / float(np.sqrt(height * width))
    size = (max(_LEAST, round(width * scale)), max(_LEAST, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    light = np.asarray(cv2.resize(np.ascontiguousarray(image.rgb), size, interpolation=how))
    codes = np.round(255 * encode_srgb(np.clip(light, 0.0, 1.0))).astype(np.uint8)
    return SizedPicture(np.ascontiguousarray(codes))


def lab_of(codes: Bytes) -> Floats32:
    """(h, w, 3) float32 CIE L*, a*, b* of sRGB code values."""
    light = _LIGHT[codes]
    return np.ascontiguousarray(lab(light), dtype=np.float32)


_LIGHT: Floats32 = np.asarray(decode_srgb(np.arange(256) / 255), dtype=np.float32)

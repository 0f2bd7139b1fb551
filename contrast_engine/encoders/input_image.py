"""What an encoder sees of a picture: a small square of 8-bit code values."""

import cv2
import numpy as np

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.images.colour import encode_srgb


def training_copy(rgb: Floats, size: int) -> Bytes:
    """Shrink linear light (h, w, 3) to (size, size, 3) uint8 sRGB.

    Averaged by area in linear light. The whole picture is kept: a picture that is not square is
    squeezed into one, which changes neither its tones nor how large their differences are.
    """
    if rgb.shape[:2] == (size, size):
        small = rgb
    else:
        shrinks = min(rgb.shape[:2]) >= size
        how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        small = np.asarray(cv2.resize(np.ascontiguousarray(rgb), (size, size), interpolation=how))
    return np.round(255 * encode_srgb(np.clip(small, 0.0, 1.0))).astype(np.uint8)

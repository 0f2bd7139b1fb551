"""preview_contrast: the RMS contrast of the small pictures that a training run keeps."""

from functools import lru_cache

import numpy as np

from contrast_engine.arrays import Bytes
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb


def preview_contrast(codes: Bytes) -> float:
    """RMS contrast of (s, s, 3) sRGB code values, measured as that of a photograph is."""
    return _measured(codes.tobytes(), len(codes))


# a page draws the same few pictures every two seconds while an encoder trains
@lru_cache(maxsize=256)
def _measured(pixels: bytes, side: int) -> float:
    from contrast_engine.features import features

    codes = np.frombuffer(pixels, dtype=np.uint8).reshape(side, side, 3)
    return features["c_rms"].measure(LinearImage(decode_srgb(codes / 255.0)))

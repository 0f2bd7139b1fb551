"""An image pixel by pixel, encoded afresh for a browser that looks at its true pixels."""

import functools
import io
from pathlib import Path

import numpy as np
from PIL import Image

from contrast_engine.arrays import Bytes
from contrast_engine.images.colour import encode_srgb
from contrast_engine.images.decoding import decode
from contrast_engine.images.downscale import shrunk
from contrast_engine.images.raster import Raster
from contrast_engine.images.reading import file_bytes
from contrast_engine.images.reading_options import USUAL, ReadingOptions

MOST_PIXELS = 64_000_000
"""Of larger images no browser shows every pixel at once; they are made smaller (own choice)."""

REDUCED_PIXELS = 16_000_000
"""How many pixels an image has that was made smaller: 200 MB while it is encoded."""

LOSSLESS_PIXELS = 4_000_000
"""Up to so many pixels the picture is a PNG, every code as it is; above, a JPEG of quality 97."""

_STRIP = 1_000_000  # pixels encoded at a time: 12 MB of float32 RGB


def longest_side(width: int, height: int) -> int:
    """The longer side at which an image of this size is shown: its own, or less if it is huge."""
    pixels = width * height
    if pixels <= MOST_PIXELS:
        return max(width, height)
    return int(max(width, height) * (REDUCED_PIXELS / pixels) ** 0.5)


def full_size(
    path: str | Path, width: int, height: int, options: ReadingOptions = USUAL
) -> tuple[bytes, str]:
    """An image at its full size as an upright sRGB picture, and its media type.

    Args:
        path: Its file.
        width: Its full width as the collection knows it.
        height: Its full height.
        options: What was chosen about reading.

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
    """
    data, name = file_bytes(path)
    size = longest_side(width, height)
    codes = _codes(decode(data, name, size, options), size)
    picture, encoded = Image.fromarray(codes), io.BytesIO()
    if codes.shape[0] * codes.shape[1] <= LOSSLESS_PIXELS:
        picture.save(encoded, "PNG", compress_level=1)
        return encoded.getvalue(), "image/png"
    picture.save(encoded, "JPEG", quality=97, subsampling=0)
    return encoded.getvalue(), "image/jpeg"


@functools.cache
def _table() -> Bytes:
    """Codes in sRGB of 65536 steps of linear light: quicker than the curve, exact for 8 bits."""
    return np.round(255 * encode_srgb(np.arange(65536) / 65535)).astype(np.uint8)


def _codes(raster: Raster, size: int) -> Bytes:
    """(h, w, 3), or (h, w) where grey: sRGB codes; never all of a large image in floats."""
    factor = min(1.0, size / max(raster.width, raster.height))
    height, width = raster.size
    target = (
        min(height, max(1, round(raster.height * factor))),
        min(width, max(1, round(raster.width * factor))),
    )
    small = None if target == raster.size else shrunk(raster, target)
    rows = max(1, _STRIP // target[1])
    codes: Bytes | None = None
    for top in range(0, target[0], rows):
        light = raster.light(top, top + rows) if small is None else small[top : top + rows]
        if codes is None:
            codes = np.empty((*target, light.shape[2]), np.uint8)
        codes[top : top + rows] = _table()[np.round(light * 65535).astype(np.uint16)]
    assert codes is not None, "a picture has at least one row"
    codes = raster.upright(codes)
    return np.ascontiguousarray(codes[..., 0] if codes.shape[2] == 1 else codes)

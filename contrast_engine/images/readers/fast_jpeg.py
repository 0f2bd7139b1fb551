"""The short way through a sound JPEG: libjpeg-turbo straight into an array, without Pillow."""

from typing import Any

import numpy as np
import simplejpeg

from contrast_engine.arrays import Bytes


def decoded(data: bytes, size: tuple[int, int], halvings: int, is_grey: bool) -> Bytes | None:
    """A JPEG as (h, w, 1 or 3) codes at a power-of-two reduction; None where it may not.

    Strict: whatever libjpeg would only warn about is left to Pillow, which then decides and says
    what is wrong. Both carry libjpeg-turbo, and the codes are the same.

    Args:
        data: The whole file.
        size: Full width and height, as its header says.
        halvings: 0 full size, 1 half, 2 a quarter, 3 an eighth.
        is_grey: Whether it stores one channel.
    """
    # Exactly these bounds: with any others it may choose an odd eighth, slower than the whole.
    width, height = (-(-side >> halvings) for side in size)
    try:
        codes: Any = simplejpeg.decode_jpeg(
            data, "GRAY" if is_grey else "RGB", min_height=height, min_width=width
        )
    except ValueError:
        return None
    pixels: Bytes = codes.reshape(*codes.shape[:2], 1 if is_grey else 3)
    return pixels if pixels.shape[:2] == (height, width) else None


def complaint(data: bytes, mode: str) -> str:
    """What libjpeg has to say against a JPEG, in its own words; "" where it has nothing.

    Args:
        data: The whole file.
        mode: Its colours as Pillow calls them.
    """
    colours = {"L": "GRAY", "CMYK": "CMYK"}.get(mode, "RGB")
    try:
        # at an eighth: every bit is looked at all the same, and little memory taken
        simplejpeg.decode_jpeg(data, colours, min_height=1, min_width=1)
    except ValueError as fault:
        return str(fault)
    return ""


def scans(data: bytes) -> int:
    """Number of markers that begin a pass over the picture; bytes that look like one count too."""
    codes = np.frombuffer(data, np.uint8)  # several times quicker than bytes.count
    return int(np.count_nonzero((codes[:-1] == 0xFF) & (codes[1:] == 0xDA)))

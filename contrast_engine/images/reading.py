"""The one door from a file to linear light at analysis size."""

import os
import stat
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.errors import ImageError, OptionError
from contrast_engine.images import colour
from contrast_engine.images.decoding import Raster, decode, digest
from contrast_engine.images.linear import ANALYSIS_SIZE, LinearImage
from contrast_engine.images.modes import Codes
from contrast_engine.vectors import ImageId

MAX_BYTES = 700_000_000
"""Larger files are refused before they are read."""

# A reduced JPEG is low-passed by its own transform; what is left to average by area must be at
# least this factor, or pictures just above the analysis size lose fine detail that larger and
# smaller ones keep. At 1 the spectral features of one scene differ by its file size twice as much.
_OVERSAMPLING = 2

_STRIP = 2_000_000  # pixels made linear at a time: 24 MB of float32 RGB


def content_id(data: bytes) -> ImageId:
    """Name an image by its bytes: the same picture file has the same id everywhere."""
    return ImageId(digest(data))


def read_image(
    source: str | Path | bytes, size: int = ANALYSIS_SIZE, *, is_exact: bool = False
) -> LinearImage:
    """Read an image into linear light, at most `size` pixels on its longer side.

    Turned upright, converted to sRGB primaries, transparency over mid-grey, first frame of an
    animation, averaged by area in linear light, never enlarged. Pictures of a few pixels are read
    too: features say what they give for them.

    Args:
        source: A path, or the bytes of a file.
        size: Longest side to measure at. Never compare measures taken at different sizes.
        is_exact: Decode JPEGs in full instead of at a half, quarter or eighth of their size
            (slower and more memory; see the agreement tests).

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
        OptionError: The size is not at least 1.
    """
    if size < 1:
        raise OptionError(f"size must be a whole number of at least 1, got {size!r}")
    data, name = (source, "the image") if isinstance(source, bytes) else file_bytes(source)
    raster = decode(data, name, None if is_exact else _OVERSAMPLING * size)
    width, height = raster.upright_size
    return LinearImage(linear_light(raster, size).astype(np.float64), width, height, raster.notes)


def linear_light(raster: Raster, size: int) -> Floats32:
    """Average a raster by area in linear light to at most `size` pixels: (h, w, 3), upright."""
    # From the full size, so that a reduced decode has the very shape of an exact one.
    factor = min(1.0, size / max(raster.width, raster.height))
    height, width = raster.codes.shape[:2]
    target = (
        min(width, max(1, round(raster.width * factor))),
        min(height, max(1, round(raster.height * factor))),
    )
    light = _shrunk(raster.codes, target)
    if light.shape[2] == 1:
        light = np.repeat(light, 3, axis=2)
    return np.ascontiguousarray(raster.upright(light))


def file_bytes(path: str | Path) -> tuple[bytes, str]:
    """Read a whole file; give its bytes and the name that messages use.

    Raises:
        ImageError: It is missing, not a regular file, too large, or may not be read.
    """
    path = Path(path)
    name = shown(path.name)
    try:
        status = path.stat()  # before opening: opening a pipe would wait for ever
        if not stat.S_ISREG(status.st_mode):
            raise ImageError(f"{name} is not a file")
        if status.st_size > MAX_BYTES:
            size, most = status.st_size // 1_000_000, MAX_BYTES // 1_000_000
            raise ImageError(
                f"{name} has {size} MB, at most {most} MB are read; make a smaller copy"
            )
        return path.read_bytes(), name
    except FileNotFoundError:
        raise ImageError(f"{name} is not there: {shown(path)} does not exist") from None
    except PermissionError:
        raise ImageError(f"{name} may not be read: permission denied") from None
    except (OSError, ValueError) as fault:  # ValueError: a null byte in the path
        raise ImageError(f"{name} cannot be read: {getattr(fault, 'strerror', fault)}") from None


def shown(path: str | Path) -> str:
    """Give a path as text that can always be printed, whatever bytes it is made of."""
    return os.fsencode(path).decode("utf-8", "replace")


def _shrunk(codes: Codes, target: tuple[int, int]) -> Floats32:
    # (h, w, c) to (h', w', 1 or 3) for a target (w', h'). Only a strip at a time is ever linear at
    # full size. float32 is exact enough here: the source has 8 or 16 bits, and variances are taken
    # later in float64.
    height, width = codes.shape[:2]
    rows = max(1, _STRIP // width)
    strips = [
        _resized(_linear(codes[top : top + rows]), (target[0], min(rows, height - top)))
        for top in range(0, height, rows)
    ]
    return _resized(np.concatenate(strips) if len(strips) > 1 else strips[0], target)


def _resized(light: Floats32, target: tuple[int, int]) -> Floats32:
    if (light.shape[1], light.shape[0]) == target:
        return light
    small = cv2.resize(light, target, interpolation=cv2.INTER_AREA)
    return _floats(small, (target[1], target[0], light.shape[2]))


def _linear(codes: Codes) -> Floats32:
    """Look up (h, w, c) codes as linear light, (h, w, 1 or 3), transparency over mid-grey."""
    is_deep = codes.dtype == np.uint16
    colours: Any = np.ascontiguousarray(codes[..., :3] if codes.shape[2] == 4 else codes)
    if is_deep:
        light: Floats32 = colour.LINEAR_OF_16_BIT[colours]
    else:
        light = _floats(cv2.LUT(colours, colour.LINEAR_OF_8_BIT), colours.shape)
    if codes.shape[2] == 4:
        alpha = codes[..., 3:].astype(np.float32) / np.float32(65535 if is_deep else 255)
        light = light * alpha + np.float32(colour.MID_GREY) * (1 - alpha)
    return light


def _floats(array: Any, shape: tuple[int, ...]) -> Floats32:
    """Give what OpenCV returned its last axis back, which it drops where it is one."""
    floats: Floats32 = np.asarray(array, dtype=np.float32).reshape(shape)
    return floats

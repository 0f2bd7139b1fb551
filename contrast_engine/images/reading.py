"""The one door from a file to linear light at analysis size."""

import functools
import os
import stat
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats32, Real
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

_STRIP = 100_000  # pixels made linear at a time: 1.2 MB of float32 RGB


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
        is_exact: Decode JPEGs in full instead of at a half, quarter or eighth of their size, and
            measure in float64 instead of float32 (slower; see the agreement tests).

    Raises:
        ImageError: It cannot be read; the message names the file and says why.
        OptionError: The size is not at least 1.
    """
    if size < 1:
        raise OptionError(f"size must be a whole number of at least 1, got {size!r}")
    data, name = (source, "the image") if isinstance(source, bytes) else file_bytes(source)
    raster = decode(data, name, None if is_exact else _OVERSAMPLING * size)
    width, height = raster.upright_size
    light: Real = linear_light(raster, size)
    if is_exact:
        light = light.astype(np.float64)
    return LinearImage(light, width, height, raster.notes)


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
    # full size, and one that fits the cache. float32 is exact enough here: the source has 8 or 16
    # bits, and variances are taken later in float64.
    height, width = codes.shape[:2]
    if (width, height) == target:
        return _linear(codes)
    if height == target[1]:
        return _narrowed(_linear(codes), target[0])
    # Adding whole rows is several times quicker than OpenCV's resize, which only the columns need.
    rows = max(1, _STRIP * target[1] // (width * height))
    strips = _strips(height, target[1], rows)
    return np.concatenate([_strip(codes[top:end], share, target[0]) for top, end, share in strips])


def _strip(codes: Codes, share: Any, width: int) -> Floats32:
    light = _linear(codes)
    summed = share @ light.reshape(len(light), -1)
    return _narrowed(summed.reshape(-1, *light.shape[1:]), width)


def _narrowed(light: Floats32, width: int) -> Floats32:
    if light.shape[1] == width:
        return light
    narrow = cv2.resize(light, (width, light.shape[0]), interpolation=cv2.INTER_AREA)
    return _floats(narrow, (light.shape[0], width, light.shape[2]))


@functools.lru_cache(maxsize=32)
def _strips(height: int, target: int, rows: int) -> list[tuple[int, int, Any]]:
    """Cut `height` rows for `rows` of the `target` rows at a time: from, to, and sparse shares."""
    share = _row_shares(height, target)
    strips = []
    for top in range(0, target, rows):
        part = share[top : top + rows]
        first, end = int(part.indices.min()), int(part.indices.max()) + 1
        strips.append((first, end, part[:, first:end]))
    return strips


def _row_shares(height: int, target: int) -> Any:
    """Give what part of each of `target` rows every one of `height` rows makes up, sparse."""
    from scipy.sparse import csr_array

    edges = np.arange(target + 1) * (height / target)
    first = np.minimum(edges[:-1].astype(np.int64), height - 1)
    reach = int(np.ceil(height / target)) + 1
    row = first[:, None] + np.arange(reach)
    part = np.minimum(edges[1:, None], row + 1) - np.maximum(edges[:-1, None], row)
    part = np.where((row < height) & (part > 1e-9), part, 0.0)
    part /= part.sum(axis=1, keepdims=True)
    kept = part > 0
    starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return csr_array((part[kept].astype(np.float32), row[kept], starts), shape=(target, height))


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

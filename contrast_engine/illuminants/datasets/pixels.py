"""From a file to linear numbers as its camera gave them: black and white level, masks, size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from contrast_engine.arrays import Bools, Floats32
from contrast_engine.errors import ImageError
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.images.decoding import decode
from contrast_engine.images.raster import Codes, most_of
from contrast_engine.images.reading import file_bytes

Polygon = tuple[tuple[float, float], ...]
"""Corners (x, y) from the upper left corner of the picture."""

LINEAR_FORMATS = ("PNG", "TIFF")
"""Formats whose numbers may be linear; a JPEG never is."""


def raw_numbers(path: str | Path) -> Codes:
    """The numbers of a PNG or TIFF file at full depth, (h, w, 3), with no curve undone.

    Raises:
        ImageError: It cannot be read, is of another format, or has not three colours.
    """
    data, name = file_bytes(path)
    raster = decode(data, name, None)
    if raster.format not in LINEAR_FORMATS:
        raise ImageError(
            f"{name} is {raster.format}, which is not linear; save the raw colours as 16-bit PNG "
            "or TIFF"
        )
    codes: Any = raster.codes[..., :-1] if raster.opacity else raster.codes
    if codes.shape[2] != 3:
        raise ImageError(
            f"{name} has {codes.shape[2]} channel(s); an illuminant needs red, green and blue"
        )
    return cast("Codes", np.ascontiguousarray(codes))


def linear_numbers(
    codes: Codes, black: float, white: float | None, name: str
) -> tuple[Floats32, Bools]:
    """Linear light 0..1, (h, w, 3), of numbers, and where it is neither black nor saturated.

    Args:
        codes: (h, w, 3) numbers as stored.
        black: Number that stands for no light.
        white: Number of white; None for the most there can be, 0 for the highest there is.
        name: Of the file, for messages.

    Raises:
        ImageError: White is not above black, or a number is not finite.
    """
    if white is None:
        white = 1.0 if codes.dtype == np.float32 else float(most_of(codes))
    elif white == 0:
        white = float(codes.max())
    if not white > black:
        raise ImageError(
            f"{name} has white at {white:g} and black at {black:g}; white must be above black"
        )
    light = (codes.astype(np.float32) - np.float32(black)) / np.float32(white - black)
    if not np.isfinite(light).all():
        raise ImageError(f"{name} holds numbers that are not finite; save it again")
    light = np.asarray(np.clip(light, 0, 1), np.float32)
    return light, (light.sum(axis=2) > 0) & ~is_saturated(light)


def masked(
    shape: tuple[int, int], polygons: Sequence[Polygon], unit: tuple[int, int] = (1, 1)
) -> Bools:
    """Which pixels (h, w) have their middle in one of some polygons, in a unit of pixels."""
    cover = np.zeros(shape, np.bool_)
    across, down = np.arange(shape[1]) + 0.5, (np.arange(shape[0]) + 0.5)[:, None]
    for polygon in polygons:
        corners = np.array(polygon, np.float64) * unit
        inside = np.zeros(shape, np.bool_)
        for (x, y), (next_x, next_y) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            if y == next_y:
                continue
            crosses = (y > down) != (next_y > down)
            inside ^= crosses & (across < x + (down - y) * (next_x - x) / (next_y - y))
        cover |= inside
    return cover


def shrunk_to_square(
    light: Floats32, is_usable: Bools, is_seen: Bools, size: int
) -> tuple[Floats32, Bools]:
    """Means by area of linear light over usable pixels, squeezed to (size, size, 3).

    Where no pixel is usable, the mean is over all that is not masked; masked areas are 0. A cell
    may be looked at where at least half of it is usable.
    """
    usable, share = _means(light, is_usable, size)
    seen, _ = _means(light, is_seen, size)
    made = np.where(share[..., None] > 0, usable, seen).astype(np.float32)
    return made, (share >= 0.5) & (made.sum(axis=2) > 0)


def _means(light: Floats32, where: Bools, size: int) -> tuple[Floats32, Floats32]:
    share = _square(where.astype(np.float32), size)
    kept = _square(light * where[..., None], size)
    share[share < 1e-6] = 0
    means = np.clip(kept / np.maximum(share, 1e-6)[..., None], 0, 1)
    return means.astype(np.float32), share


def _square(values: Floats32, size: int) -> Floats32:
    height, width = values.shape[:2]
    target = min(width, size), min(height, size)
    made: Any = values
    if target != (width, height):
        made = cv2.resize(made, target, interpolation=cv2.INTER_AREA)
    if target != (size, size):
        made = cv2.resize(made, (size, size), interpolation=cv2.INTER_NEAREST)
    return np.array(made, np.float32)

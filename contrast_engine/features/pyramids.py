"""Smaller versions of a picture, and how much neighbouring cells of one differ."""

import functools

import cv2
import numpy as np

from contrast_engine.arrays import Floats

_SMALLEST = 4  # cells on the shorter side of the last level


def blocks(values: Floats, size: int) -> Floats:
    """Average (h, w) values over square blocks: (h // size, w // size), possibly empty.

    What does not fill a block is left out, half of it on either side, so that mirroring is
    harmless; where that half is not a whole number of pixels, the blocks lie between pixels and
    take half of each.
    """
    if size == 1:
        return values
    down = _along_rows(values, size)
    return _along_rows(np.ascontiguousarray(down.T), size).T


def levels(values: Floats) -> list[Floats]:
    """Halve (h, w) values again and again while both sides keep at least 4 cells."""
    pyramid = [values]
    while min(pyramid[-1].shape) >= 2 * _SMALLEST:
        pyramid.append(np.ascontiguousarray(blocks(pyramid[-1], 2)))
    return pyramid


def neighbour_difference(values: Floats, diagonal: float) -> float:
    """Mean over cells of the weighted mean absolute difference to the neighbours they have.

    Args:
        values: (h, w).
        diagonal: Weight of the four diagonal neighbours; the straight ones weigh 1.
    """
    if values.size < 2:
        return 0.0
    values = np.ascontiguousarray(values)
    height, width = values.shape
    total = 0.0
    for top, bottom, downs in _zones(height):
        for left, right, acrosses in _zones(width):
            here = values[top:bottom, left:right]
            sums, weights = 0.0, 0.0
            for dy in downs:
                for dx in acrosses:
                    weight = 0.0 if dy == dx == 0 else diagonal if dy and dx else 1.0
                    if weight:
                        there = values[top + dy : bottom + dy, left + dx : right + dx]
                        sums += weight * cv2.norm(here, there, cv2.NORM_L1)
                        weights += weight
            total += sums / weights
    return total / values.size


def _zones(size: int) -> list[tuple[int, int, tuple[int, ...]]]:
    """Cut a side into first, inner and last cells, with the steps to the neighbours each has."""
    if size == 1:
        return [(0, 1, (0,))]
    zones: list[tuple[int, int, tuple[int, ...]]] = [(0, 1, (0, 1)), (size - 1, size, (-1, 0))]
    return zones if size == 2 else [*zones, (1, size - 1, (-1, 0, 1))]


def _along_rows(values: Floats, size: int) -> Floats:
    if size > 4:
        whole: Floats = _coverage(values.shape[0], size) @ values
        return whole
    # Adding whole rows is quicker than multiplying by an almost empty matrix.
    count, rest = divmod(values.shape[0], size)
    start, between = divmod(rest, 2)
    total = np.zeros((count, values.shape[1]))
    for step in range(size + between):
        rows = values[start + step : start + step + (count - 1) * size + 1 : size][:count]
        total += rows / 2 if between and step in (0, size) else rows
    total /= size
    return total


@functools.lru_cache(maxsize=64)
def _coverage(side: int, size: int) -> Floats:
    """Give the share of each block, (side // size, side), that every pixel makes up."""
    count = side // size
    low = (side - count * size) / 2 + size * np.arange(count)[:, None]
    pixel = np.arange(side)[None]
    cover: Floats = np.minimum(low + size, pixel + 1) - np.maximum(low, pixel)
    return np.maximum(cover, 0) / size

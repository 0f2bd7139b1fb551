"""Smaller versions of a picture, and how much neighbouring cells of one differ."""

import functools

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Ints, Real

_SMALLEST = 4  # cells on the shorter side of the last level


def blocks(values: Real, size: int) -> Real:
    """Means of (h, w) values over square blocks: (h // size, w // size), possibly empty.

    What does not fill a block is left out, half of it on either side, so that mirroring is
    harmless; where that half is not a whole number of pixels, the blocks lie between pixels and
    take half of each.
    """
    if size == 1:
        return values
    height, width = (side // size for side in values.shape)
    if not height or not width:
        return values[:height, :width]
    # Averaging neighbouring pixels once moves every block by the half pixel that is too many.
    if values.shape[0] % size % 2:
        values = (values[:-1] + values[1:]) / 2
    if values.shape[1] % size % 2:
        values = (values[:, :-1] + values[:, 1:]) / 2
    top, left = ((side % size) // 2 for side in values.shape)
    whole = values[top : top + height * size, left : left + width * size]
    averages: Real
    if size & (size - 1):  # OpenCV divides doubles by a float: exact for powers of two alone
        rows = whole.reshape(height, size, width * size).sum(axis=1)
        averages = rows.reshape(height, width, size).sum(axis=2) / size**2
    else:
        averages = whole
        while size > 1:  # by halves: OpenCV is quickest at that
            size //= 2
            small = cv2.resize(
                averages, (width * size, height * size), interpolation=cv2.INTER_AREA
            )
            averages = np.asarray(small, values.dtype).reshape(height * size, width * size)
    return averages


def levels(values: Real) -> list[Real]:
    """The (h, w) values, then halved again and again while both sides have at least 4 cells."""
    pyramid = [values]
    while min(pyramid[-1].shape) >= 2 * _SMALLEST:
        pyramid.append(blocks(pyramid[-1], 2))
    return pyramid


def neighbour_difference(values: Real, diagonal: float) -> float:
    """Mean over cells of the weighted mean absolute difference to the neighbours they have.

    Args:
        values: (h, w).
        diagonal: Weight of the four diagonal neighbours; the straight ones weigh 1.
    """
    if values.size < 2:
        return 0.0
    height, width = values.shape
    # Every pair counts as one inside the picture does, which is quick; those at the border, where
    # cells have fewer neighbours to divide by, are then set right.
    total = 0.0
    for down, across, weight in _steps(diagonal):
        if height > down and width > abs(across):
            total += 2 * weight / (4 + 4 * diagonal) * _sum_of_differences(values, down, across)
    first, second, missing = _border(height, width, diagonal)
    flat = values.ravel()
    total += float(np.abs(flat[first] - flat[second]) @ missing)
    return total / values.size


def _sum_of_differences(values: Real, down: int, across: int) -> float:
    height, width = values.shape
    left, right = max(0, -across), max(0, across)
    first = values[: height - down, left : width - right]
    second = values[down:, right : width - left]
    return float(cv2.norm(first, second, cv2.NORM_L1))


def _steps(diagonal: float) -> list[tuple[int, int, float]]:
    """Name each kind of neighbour once: rows down, columns across, weight."""
    straight = [(0, 1, 1.0), (1, 0, 1.0)]
    return [*straight, (1, 1, diagonal), (1, -1, diagonal)] if diagonal else straight


@functools.lru_cache(maxsize=128)
def _border(height: int, width: int, diagonal: float) -> tuple[Ints, Ints, Floats]:
    """The pairs of cells of which one lies at the border, and what they count for besides.

    A cell divides by the weight of the neighbours it has: up to 4 straight and 4 diagonal.
    """
    down, across = (
        np.minimum(np.arange(side), 1) + np.minimum(np.arange(side)[::-1], 1)
        for side in (height, width)
    )
    each = 1 / (down[:, None] + across[None] + diagonal * down[:, None] * across[None])
    usual = 1 / (4 + 4 * diagonal)
    cells = np.arange(height * width).reshape(height, width)
    firsts, seconds, besides = [], [], []
    for dy, dx, weight in _steps(diagonal):
        left, right = max(0, -dx), max(0, dx)
        first = cells[: height - dy, left : width - right].ravel()
        second = cells[dy:, right : width - left].ravel()
        beside = weight * (each.ravel()[first] + each.ravel()[second] - 2 * usual)
        kept = np.abs(beside) > 1e-12
        firsts.append(first[kept])
        seconds.append(second[kept])
        besides.append(beside[kept])
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(besides)

"""Smaller versions of a picture, and how much neighbouring cells of one differ."""

import functools

import cv2
import numpy as np

from contrast_engine.arrays import Real

_SMALLEST = 4  # cells on the shorter side of the last level


def blocks(values: Real, size: int) -> Real:
    """Average (h, w) values over square blocks: (h // size, w // size), possibly empty.

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
        small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
        averages = np.asarray(small, values.dtype).reshape(height, width)
    return averages


def levels(values: Real) -> list[Real]:
    """Halve (h, w) values again and again while both sides keep at least 4 cells."""
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
    total = 0.0
    plan = _pairs(*values.shape, diagonal, values.dtype.name)
    for (dy, dx), weights in plan.items():
        height, width = weights.shape
        first = values[:height, -width:] if dx < 0 else values[:height, :width]
        second = values[dy:, :width] if dx < 0 else values[dy:, dx:]
        total += float(np.vdot(np.abs(first - second), weights))
    return total / values.size


@functools.lru_cache(maxsize=128)
def _pairs(height: int, width: int, diagonal: float, kind: str) -> dict[tuple[int, int], Real]:
    """Say how much each pair of neighbours counts for the two cells together, by direction.

    Every cell divides by the weight of the neighbours it has: up to 4 straight and 4 diagonal.
    """
    down, across = (
        np.minimum(np.arange(side), 1) + np.minimum(np.arange(side)[::-1], 1)
        for side in (height, width)
    )
    straight = down[:, None] + across[None]
    each = 1 / (straight + diagonal * down[:, None] * across[None])
    pairs = {
        (0, 1): each[:, :-1] + each[:, 1:],
        (1, 0): each[:-1] + each[1:],
    }
    if diagonal:
        pairs[1, 1] = diagonal * (each[:-1, :-1] + each[1:, 1:])
        pairs[1, -1] = diagonal * (each[:-1, 1:] + each[1:, :-1])
    return {
        step: np.ascontiguousarray(weights, kind) for step, weights in pairs.items() if weights.size
    }

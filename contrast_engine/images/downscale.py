"""Pictures made smaller: averages by area in linear light, a strip at a time."""

import functools
from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.images.raster import Raster

_STRIP = 100_000  # pixels made linear at a time: 1.2 MB of float32 RGB, which fits the cache

# A pixel of the source has already averaged over its own area. Averaging over a whole target pixel
# besides would blur small files of a scene more than large ones, and move the spectral features by
# up to half their quartile range; so the box is narrowed until the variances of source pixel and
# box add up to one target pixel. The tenth more than 1 stands for detail beyond the target's reach,
# which wide boxes fold back into it and narrow ones do not (measured; see benchmarks).
_OWN_BLUR = 1.1
_NARROWEST = 0.3  # source pixels; hardly larger sources are sampled rather than averaged

Shares = Any
"""Sparse (target, source): what part of each target row every source row makes up."""


def shrunk(raster: Raster, target: tuple[int, int]) -> Floats32:
    """Means of a picture by area in linear light: (h, w, 1 or 3), not yet turned.

    Args:
        raster: Its numbers, perhaps decoded at a half, quarter or eighth.
        target: (height, width) wanted, at most that of the numbers.
    """
    # Only a strip at a time is ever linear at full size. float32 is exact enough here: the source
    # has 8 or 16 bits, or is float32 itself.
    height, width = raster.size
    if (height, width) == target:
        return raster.light(0, height)
    rows = max(1, _STRIP * target[0] // (width * height))
    columns = _shares(width, target[1])
    strips = _strips(height, target[0], rows)
    return np.concatenate(
        [_averaged(raster.light(top, end), share, columns) for top, end, share in strips]
    )


def _averaged(light: Floats32, rows: Shares, columns: Shares) -> Floats32:
    """Means of (h, w, c) light: (h', w', c)."""
    height, width, channels = light.shape
    down: Any = rows @ light.reshape(height, width * channels)
    across: Any = columns @ _turned(down.reshape(-1, width, channels)).reshape(width, -1)
    return _turned(across.reshape(len(across), -1, channels))


def _turned(light: Floats32) -> Floats32:
    """Rows and columns of (h, w, c) swapped; several times quicker than a NumPy copy."""
    height, width, channels = light.shape
    return np.asarray(cv2.transpose(light), np.float32).reshape(width, height, channels)


@functools.lru_cache(maxsize=64)
def _strips(height: int, target: int, rows: int) -> list[tuple[int, int, Shares]]:
    """Cut `height` rows for `rows` of the `target` rows at a time: from, to, and shares."""
    share = _shares(height, target)
    strips = []
    for top in range(0, target, rows):
        part = share[top : top + rows]
        first, end = int(part.indices.min()), int(part.indices.max()) + 1
        strips.append((first, end, part[:, first:end]))
    return strips


@functools.lru_cache(maxsize=64)
def _shares(size: int, target: int) -> Shares:
    """What part of each of `target` cells every one of `size` cells makes up."""
    from scipy.sparse import csr_array

    step = size / target
    box = max(step**2 - _OWN_BLUR, _NARROWEST**2) ** 0.5
    middle = (np.arange(target) + 0.5) * step
    low, high = np.maximum(middle - box / 2, 0), np.minimum(middle + box / 2, size)
    first = np.minimum(low.astype(np.int64), size - 1)
    cell = first[:, None] + np.arange(int(np.ceil(box)) + 1)
    part = np.minimum(high[:, None], cell + 1) - np.maximum(low[:, None], cell)
    part = np.where((cell < size) & (part > 1e-9), part, 0.0)
    part /= part.sum(axis=1, keepdims=True)
    kept = part > 0
    starts = np.concatenate([[0], np.cumsum(kept.sum(axis=1))])
    return csr_array((part[kept].astype(np.float32), cell[kept], starts), shape=(target, size))

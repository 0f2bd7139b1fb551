"""Smaller versions of a picture, and how much neighbouring cells of one differ.

Cells are whole pixels wide and never lie between pixels, which would blur those of one size and
not those of another. Where a side is no multiple of a cell, the cells are laid from either end and
the last one, which covers less, counts for as much as it covers: so nothing jumps when a row or a
column is cut, and a mirrored picture has the same cells.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Real
from contrast_engine.images.pixel_sums import mean

_FADING = 3.5  # cells on the shorter side at which a level begins to count
_SMALLEST = 4.5  # cells on the shorter side from which on it counts in full


@dataclass(frozen=True)
class Cells:
    """A picture as means over square cells.

    Args:
        grids: One (h, w) array for each way of laying cells: 1, 2 or 4. Each is turned so that the
            cells which cover less are the last row and the last column.
        rows, columns: How many cells fit; what is beyond the whole number is what the last covers.
    """

    grids: tuple[Real, ...]
    rows: float
    columns: float

    @property
    def covered(self) -> tuple[float, float]:
        """What the last row and the last column of cells cover of a whole one."""
        height, width = self.grids[0].shape
        return 1 - height + self.rows, 1 - width + self.columns


def cells(values: Real, size: int) -> Cells:
    """Means of (h, w) values over square cells of `size` pixels."""
    grids = [values]
    for axis, side in enumerate(values.shape):
        if size > 1:
            ends = (False, True) if side % size else (False,)
            grids = [_means(grid, size, axis, end) for grid in grids for end in ends]
    height, width = values.shape
    return Cells(tuple(grids), height / size, width / size)


def halved(whole: Cells) -> Cells:
    """The same picture as means over cells twice as wide and high."""
    grids: list[Real] = list(whole.grids)
    for axis, covers in enumerate(whole.covered):
        if covers == 1 and grids[0].shape[axis] % 2:
            grids = [turned for grid in grids for turned in (grid, _turned(grid, axis))]
    grids = [_pairs(grid, whole.covered) for grid in grids]
    return Cells(tuple(grids), whole.rows / 2, whole.columns / 2)


def levels(values: Real) -> Iterator[tuple[float, Cells]]:
    """The (h, w) values, then halved again and again, each with what it counts for.

    A level counts in full with at least 4.5 cells on its shorter side, not at all with 3.5 or
    fewer, and in proportion between. The picture itself always counts in full.
    """
    level, counts = cells(values, 1), 1.0
    while counts > 0:
        yield counts, level
        level = halved(level)
        shorter = min(level.rows, level.columns)
        counts = min(max((shorter - _FADING) / (_SMALLEST - _FADING), 0), 1)


def mean_of(values: Real, covered: tuple[float, float]) -> float:
    """Mean over (h, w) cells, the last row and column counting for what they cover."""
    down, across = (1 - part for part in covered)
    total = values.size * mean(values)
    if down or across:
        last_row = float(values[-1].sum(dtype=np.float64))
        last_column = float(values[:, -1].sum(dtype=np.float64))
        total += down * across * float(values[-1, -1]) - down * last_row - across * last_column
    height, width = values.shape
    return float(total / ((height - down) * (width - across)))


def neighbour_difference(whole: Cells, diagonal: float) -> float:
    """Mean over cells of the weighted mean absolute difference to the neighbours they have.

    A cell, and a neighbour across the edge, counts for what it covers; where all neighbours of a
    cell together cover less than one, the rest of that one counts as no difference.

    Args:
        whole: The cells; the mean over the ways of laying them is taken.
        diagonal: Weight of the four diagonal neighbours; the straight ones weigh 1.
    """
    height, width = whole.grids[0].shape
    if height * width < 2:
        return 0.0
    # Every pair counts as one inside the picture does, which is quick; those at the border, where
    # cells have fewer neighbours to divide by, are then set right.
    first, second, missing = _border(height, width, *whole.covered, diagonal)
    total = 0.0
    for grid in whole.grids:
        for down, across, weight in _steps(diagonal):
            if height > down and width > abs(across):
                total += 2 * weight / (4 + 4 * diagonal) * _sum_of_differences(grid, down, across)
        flat = grid.ravel()
        total += float(np.abs(flat[first] - flat[second]) @ missing)
    return total / (whole.rows * whole.columns) / len(whole.grids)


def _means(values: Real, size: int, axis: int, from_the_end: bool) -> Real:
    """Means over `size` along an axis, of which the last may be over fewer."""
    values = values if axis == 0 else values.T
    height, width = values.shape
    count, rest = divmod(height, size)
    lowest = rest if from_the_end else 0
    full = values[lowest : lowest + count * size].reshape(count, size, width)
    whole: Real = full.sum(axis=1) / size
    if from_the_end:
        whole = whole[::-1]
    if rest:
        part = values[:rest] if from_the_end else values[-rest:]
        whole = np.concatenate([whole, part.mean(axis=0, keepdims=True)])
    return whole if axis == 0 else whole.T


def _turned(grid: Real, axis: int) -> Real:
    """A grid upside down (0) or mirrored (1); sooner than a NumPy copy."""
    return np.asarray(cv2.flip(grid, axis), grid.dtype).reshape(grid.shape)


def _pairs(grid: Real, covered: tuple[float, float]) -> Real:
    """Means over 2 x 2 cells, of which the last row and column may cover less or be alone."""
    height, width = (side // 2 for side in grid.shape)
    pairs = np.empty([(side + 1) // 2 for side in grid.shape], grid.dtype)
    if height and width:
        whole = cv2.resize(
            grid[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
        )
        pairs[:height, :width] = np.asarray(whole).reshape(height, width)
    if grid.shape[0] % 2 or covered[0] < 1:
        pairs[-1] = _paired(_last(grid, covered[0]), covered[1])
    if grid.shape[1] % 2 or covered[1] < 1:
        pairs[:, -1] = _paired(_last(grid.T, covered[1]), covered[0])
    return pairs


def _last(grid: Real, covers: float) -> Real:
    """The mean of the last two rows, of which the very last may cover less; or the lone last."""
    last: Real = grid[-1]
    return last if len(grid) % 2 else (grid[-2] + covers * last) / (1 + covers)


def _paired(line: Real, covers: float) -> Real:
    """Means of a row of cells two by two, of which the last may cover less or be alone."""
    count = len(line) // 2
    pairs = np.append((line[: 2 * count : 2] + line[1 : 2 * count : 2]) / 2, line[2 * count :])
    if len(line) % 2 == 0:
        pairs[-1:] = _last(line[:, None], covers)
    return pairs


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
def _border(
    height: int, width: int, last_row: float, last_column: float, diagonal: float
) -> tuple[Ints, Ints, Floats]:
    """The pairs of cells that count for other than inside, and what they count for besides.

    A cell divides by the weight of the neighbours it has: up to 4 straight and 4 diagonal.
    """
    rows, columns = np.ones(height), np.ones(width)
    rows[-1], columns[-1] = last_row, last_column
    down, across = (np.convolve(side, [1, 0, 1])[1:-1] for side in (rows, columns))
    usual = 1 / (4 + 4 * diagonal)
    firsts, seconds, besides = [], [], []
    for dy, dx, weight in _steps(diagonal):
        row, column = _at_the_border(height - dy, width - abs(dx))
        column = column + max(0, -dx)
        ends = ((row, column), (row + dy, column + dx))
        total = 0.0
        for y, x in ends:
            total = total + 1 / np.maximum(down[y] + across[x] + diagonal * down[y] * across[x], 1)
        covered = rows[row] * columns[column]
        if dy:
            covered *= rows[row + dy]
        if dx:
            covered *= columns[column + dx]
        firsts.append(row * width + column)
        seconds.append((row + dy) * width + column + dx)
        besides.append(weight * (covered * total - 2 * usual))
    return np.concatenate(firsts), np.concatenate(seconds), np.concatenate(besides)


def _at_the_border(height: int, width: int) -> tuple[Ints, Ints]:
    """Row and column of each of (h, w) of which a cell or its neighbour may lie at a border."""
    (top, inside), (left, _) = (
        (np.flatnonzero(near), np.flatnonzero(~near))
        for near in (_near_an_end(height), _near_an_end(width))
    )
    row = np.concatenate([np.repeat(top, width), np.repeat(inside, left.size)])
    column = np.concatenate([np.tile(np.arange(width), top.size), np.tile(left, inside.size)])
    return row, column


def _near_an_end(size: int) -> Bools:
    place = np.arange(size)
    near: Bools = (place < 1) | (place > size - 3)
    return near

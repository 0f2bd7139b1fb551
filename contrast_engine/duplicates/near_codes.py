"""Pairs of pictures whose short codes are near, looked for in cells of like codes."""

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats32, Ints
from contrast_engine.duplicates.compact import Compact
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

NEAR = 0.6
"""Product of two short codes from which a pair is looked at: of 767 pairs of photographs that are
one picture all reach it, of 1,245 pairs of a picture and a changed copy of it all but 2."""

TRIED = 6
"""Nearest pictures of each that are looked at."""

FIRST = 2
"""And of all that are near as many that come first, so that a group of thousands hangs together."""

SIZE = 256
"""Pictures of a cell, about."""

MOST_CELLS = 2048
"""Cells at most: of a million pictures each holds about five hundred."""

AROUND = 8
"""Cells in which what is near is looked for, the own one among them."""

CROWDED = 64
"""Near pictures of each from which only those that may be looked at are put in order."""

_DRAWN = 50  # pictures drawn for each cell, of which its middle is made
_BLOCK = 4096
_ROWS = 256  # pictures looked for at a time


def near_pairs(found: Compact, rows: Ints, progress: Progress = SILENT) -> Ints:
    """(p, 2) pairs of rows that may be one picture, the lower row first, nearest pairs first.

    Args:
        found: What is kept of the pictures.
        rows: Which of them to compare, rising.
        progress: Told on the way.
    """
    if len(rows) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    middles = _middles(found, rows)
    own, inner = (_cells(found.codes, which, rows, middles, progress) for which in (0, 1))
    members = [_by_cell(cell, len(middles)) for cell in (own, inner)]
    order, begins = members[0]
    lists = []
    for cell in range(len(middles)):
        asked = order[begins[cell] : begins[cell + 1]]
        if asked.size:
            lists.append(_of_cell(found, rows, middles, members, cell, asked))
        progress.tick(int(begins[cell + 1]), len(rows), "looking for like pictures")
    pairs = np.concatenate([pair for pair, _ in lists])
    near = np.concatenate([value for _, value in lists])
    pairs = np.sort(pairs, axis=1)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], -near))
    pairs = pairs[order]
    _, firsts = np.unique(pairs[:, 0] * np.int64(len(rows)) + pairs[:, 1], return_index=True)
    found_rows: Ints = rows[pairs[np.sort(firsts)]]
    return found_rows


def _middles(found: Compact, rows: Ints) -> Floats32:
    """(m, 64) the middles of cells, of length 1."""
    m = int(np.clip(len(rows) // SIZE, 1, MOST_CELLS))
    random = generator(0, "near duplicates", "cells")
    some = np.sort(random.choice(len(rows), min(len(rows), m * _DRAWN), replace=False))
    codes = _unit(found.codes[rows[some], 0])
    middles = codes[np.sort(random.choice(len(codes), m, replace=False))]
    nearest = np.concatenate([(codes[at : at + _BLOCK] @ middles.T).argmax(axis=1)
                              for at in range(0, len(codes), _BLOCK)])  # fmt: skip
    order = np.argsort(nearest, kind="stable")
    held, begins = np.unique(nearest[order], return_index=True)
    sums = np.add.reduceat(codes[order], begins, axis=0)
    middles[held] = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    return middles


def _cells(
    codes: npt.NDArray[np.int8], which: int, rows: Ints, middles: Floats32, progress: Progress
) -> Ints:
    """(n,) the cell of each row."""
    found = np.empty(len(rows), dtype=np.int64)
    for begin in range(0, len(rows), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        found[part] = (_unit(codes[rows[part], which]) @ middles.T).argmax(axis=1)
        progress.tick(0, len(rows), "gathering like pictures")
    return found


def _by_cell(cell: Ints, m: int) -> tuple[Ints, Ints]:
    """The places cell by cell, rising in each, and where each cell begins."""
    begins = np.append(0, np.cumsum(np.bincount(cell, minlength=m)))
    return np.argsort(cell, kind="stable"), begins


def _of_cell(
    found: Compact,
    rows: Ints,
    middles: Floats32,
    members: list[tuple[Ints, Ints]],
    cell: int,
    asked: Ints,
) -> tuple[Ints, Floats32]:
    """The near pairs of a cell's pictures as places in `rows`, and how near they are."""
    around = np.argsort(-(middles @ middles[cell]), kind="stable")[:AROUND]
    pools = [
        np.concatenate([order[begins[c] : begins[c + 1]] for c in around])
        for order, begins in members
    ]
    pool = np.concatenate(pools)
    codes = np.concatenate(
        [_unit(found.codes[rows[one], which]) for which, one in enumerate(pools)]
    )
    pairs, near = [], []
    for begin in range(0, len(asked), _ROWS):
        part = asked[begin : begin + _ROWS]
        alike = _unit(found.codes[rows[part], 0]) @ codes.T
        places, columns = _near_places(alike, pool)
        values, others = alike[places, columns], pool[columns]
        kept = others != part[places]
        places, values, others = places[kept], values[kept], others[kept]
        kept = _few(places, values, others)
        pairs.append(np.stack([part[places[kept]], others[kept]], axis=1))
        near.append(values[kept])
    return np.concatenate(pairs), np.concatenate(near)


def _near_places(alike: Floats32, pool: Ints) -> tuple[Ints, Ints]:
    """The rows and columns of what is near; of thousands those that may be looked at."""
    is_near = alike >= NEAR
    if np.count_nonzero(is_near) > CROWDED * len(alike):
        most = min(2 * (TRIED + 1), alike.shape[1] - 1)  # each is there twice, and finds itself
        nearest = np.argpartition(-alike, most, axis=1)[:, :most]
        most = min(2 * (FIRST + 1), alike.shape[1] - 1)
        order = np.where(is_near, pool, pool.max() + 1)
        first = np.argpartition(order, most, axis=1)[:, :most]
        chosen = np.zeros_like(is_near)
        np.put_along_axis(chosen, np.concatenate([nearest, first], axis=1), True, axis=1)
        is_near &= chosen
    places, columns = np.divmod(np.flatnonzero(is_near), alike.shape[1])
    return places, columns


def _few(places: Ints, values: Floats32, others: Ints) -> Ints:
    """Of the pairs of each place those that are looked at: the nearest and the first."""
    chosen = []
    for order, most in (
        (np.lexsort((others, -values, places)), TRIED),
        (np.lexsort((others, places)), FIRST),
    ):
        begins = np.searchsorted(places[order], places[order])
        chosen.append(order[np.arange(len(order)) - begins < most])
    return np.unique(np.concatenate(chosen))


def _unit(codes: npt.NDArray[np.int8]) -> Floats32:
    return codes.astype(np.float32) / np.float32(127)

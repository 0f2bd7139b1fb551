"""Pairs of pictures whose short codes are near, looked for in cells of like codes."""

from collections.abc import Iterator

import numpy as np

from contrast_engine.arrays import Bools, Floats32, Ints
from contrast_engine.duplicates.cells import PROBED, Codes, Places, by_cell, cells_of
from contrast_engine.duplicates.compact import Compact
from contrast_engine.duplicates.looked_at import TRIED, LookedAt
from contrast_engine.progress import SILENT, Progress

NEAR = 0.6
"""Product of two short codes from which a pair is looked at: of 767 pairs of photographs that are
one picture all reach it, of 1,245 pairs of a picture and a changed copy of it all but 2."""

CROWDED = 0.75
"""Product that six others in a picture's own cell exceed where it may be one of very many copies:
then what comes first in the other cells is looked at, too."""

_LENGTH = 127  # of a short code
_LEAST = np.nextafter(np.float32(NEAR * _LENGTH**2), np.float32(0))  # products above are near
_BLOCK = 512  # pictures at a time: their products stay near the processor
_COPIES = np.float32(CROWDED * _LENGTH**2)
_NONE = np.float32(-2 * _LENGTH**2)


def near_pairs(found: Compact, rows: Ints, progress: Progress = SILENT) -> tuple[Ints, Floats32]:
    """(p, 2) pairs of rows that may be one picture, the lower row first, and how near they are.

    Nearness is the product of two codes of length 1, the larger one where there are several.

    Codes are whole numbers and so are their products, which single precision holds exactly: what
    is found is the same on every machine.

    Args:
        found: What is kept of the pictures.
        rows: Which of them to compare, rising.
        progress: Told on the way.
    """
    if len(rows) < 2:
        return np.zeros((0, 2), dtype=np.int64), np.zeros(0, dtype=np.float32)
    codes = np.ascontiguousarray(found.codes[rows])
    cells = cells_of(codes[:, 0])
    probed = cells.nearest(codes[:, 0], PROBED, progress)
    inner = cells.nearest(codes[:, 1], 1, progress)
    held = _Held(codes, probed[:, :1], inner, len(cells))
    guests, begins = by_cell(probed[:, 1:], len(cells))
    looked_at = LookedAt(len(rows), _LEAST)
    done, total = 0, len(rows) + len(guests)
    for cell in range(len(cells)):  # first at home, where most of the nearest are
        done += _at_home(held, cell, looked_at)
        progress.tick(done, total, "looking for like pictures")
    is_crowded = looked_at.least(np.arange(len(rows), dtype=np.int32)) > _COPIES
    for cell in range(len(cells) if len(guests) else 0):
        part = guests[begins[cell] : begins[cell + 1]]
        _of_guests(held, cell, part, is_crowded, looked_at)
        progress.tick(done + int(begins[cell + 1]), total, "looking for like pictures")
    pairs, near = looked_at.pairs()
    return rows[pairs], near / np.float32(_LENGTH**2)


class _Held:
    """What each cell holds: pictures, and pictures whose inner part is like its middle.

    Args:
        codes: (n, 2, 64), those of all pictures.
        own: (n, 1) the cell of each picture.
        inner: (n, 1) that of its inner part.
        m: How many cells there are.
    """

    def __init__(self, codes: Codes, own: Places, inner: Places, m: int) -> None:
        self.codes = codes
        self._parts = [by_cell(cells, m) for cells in (own, inner)]

    def pools(self, cell: int) -> tuple[Places, Places]:
        """The pictures of a cell, and those whose inner part lies there; rising."""
        own, inner = (order[at[cell] : at[cell + 1]] for order, at in self._parts)
        return own, inner

    def known(self, own: Places, inner: Places) -> Floats32:
        """(64, m) the codes of both."""
        both = np.concatenate([self.codes[own, 0], self.codes[inner, 1]])
        return np.ascontiguousarray(both.T, dtype=np.float32)

    def asked(self, rows: Places) -> Floats32:
        """(b, 64) the codes of some that are looked for."""
        found: Floats32 = self.codes[rows, 0].astype(np.float32)
        return found


def _at_home(held: _Held, cell: int, looked_at: LookedAt) -> int:
    """Look for what is near to the pictures of a cell among themselves; how many they are."""
    own, inner = held.pools(cell)
    pool, known = np.concatenate([own, inner]), held.known(own, inner)
    for begin, part in _blocks(own):
        products = held.asked(part) @ known
        every = np.arange(len(part))
        products[every, begin + every] = _NONE  # each finds itself
        _, again, at = np.intersect1d(part, inner, assume_unique=True, return_indices=True)
        products[again, len(own) + at] = _NONE
        _first(products, len(own), part, pool, looked_at)
        for place in range(min(TRIED, len(pool))):
            nearest = products.argmax(axis=1)
            looked_at.nearest(part, place, pool[nearest], products[every, nearest])
            products[every, nearest] = _NONE
    return len(own)


def _of_guests(
    held: _Held, cell: int, guests: Places, is_crowded: Bools, looked_at: LookedAt
) -> None:
    """Look in a cell for what is nearer to pictures of other cells than what they have found."""
    own, inner = held.pools(cell)
    if not len(own) + len(inner):
        return
    pool, known = np.concatenate([own, inner]), held.known(own, inner)
    for _, part in _blocks(guests):
        products = held.asked(part) @ known
        crowded = np.flatnonzero(is_crowded[part])
        if len(crowded):
            _first(products[crowded], len(own), part[crowded], pool, looked_at)
        places, columns = np.divmod(
            np.flatnonzero(products > looked_at.least(part)[:, None]), len(pool)
        )
        looked_at.add(part[places], pool[columns], products[places, columns])


def _first(products: Floats32, n_own: int, part: Places, pool: Places, looked_at: LookedAt) -> None:
    """Note what comes first of all that is near, among the pictures of a cell and among others."""
    is_near = products > _LEAST
    for begin, end in ((0, n_own), (n_own, len(pool))):
        if end > begin:
            first = begin + is_near[:, begin:end].argmax(axis=1)
            there = np.flatnonzero(is_near[np.arange(len(part)), first])
            looked_at.first(part[there], pool[first[there]], products[there, first[there]])


def _blocks(rows: Places) -> Iterator[tuple[int, Places]]:
    for begin in range(0, len(rows), _BLOCK):
        yield begin, rows[begin : begin + _BLOCK]

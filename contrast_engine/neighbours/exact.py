"""Exact search: all distances in single precision, the near ones again in double precision."""

import numpy as np

from contrast_engine.arrays import Floats, Floats32, Ints, Real
from contrast_engine.progress import SILENT, Progress

BLOCK = 2**22
"""Distances held at once (16 MB in float32), so that memory does not grow with the collection."""

MOST_ROWS = 1024
"""Rows whose neighbours are looked for at a time, at most."""

FEW = 4
"""Rows up to which every distance is measured in double precision at once."""

_EPSILON = float(np.finfo(np.float32).eps)
_EXACT = 2**17  # pairs, or rows, measured in double precision at once


def search(known: Real, rows: Real, k: int, *, progress: Progress = SILENT) -> tuple[Ints, Floats]:
    """The `k` rows of `known` nearest to each of some rows of the same space, exactly.

    What single precision cannot tell apart is measured in double precision, so the answer is that
    of sorting every distance. Nothing of the size of all pairs is made.

    Args:
        known: (n, d) rows among which is searched; an array in a file will do.
        rows: (m, d) rows whose neighbours are looked for.
        k: How many each; with fewer known rows so many.
        progress: Told after every block.

    Returns:
        (m, k) row numbers and (m, k) Euclidean distances, nearest first, ties by row number.
    """
    rows = np.atleast_2d(rows)
    k = max(min(k, len(known)), 0)
    if 0 < len(rows) <= FEW and k:
        pairs = [_of_one(known, row, k) for row in rows]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    return _search(known, rows, k, progress, is_same=False)


def among(rows: Floats, k: int, progress: Progress = SILENT) -> tuple[Ints, Floats]:
    """The `k` nearest other rows of every row, as `search` gives them; at most all the others."""
    return _search(rows, rows, max(min(k, len(rows) - 1), 0), progress, is_same=True)


def distances_to(rows: Floats, near: Ints) -> Floats:
    """(n, k) how far each row is from the rows that are named for it, as a search gives them."""
    n, k = near.shape
    found = np.empty((n, k))
    step = max(1, _EXACT // max(k, 1))
    for begin in range(0, n, step):
        part = slice(begin, begin + step)
        own = np.repeat(rows[part], k, axis=0)
        apart = rows[near[part].ravel()] - own
        found[part] = np.sqrt(np.square(apart).sum(axis=1)).reshape(found[part].shape)
    return found


def up_to_kth(known: Real, row: Real, k: int) -> tuple[Ints, Floats]:
    """All rows no farther from one row than the `k`-th nearest, by row number, and how far."""
    distances = np.empty(len(known))
    for begin in range(0, len(known), _EXACT):
        part = slice(begin, begin + _EXACT)
        apart = np.asarray(known[part], dtype=np.float64) - row
        distances[part] = np.sqrt(np.square(apart).sum(axis=1))
    near = np.flatnonzero(distances <= np.partition(distances, k - 1)[k - 1])
    return near, distances[near]


def _of_one(known: Real, row: Real, k: int) -> tuple[Ints, Floats]:
    near, distances = up_to_kth(known, row, k)
    order = np.argsort(distances, kind="stable")[:k]
    return near[order], distances[order]


def _search(
    known: Real, rows: Real, k: int, progress: Progress, *, is_same: bool
) -> tuple[Ints, Floats]:
    m = len(rows)
    found, distances = np.empty((m, k), dtype=np.int64), np.empty((m, k))
    if not m or not k:
        return found, distances
    frame = Frame.of(known)
    near = Rough(frame.single(known))
    step = max(1, min(MOST_ROWS, BLOCK // len(known)))
    for begin in range(0, m, step):
        block = slice(begin, min(begin + step, m))
        own = np.arange(block.start, block.stop) if is_same else None
        places, columns = near.candidates(frame.single(rows[block]), k, own)
        found[block], distances[block] = ranked(known, rows[block], places, columns, k)
        progress.tick(block.stop, m, "finding similar images")
    return found, distances


class Frame:
    """Brings rows to where single precision loses least: around 0, and no square overflows.

    Args:
        middle: (d,) what is taken off.
        size: What is divided by.
    """

    def __init__(self, middle: Floats, size: float) -> None:
        self._middle, self._size = middle, size

    @classmethod
    def of(cls, known: Real) -> "Frame":
        """The frame of some rows; one far row hardly moves it."""
        some = np.asarray(known[:: max(1, len(known) // 1000)], dtype=np.float64)
        middle: Floats = np.median(some, axis=0)
        far = max((float(np.abs(known[at : at + _EXACT]).max()) for at in
                   range(0, len(known), _EXACT)), default=0.0)  # fmt: skip
        return cls(middle, max(far + float(np.abs(middle).max(initial=0.0)), 1e-300))

    def single(self, rows: Real) -> Floats32:
        """The rows in the frame, in single precision."""
        found = np.empty(rows.shape, dtype=np.float32)
        for begin in range(0, len(rows), _EXACT):
            part = slice(begin, begin + _EXACT)
            found[part] = (np.asarray(rows[part], dtype=np.float64) - self._middle) / self._size
        return found


class Rough:
    """Known rows in single precision, and which of them can be the nearest of others.

    Args:
        known: (n, d), in a frame.
    """

    def __init__(self, known: Floats32) -> None:
        d = known.shape[1]
        self._off = 4 * (d + 4) * _EPSILON
        """What rounding and adding d + 1 products can be off, a share of both squared lengths."""
        squares = np.einsum("ij,ij->i", known, known)
        least = squares * np.float32(1 - self._off)
        self._and_least = np.column_stack([known, least])  # one product more, two passes fewer
        self._twice_off = squares * np.float32(2 * self._off) + np.float32(1e-30)

    def candidates(self, asked: Floats32, k: int, own: Ints | None = None) -> tuple[Ints, Ints]:
        """Pairs among which the `k` nearest of each asked row are for sure.

        Args:
            asked: (m, d) rows, in the same frame.
            k: How many; no more than there are known rows, without `own`.
            own: (m,) the known row that each asked one is and that does not count.

        Returns:
            The asked row of each pair, rising, and its known row, rising within those.
        """
        twice = np.column_stack([-2 * asked, np.ones(len(asked), dtype=np.float32)])
        least = twice @ self._and_least.T  # (m, n), the squared distance it is at least, shifted
        if own is not None:
            least[np.arange(len(own)), own] = np.inf
        n = len(self._and_least)
        off = 2 * self._off * np.einsum("ij,ij->i", asked, asked) + 1e-30
        stride = max(1, int(np.sqrt(n / (8 * k))))  # of a part the k-th nearest is no nearer
        if n // stride < 2 * k + 2:
            stride = 1
        most = least[:, ::stride] + self._twice_off[::stride]
        bound = np.partition(most, k - 1, axis=1)[:, k - 1] + off
        places, columns = np.divmod(np.flatnonzero(least <= bound[:, None]), n)
        values = least[places, columns]
        limit = _kth_of_each(places, values + self._twice_off[columns], k, len(asked)) + off
        kept = values <= limit[places]
        return places[kept], columns[kept]


def ranked(known: Real, rows: Real, places: Ints, columns: Ints, k: int) -> tuple[Ints, Floats]:
    """The `k` nearest of each row out of candidate pairs, measured in double precision.

    Args:
        known: (n, d).
        rows: (m, d).
        places: (p,) the row of each pair, rising; every row has `k` pairs at least.
        columns: (p,) the known row of each pair, rising within a row.
        k: How many.

    Returns:
        (m, k) known rows and (m, k) distances, ties by known row.
    """
    exact = np.empty(len(places))
    for begin in range(0, len(places), _EXACT):
        pairs = slice(begin, begin + _EXACT)
        apart = np.asarray(known[columns[pairs]], dtype=np.float64) - rows[places[pairs]]
        exact[pairs] = np.sqrt(np.square(apart).sum(axis=1))
    order = np.lexsort((exact, places))  # stable: ties stay in the order of the columns
    taken = order[np.searchsorted(places, np.arange(len(rows)))[:, None] + np.arange(k)]
    return columns[taken], exact[taken]


def _kth_of_each(places: Ints, values: Floats32, k: int, m: int) -> Floats:
    """(m,) the `k`-th smallest value of each row; every row has so many."""
    order = np.lexsort((values, places))
    kth: Floats = values[order[np.searchsorted(places, np.arange(m)) + k - 1]].astype(np.float64)
    return kth

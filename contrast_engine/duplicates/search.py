"""Pictures that are one, among many: candidates by their codes, each pair verified."""

import numpy as np

from contrast_engine.arrays import Bytes, Floats32, Ints
from contrast_engine.duplicates.signature import Signatures
from contrast_engine.duplicates.verification import LEAST, Overlays
from contrast_engine.progress import SILENT, Progress

NEAR = 0.55
"""Product of two codes from which a pair is looked at: what one picture reaches at +2 stops."""

TRIED = 48
"""Pairs of one picture that are looked at, nearest first, those already of its group left out."""

_ROWS = 128  # pictures whose codes are compared with all others at a time


def grouped(
    found: Signatures, copies: Bytes, progress: Progress = SILENT
) -> tuple[tuple[int, ...], ...]:
    """The rows of pictures that are one, largest group first; those alone are left out.

    Groups are connected by verified pairs. Plain pictures are one only where all pixels of their
    small copies agree. No more than 128 rows of a table of all pairs are in memory at a time, and
    what is one already is not compared again, so a group of thousands costs what its pictures do.

    Args:
        found: What the pictures are recognised by.
        copies: (n, 64, 64, 3), the small copies.
        progress: Told after each part.

    Source: docs/methods.md#near-duplicates.
    """
    leader = np.arange(len(found))
    _join_plain(leader, found, copies)
    overlays = Overlays(found)
    shaped = np.flatnonzero(~found.is_plain)
    codes, inner = found.codes[shaped], found.inner[shaped]
    for start in range(0, len(shaped), _ROWS):
        progress.tick(start, len(shaped), "comparing the pictures")
        near = _nearness(codes, inner, start)
        for place in range(len(near)):
            row = start + place
            later = row + 1 + np.flatnonzero(near[place, place + 1 :] >= NEAR)
            later = later[leader[shaped[later]] != leader[shaped[row]]]
            if later.size:
                closest = np.argsort(-near[place, later - start], kind="stable")[:TRIED]
                _verify(leader, overlays, int(shaped[row]), shaped[later[closest]])
    progress.tick(len(shaped), len(shaped), "comparing the pictures")
    return groups_of(leader)


def _nearness(codes: Floats32, inner: Floats32, start: int) -> Floats32:
    """How near some rows are to themselves and all later ones, as they are or either cropped."""
    rows, later = slice(start, start + _ROWS), slice(start, None)
    near = codes[rows] @ codes[later].T
    np.maximum(near, inner[rows] @ codes[later].T, out=near)
    np.maximum(near, codes[rows] @ inner[later].T, out=near)
    return np.asarray(near, dtype=np.float32)


def _verify(leader: Ints, overlays: Overlays, row: int, others: Ints) -> None:
    agrees, starts = overlays.coarse(row, others)
    for place in np.argsort(-agrees, kind="stable"):
        other = int(others[place])
        if agrees[place] < LEAST:
            return
        if leader[row] != leader[other] and overlays.is_one(row, other, starts[place]):
            _join(leader, row, other)


def _join_plain(leader: Ints, found: Signatures, copies: Bytes) -> None:
    first: dict[bytes, int] = {}
    for row in np.flatnonzero(found.is_plain).tolist():
        _join(leader, first.setdefault(np.asarray(copies[row]).tobytes(), row), row)


def _join(leader: Ints, row: int, other: int) -> None:
    first, last = sorted((int(leader[row]), int(leader[other])))
    if first < last:
        leader[leader == last] = first


def groups_of(leader: Ints) -> tuple[tuple[int, ...], ...]:
    """The rows of each group by the row that leads each, largest first; none alone."""
    _, of, sizes = np.unique(leader, return_inverse=True, return_counts=True)
    of = of.reshape(-1)
    rows = np.flatnonzero(sizes[of] > 1)
    rows = rows[np.argsort(of[rows], kind="stable")]
    parts = np.split(rows, np.flatnonzero(np.diff(of[rows])) + 1) if len(rows) else []
    found = [tuple(part.tolist()) for part in parts]
    return tuple(sorted(found, key=lambda group: (-len(group), group)))

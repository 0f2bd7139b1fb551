"""Of all that is near a picture, what is looked at: the nearest, and what comes first."""

import numpy as np

from contrast_engine.arrays import Floats32, Ints
from contrast_engine.duplicates.cells import Places

TRIED = 6
"""Nearest pictures of each that are looked at."""

FIRST = 2
"""And of all that are near as many that come first, so that a group of thousands hangs together."""

MOST = 4_000_000
"""Pairs that are gathered before only those to be looked at are kept."""


class LookedAt:
    """What is looked at of each picture, as it is found: tables of a few columns.

    What is nearest in a picture's own cell is noted first. From then on only what is nearer than
    the last of that is gathered, however many are near.

    Args:
        n: How many pictures there are.
        least: Nearness above which a picture is near at all.
    """

    def __init__(self, n: int, least: np.float32) -> None:
        self._least = least
        self._others = np.full((n, TRIED), -1, np.int32)
        self._near = np.full((n, TRIED), least, np.float32)
        self._firsts = np.full((n, FIRST), n, np.int32)  # the lowest first
        self._first_near = np.full((n, FIRST), least, np.float32)
        self._parts: list[tuple[Places, Places, Floats32]] = []
        self._gathered = 0

    def least(self, rows: Places) -> Floats32:
        """(b,) nearness above which another picture is still of interest to each of some."""
        found: Floats32 = self._near[rows, -1]
        return found

    def nearest(self, rows: Places, place: int, others: Places, near: Floats32) -> None:
        """Note what is nearest to each of some pictures in its own cell, the nearest first."""
        there = near > self._least
        self._others[rows[there], place] = others[there]
        self._near[rows[there], place] = near[there]

    def first(self, rows: Places, others: Places, near: Floats32) -> None:
        """Note what comes first somewhere of all that is near; each row is there once."""
        kept = rows != others
        rows, others, near = rows[kept], others[kept], near[kept]
        for place in range(FIRST):
            held, held_near = self._firsts[rows, place], self._first_near[rows, place]
            is_lower = others < held
            self._firsts[rows, place] = np.where(is_lower, others, held)
            self._first_near[rows, place] = np.where(is_lower, near, held_near)
            goes_on = others != held
            rows = rows[goes_on]
            is_lower = is_lower[goes_on]
            others, near = (
                np.where(is_lower, was[goes_on], now[goes_on])
                for was, now in ((held, others), (held_near, near))
            )

    def add(self, rows: Places, others: Places, near: Floats32) -> None:
        """Gather what is near in other cells."""
        kept = rows != others
        self._parts.append((rows[kept], others[kept], near[kept]))
        self._gathered += len(near)
        if self._gathered > MOST:
            self._settle()

    def pairs(self) -> tuple[Ints, Floats32]:
        """(p, 2) the pairs, the lower row first, each once, and how near they are."""
        self._settle()
        n = np.int64(len(self._others))
        keys, nears = [], []
        for others, near, is_there in (
            (self._others, self._near, self._others >= 0),
            (self._firsts, self._first_near, self._firsts < n),
        ):
            rows, places = np.nonzero(is_there)
            held = others[rows, places].astype(np.int64)
            keys.append(np.minimum(rows, held) * n + np.maximum(rows, held))
            nears.append(near[rows, places])
        key, near = np.concatenate(keys), np.concatenate(nears)
        unique, of = np.unique(key, return_inverse=True)
        most = np.zeros(len(unique), np.float32)
        np.maximum.at(most, of.reshape(-1), near)
        return np.stack(np.divmod(unique, n), axis=1), most

    def _settle(self) -> None:
        """Keep the nearest of what was noted and of what was gathered."""
        if not self._parts:
            return
        rows, others, near = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        self._parts, self._gathered = [], 0
        order = np.lexsort((-near, rows))  # of equal ones that which was found first
        rows, others, near = rows[order], others[order], near[order]
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)
        kept = place < TRIED
        rows, others, near, place = rows[kept], others[kept], near[kept], place[kept]
        asked, of = np.unique(rows, return_inverse=True)
        all_others = np.full((len(asked), 2 * TRIED), -1, np.int32)
        all_near = np.full((len(asked), 2 * TRIED), self._least, np.float32)
        all_others[:, :TRIED], all_near[:, :TRIED] = self._others[asked], self._near[asked]
        all_others[of, TRIED + place], all_near[of, TRIED + place] = others, near
        best = np.argsort(-all_near, axis=1, kind="stable")[:, :TRIED]
        self._others[asked] = np.take_along_axis(all_others, best, axis=1)
        self._near[asked] = np.take_along_axis(all_near, best, axis=1)

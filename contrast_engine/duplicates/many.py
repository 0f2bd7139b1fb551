"""Pictures that are one, among very many: near ones found in cells, each pair verified."""

from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Floats32, Ints
from contrast_engine.duplicates.compact import COARSE, Compact
from contrast_engine.duplicates.glance import Glance, may_be_one
from contrast_engine.duplicates.near_codes import near_pairs
from contrast_engine.duplicates.quickly import Prepared, one_quickly, prepared
from contrast_engine.duplicates.search import groups_of
from contrast_engine.duplicates.signature import signatures
from contrast_engine.duplicates.verification import SHIFTS, Edges
from contrast_engine.progress import SILENT, Progress, in_parts

MANY = 20_000
"""Pictures up to which every one is compared with every other."""

LEAST = 0.57
"""Correlation of a coarse overlay below which a finer one is not sought (own choice; measured in
docs/methods.md#near-duplicates)."""

HELD = 1_024
"""Pictures held ready at once: 45 MB."""

_TOGETHER = 1024  # pictures whose pairs are looked at at a time
_PREPARED = 256  # pairs that are made ready at a time: a picture may be one with thousands
_LAID = 16  # of them so many are laid over others at a time: what is made stays near the processor


def grouped_many(
    found: Compact,
    copies: Callable[[Ints], Bytes],
    progress: Progress = SILENT,
    overlays: dict[tuple[int, int], Edges] | None = None,
) -> tuple[tuple[int, ...], ...]:
    """The rows of pictures that are one, largest group first, as `grouped` gives them.

    Those whose small copies are equal are one. Of the others only those are looked at whose short
    codes are near, the nearest few of each: what is looked at grows with the number of pictures
    and not with its square. The verification is that of few pictures.

    Args:
        found: What is kept of the pictures.
        copies: Gives the (m, 64, 64, 3) small copies of some rows.
        progress: Told on the way.
        overlays: Takes in, by pair of rows that are one, where the second lies in the first.

    Source: docs/methods.md#near-duplicates.
    """
    first, last = in_parts(progress, 30, 70)
    _, firsts, of = np.unique(found.prints, return_index=True, return_inverse=True)
    leader = firsts[of.reshape(-1)]
    shaped = np.sort(firsts[~found.is_plain[firsts]])
    pairs, near = near_pairs(found, shaped, first)
    kept = np.flatnonzero(Glance(found.fields).may_be_one(pairs, near))
    order = kept[np.lexsort((-near[kept], pairs[kept, 0]))]  # of each the nearest pair first
    pairs, near = pairs[order], near[order]
    verified = _Verified(copies, {} if overlays is None else overlays)
    heads = np.arange(len(found))
    begins = np.append(np.searchsorted(pairs[:, 0], np.unique(pairs[:, 0])), len(pairs))
    for at in range(0, len(begins) - 1, _TOGETHER):
        ends = begins[at : at + _TOGETHER + 1]
        part = slice(ends[0], ends[-1])
        _verify(heads, found, verified, pairs[part], near[part])
        last.tick(int(ends[-1]), len(pairs), "comparing like pictures")
    heads = _rooted(heads)
    return groups_of(heads[leader])


def _verify(
    heads: Ints, found: Compact, verified: "_Verified", pairs: Ints, near: Floats32
) -> None:
    pairs = pairs[may_be_one(found.fields, pairs, near)]
    rows, which = np.unique(pairs[:, 0], return_inverse=True)
    begins = np.searchsorted(which, np.arange(len(rows) + 1))
    for at in range(0, len(rows), _LAID):
        part = slice(begins[at], begins[min(at + _LAID, len(rows))])
        moved = _moved(found.fields[rows[at : at + _LAID]])
        of, some = which[part] - at, pairs[part]
        _verify_finely(heads, verified, some, of, *_coarse(moved, of, found.fields[some[:, 1]]))


def _verify_finely(
    heads: Ints, verified: "_Verified", pairs: Ints, which: Ints, agrees: Floats, starts: Ints
) -> None:
    near = np.flatnonzero(agrees >= LEAST)
    near = near[np.lexsort((-agrees[near], which[near]))]
    for begin in range(0, len(near), _PREPARED):
        apart = [
            place
            for place in near[begin : begin + _PREPARED].tolist()
            if _head(heads, int(pairs[place, 0])) != _head(heads, int(pairs[place, 1]))
        ]
        verified.prepare(np.unique(pairs[apart]))
        for place in apart:
            row, other = (int(one) for one in pairs[place])
            if _head(heads, row) == _head(heads, other):
                continue
            if verified.is_one(row, other, _warps()[starts[place]]):
                low, high = sorted((_head(heads, row), _head(heads, other)))
                heads[high] = low


class _Verified:
    """Pairs looked at finely, with what was made of the pictures looked at last."""

    def __init__(
        self, copies: Callable[[Ints], Bytes], overlays: dict[tuple[int, int], Edges]
    ) -> None:
        self._copies, self._overlays = copies, overlays
        self._held: OrderedDict[int, Prepared] = OrderedDict()

    def prepare(self, rows: Ints) -> None:
        """Make what is needed of some pictures that are not held yet, all together."""
        for row in rows.tolist():
            if row in self._held:
                self._held.move_to_end(row)
        lacking = [row for row in rows.tolist() if row not in self._held]
        if lacking:
            made = signatures(self._copies(np.array(lacking)), is_coded=False)
            for place, row in enumerate(lacking):
                self._held[row] = prepared(made, place)
        while len(self._held) > max(HELD, len(rows)):
            self._held.popitem(last=False)

    def is_one(self, row: int, other: int, start: Edges) -> bool:
        """Whether two pictures that were prepared are one."""
        edges = one_quickly(self._held[row], self._held[other], start)
        if edges is not None:
            self._overlays[row, other] = edges
        return edges is not None


def _head(heads: Ints, row: int) -> int:
    while heads[row] != row:
        heads[row] = heads[heads[row]]
        row = int(heads[row])
    return row


def _rooted(heads: Ints) -> Ints:
    while not np.array_equal(heads, heads[heads]):
        heads = heads[heads]
    return heads


@cache
def _warps() -> list[Edges]:
    """The overlays that are tried coarsely: left, right, top, bottom."""
    return list(product(SHIFTS, SHIFTS, SHIFTS, SHIFTS))


@cache
def _weights() -> tuple[Floats32, Floats32]:
    """(9, 16, 16) linear interpolation along a side for each two edges, and (9, 16) what is in."""
    weights = np.zeros((len(SHIFTS) ** 2, COARSE, COARSE), np.float32)
    is_in = np.zeros((len(weights), COARSE), np.float32)
    for number, (low, high) in enumerate(product(SHIFTS, SHIFTS)):
        at = (low + (np.arange(COARSE) + 0.5) / COARSE * (1 - low - high)) * COARSE - 0.5
        is_in[number] = (at >= -0.5) & (at <= COARSE - 0.5)
        left = np.floor(at).astype(int)
        for place, share in ((left, 1 - (at - left)), (left + 1, at - left)):
            there = (place >= 0) & (place < COARSE)
            weights[number, np.flatnonzero(there), place[there]] += share[there]
    return weights, is_in


def _moved(fields: "np.ndarray[tuple[int, ...], np.dtype[np.int8]]") -> Floats32:
    """(n, 81, 512) some coarse fields at every overlay."""
    weights, _ = _weights()
    n, ways = len(fields), len(weights)
    small = fields.astype(np.float32)  # (n, down, across, 2)
    wide = np.einsum("axk,nykc->nayxc", weights, small, optimize=True)
    rows = wide.reshape(n * ways, 1, COARSE, COARSE * 2)
    both = weights[None] @ rows  # (n * across, down, 16, 32)
    found: Floats32 = both.reshape(n, ways * ways, COARSE * COARSE * 2)
    return found


@cache
def _covered() -> Floats32:
    """(81, 256) where each overlay covers the second picture."""
    _, is_in = _weights()
    covered = np.einsum("ax,by->abyx", is_in, is_in)
    return np.ascontiguousarray(covered.reshape(len(is_in) ** 2, -1), dtype=np.float32)


def _coarse(
    moved: Floats32, which: Ints, others: "np.ndarray[tuple[int, ...], np.dtype[np.int8]]"
) -> tuple[Floats, Ints]:
    """Correlation of pairs at the best overlay, and which that is.

    Args:
        moved: (n, 81, 512) the first pictures.
        which: (p,) of each pair the first picture, rising.
        others: (p, 16, 16, 2) the second ones.
    """
    second = others.reshape(len(others), -1).astype(np.float32)
    energy = np.square(second).reshape(len(second), -1, 2).sum(axis=2) @ _covered().T  # (p, 81)
    own = np.square(moved).sum(axis=2)  # (n, 81)
    across = np.empty_like(energy)
    begins = np.searchsorted(which, np.arange(len(moved) + 1))
    for row in range(len(moved)):
        part = slice(begins[row], begins[row + 1])
        across[part] = second[part] @ moved[row].T
    agree = across / np.sqrt(np.maximum(own[which] * energy, 1e-3))
    return agree.max(axis=1), agree.argmax(axis=1)

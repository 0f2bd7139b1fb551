"""Which pairs of pictures may be one at all: their codes, and their fields, very small."""

from functools import cache

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats32, Ints
from contrast_engine.duplicates.compact import COARSE

FIRST_SUM = 1.92
"""Correlation of two fields on 8 x 8 points as they are, plus twice the product of their short
codes, below which a pair is not looked at any more (own choice, as the next)."""

SECOND_SUM = 0.96
"""The correlation at the best of nine overlays, plus half that product; both limits are measured
in docs/methods.md#near-duplicates."""

_SMALL = COARSE // 2
_TOGETHER = 4096  # at a time: what is made of them stays near the processor
_ALONG = (
    (0.0, 0.0), (0.05, 0.05), (-0.06, -0.06), (0.1, 0.1), (-0.12, -0.12),
    (0.06, -0.06), (-0.06, 0.06),
)  # fmt: skip
"""Where the two ends of a side of the second picture lie in the first (shares of a side)."""

_OVERLAYS = (*((both, both) for both in range(5)), (5, 0), (6, 0), (0, 5), (0, 6))
"""Which of those across and down: as it is, cropped, the other one cropped, moved four ways."""


Fields = npt.NDArray[np.int8]


class Glance:
    """The fields of all pictures on 8 x 8 points: what a pair is first compared by.

    Args:
        fields: (n, 16, 16, 2), those of all pictures.
    """

    def __init__(self, fields: Fields) -> None:
        self._small = np.empty((len(fields), 2 * _SMALL**2), np.int8)
        self._length = np.empty(len(fields), np.float32)
        for begin in range(0, len(fields), _TOGETHER):
            part = slice(begin, begin + _TOGETHER)
            wide = fields[part].astype(np.int16)
            tall = wide[:, ::2] + wide[:, 1::2]
            small = (tall[:, :, ::2] + tall[:, :, 1::2]).reshape(len(wide), -1) / np.float32(4)
            self._small[part] = np.round(small)
            self._length[part] = np.linalg.norm(self._small[part].astype(np.float32), axis=1)

    def may_be_one(self, pairs: Ints, near: Floats32) -> Bools:
        """Whether pairs agree so far that more overlays than one are worth their time.

        Args:
            pairs: (p, 2) rows.
            near: (p,) the products of their short codes.
        """
        found = np.empty(len(pairs), np.bool_)
        for begin in range(0, len(pairs), _TOGETHER):
            part = slice(begin, begin + _TOGETHER)
            one, other = (pairs[part, side] for side in range(2))
            first, second = (self._small[of].astype(np.float32) for of in (one, other))
            both = np.einsum("ij,ij->i", first, second)
            lengths = np.maximum(self._length[one] * self._length[other], 1e-6)
            found[part] = both / lengths + 2 * near[part] >= FIRST_SUM
        return found


def may_be_one(fields: Fields, pairs: Ints, near: Floats32) -> Bools:
    """Whether pairs agree at the best of nine overlays, so that many more are worth their time.

    Args:
        fields: (n, 16, 16, 2), those of all pictures.
        pairs: (p, 2) rows of them.
        near: (p,) the products of their short codes.
    """
    rows, which = np.unique(pairs[:, 0], return_inverse=True)
    others, second = np.unique(pairs[:, 1], return_inverse=True)
    plain = _laid(fields[others], 0, 0)[second]
    most = np.full(len(pairs), -1.0, np.float32)
    for across, down in _OVERLAYS:
        laid = _laid(fields[rows], across, down)[which]
        np.maximum(most, np.einsum("ij,ij->i", laid, plain), out=most)
    found: Bools = most + near / 2 >= SECOND_SUM
    return found


def _laid(fields: Fields, across: int, down: int) -> Floats32:
    """(n, 128) some fields at one overlay, small, of length 1."""
    n = len(fields)
    wide = fields.transpose(0, 1, 3, 2).astype(np.float32).reshape(-1, COARSE)
    wide = (wide @ _weights()[across].T).reshape(n, COARSE, 2 * _SMALL)
    tall = np.ascontiguousarray(wide.transpose(0, 2, 1)).reshape(-1, COARSE)
    small = (tall @ _weights()[down].T).reshape(n, -1)
    small /= np.maximum(np.linalg.norm(small, axis=1, keepdims=True), 1e-6)
    return np.asarray(small, dtype=np.float32)


@cache
def _weights() -> Floats32:
    """(7, 8, 16) linear interpolation along a side for each two ends, halved."""
    weights = np.zeros((len(_ALONG), COARSE, COARSE), np.float32)
    for number, (low, high) in enumerate(_ALONG):
        at = (low + (np.arange(COARSE) + 0.5) / COARSE * (1 - low - high)) * COARSE - 0.5
        left = np.floor(at).astype(int)
        for place, share in ((left, 1 - (at - left)), (left + 1, at - left)):
            there = (place >= 0) & (place < COARSE)
            weights[number, np.flatnonzero(there), place[there]] += share[there]
    halved: Floats32 = weights.reshape(len(_ALONG), _SMALL, 2, COARSE).mean(axis=2)
    return halved

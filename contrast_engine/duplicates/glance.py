"""Which pairs of pictures may be one at all: their fields, very small, at nine overlays."""

from functools import cache

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats32, Ints
from contrast_engine.duplicates.compact import COARSE

GLANCE = 0.5
"""Correlation of two fields on 8 x 8 points, at the best of nine overlays, below which a pair is
not looked at any more (own choice; measured in docs/methods.md#near-duplicates)."""

_SMALL = COARSE // 2
_ALONG = (
    (0.0, 0.0), (0.05, 0.05), (-0.06, -0.06), (0.1, 0.1), (-0.12, -0.12),
    (0.06, -0.06), (-0.06, 0.06),
)  # fmt: skip
"""Where the two ends of a side of the second picture lie in the first (shares of a side)."""

_OVERLAYS = (*((both, both) for both in range(5)), (5, 0), (6, 0), (0, 5), (0, 6))
"""Which of those across and down: as it is, cropped, the other one cropped, moved four ways."""


def may_be_one(fields: npt.NDArray[np.int8], pairs: Ints) -> Bools:
    """Whether pairs agree at a glance, so that laying one over the other is worth its time.

    Args:
        fields: (n, 16, 16, 2), those of all pictures.
        pairs: (p, 2) rows of them.
    """
    rows, which = np.unique(pairs[:, 0], return_inverse=True)
    others, second = np.unique(pairs[:, 1], return_inverse=True)
    plain = _laid(fields[others], 0, 0)[second]
    most = np.full(len(pairs), -1.0, np.float32)
    for across, down in _OVERLAYS:
        laid = _laid(fields[rows], across, down)[which]
        np.maximum(most, np.einsum("ij,ij->i", laid, plain), out=most)
    found: Bools = most >= GLANCE
    return found


def _laid(fields: npt.NDArray[np.int8], across: int, down: int) -> Floats32:
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

"""Images that everybody labelled alike, counted instead of listed: as quick with a million."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Ints

MANY = 5_000
"""Of more images than this, those that are labelled alike are taken together; below, each counts
for itself, so that a small bootstrap draws as it always did."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """The different ways in which images were labelled.

    Args:
        codes: (p, q) one row for each.
        times: (p,) how many images were labelled so.
        of: (n,) the row of each image.
    """

    codes: Ints
    times: Ints
    of: Ints

    @classmethod
    def among(cls, codes: Ints) -> "Patterns":
        """The patterns of (n, q) labels as numbers from -1 on; each row its own where n is few."""
        n = len(codes)
        if n <= MANY:
            return cls(codes, np.ones(n, dtype=np.int64), np.arange(n))
        base = int(codes.max(initial=0)) + 2
        if base ** codes.shape[1] < 2**62:
            key = (codes + 1) @ (base ** np.arange(codes.shape[1], dtype=np.int64))
            _, first, of, times = np.unique(
                key, return_index=True, return_inverse=True, return_counts=True
            )
        else:
            _, first, of, times = np.unique(
                codes, axis=0, return_index=True, return_inverse=True, return_counts=True
            )
        return cls(codes[first], times, of.reshape(-1))

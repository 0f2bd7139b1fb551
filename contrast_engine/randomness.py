"""The one source of random numbers: same seed and purpose, same numbers, nothing global."""

import hashlib

import numpy as np

from contrast_engine.arrays import Ints


def generator(seed: int, *purpose: str) -> np.random.Generator:
    """An independent random generator for this seed and purpose.

    `generator(0, "kmeans", "start")` and `generator(0, "kmeans", "null")` never share numbers.
    """
    digest = hashlib.blake2b("/".join(purpose).encode(), digest_size=8).digest()
    return np.random.default_rng([seed, int.from_bytes(digest, "big")])


def drawn(n: int, most: int, seed: int, *purpose: str) -> Ints:
    """Rows of n, rising: all of them, or `most` drawn at random."""
    if n <= most:
        return np.arange(n)
    return np.sort(generator(seed, *purpose).choice(n, most, replace=False))


def derived_seed(seed: int, *purpose: str) -> int:
    """A 31-bit integer seed for libraries that take no generator."""
    return int(generator(seed, *purpose).integers(2**31 - 1))

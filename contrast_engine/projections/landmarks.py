"""Maps of very many images: some are laid out, the others placed among them."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

import numpy as np

from contrast_engine.arrays import Floats, Floats32, Ints, Json
from contrast_engine.neighbours import EXACT, search
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.projections.layout import as_map, distinct
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors

WHOLE = 50_000
"""Images up to which all are laid out."""

LANDMARKS = 5_000
"""Images that are laid out of more: one in each micro-cluster at least, so that rare kinds are."""

ROUNDS, EACH = 5, 100
"""Times that middles of micro-clusters are drawn far from those before, and how many each time."""

LEAST = 3
"""Landmarks of a micro-cluster at least, where it has so many images."""

NEAR = 5
"""Landmarks between which an image is placed."""

_BLOCK = 2**16


def laid_out(
    vectors: Vectors,
    needed: int,
    method: str,
    layout: Callable[[Floats, Progress], Floats],
    seed: int,
    progress: Progress = SILENT,
) -> Vectors:
    """A map of images: equal ones at one place, of very many all but landmarks placed.

    Args:
        vectors: The images.
        needed: How many different ones the method needs.
        method: What it is called.
        layout: Gives points of different rows.
        seed: Draws landmarks.
        progress: Told on the way.

    Raises:
        NotEnoughData: There are too few different rows.
    """
    chosen = landmarks(vectors, seed)
    if chosen is None:
        rows, of = distinct(vectors, needed, method)
        return as_map(vectors, layout(rows, progress)[of])
    some = vectors.take(vectors.at(chosen))
    first, second = in_parts(progress, 60, 40)
    rows, _ = distinct(some, needed, method)
    return as_map(vectors, placed(rows, layout(rows, first), vectors.values, second))


def question(n: int) -> Json:
    """What a map of so many images adds to its question: neighbours approximate, images placed."""
    if n > WHOLE:
        return {"landmarks": LANDMARKS}
    return {"neighbours": "cells"} if n > EXACT else {}


def landmarks(vectors: Vectors, seed: int) -> Ints | None:
    """The rows that are laid out of very many, rising; None where all are.

    Middles of micro-clusters are drawn in rounds, each with a chance that grows with the squared
    distance from those drawn before (Bahmani et al. 2012), so a rare kind far from all others has
    a middle of its own. Every micro-cluster then gives three images, the rest come from all alike.
    """
    n = len(vectors)
    if n <= WHOLE:
        return None
    known = _chosen.setdefault(vectors, {})
    if seed not in known:
        known[seed] = _landmarks(vectors, seed)
    return known[seed]


_chosen: WeakKeyDictionary[Vectors, dict[int, Ints]] = WeakKeyDictionary()
"""What was chosen of vectors that somebody holds: a map and what is said of it ask for the same."""


def _landmarks(vectors: Vectors, seed: int) -> Ints:
    n = len(vectors)
    order = np.argsort(vectors.numbers, kind="stable")  # not the order of a scan
    rows = vectors.values[order].astype(np.float32)
    own = _micro_clusters(rows, seed)
    random = generator(seed, "map", "landmarks")
    mixed = random.permutation(n)
    by_cluster = mixed[np.argsort(own[mixed], kind="stable")]
    begins = np.searchsorted(own[by_cluster], np.arange(int(own.max()) + 1))
    place = np.arange(n) - begins[own[by_cluster]]
    first = by_cluster[place < LEAST]
    is_rest = np.ones(n, dtype=np.bool_)
    is_rest[first] = False
    rest = mixed[is_rest[mixed]][: max(LANDMARKS - len(first), 0)]
    found: Ints = np.sort(order[np.concatenate([first, rest])])
    return found


def placed(known: Floats, points: Floats, rows: Floats, progress: Progress = SILENT) -> Floats:
    """Each row the mean of the places of its nearest known ones, weighted by 1 / distance².

    A row that is known stands where that stands.
    """
    found = np.empty((len(rows), points.shape[1]))
    for begin in range(0, len(rows), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        near, far = search(known, rows[part], NEAR)
        is_own = far == 0
        weights = np.where(
            is_own.any(axis=1)[:, None], is_own, 1 / np.square(np.where(is_own, 1, far))
        )
        weights /= weights.sum(axis=1)[:, None]
        found[part] = np.einsum("ik,ikd->id", weights, points[near])
        progress.tick(min(begin + _BLOCK, len(rows)), len(rows), "placing images")
    return found


def _micro_clusters(rows: Floats32, seed: int) -> Ints:
    """(n,) which of about five hundred micro-clusters each row is in."""
    random = generator(seed, "map", "micro-clusters")
    middles = rows[random.integers(0, len(rows), 1)]
    own = np.zeros(len(rows), dtype=np.int64)
    far = np.square(rows - middles[0]).sum(axis=1)
    n_middles = 1
    for _ in range(ROUNDS):
        total = far.sum(dtype=np.float64)
        if not total > 0:
            break  # all rows are one of the middles
        share = far.astype(np.float64) / total
        drawn = np.unique(random.choice(len(rows), EACH, p=share / share.sum()))
        middles = rows[drawn]
        _nearer(rows, middles, n_middles, own, far)
        n_middles += len(drawn)
    of: Ints = np.unique(own, return_inverse=True)[1].reshape(-1)
    return of


def _nearer(rows: Floats32, middles: Floats32, first: int, own: Ints, far: Floats32) -> None:
    """Have the rows that are nearer to one of some middles be that one's."""
    squares = np.square(middles).sum(axis=1)
    for begin in range(0, len(rows), _BLOCK):
        part = slice(begin, begin + _BLOCK)
        some = rows[part]
        rough = squares - 2 * some @ middles.T
        best = rough.argmin(axis=1)
        away = np.square(some - middles[best]).sum(axis=1)
        is_nearer = away < far[part]
        far[part] = np.where(is_nearer, away, far[part])
        own[part] = np.where(is_nearer, first + best, own[part])

"""Which images' labels are expected to tell most about all the others."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.randomness import generator
from contrast_engine.vectors import Vectors

ALONG_LINES = 0.1
"""Prior variance of each weight: the freedom `c` of the classifiers (docs/methods.md)."""

BESIDE_LINES = 3.0
"""Prior variance of what no weighted sum explains, alike for images that are alike (own choice).

Without it the furthest images are believed to tell most, which costs accuracy on photographs.
"""

_OFFSET = 1.0  # prior variance of the level that all images share
_UNKNOWN = 0.25  # information of an answer that is as likely as not
_MOST = 1000  # images compared with one another at a time
_MOST_LABELLED = 2000
_AT_ONCE = 50_000  # rows of which a second table is held
_FAR = 8.0  # standard deviations beyond which a rise is lost in the rounding of a probability


def covering(
    space: Vectors, labelled: Sequence[int] | Ints, count: int, seed: int, order: Ints | None = None
) -> Iterator[int]:
    """Rows whose labels leave the least unknown about all images, whatever the labels are.

    One after another the image that lowers the sum of the posterior variances most, under a
    Gaussian process: a weighted sum of the columns with the classifiers' own prior, and a smooth
    remainder.

    Source: Yu, Bi & Tresp 2006 (transductive experimental design).
    Deviates: the remainder, and one image at a time.

    Args:
        space: (n, d) scaled images.
        labelled: Rows with a label.
        count: How many rows at most, each found when it is asked for; fewer where fewer are left.
        seed: Draws the images compared where there are more than a thousand.
        order: The rows in an order that does not depend on the labels; as they are by default.
    """
    rows, known = _compared(len(space), labelled, seed, order)
    shared = _posterior(space.values, rows, known, np.full(len(known), _UNKNOWN))
    is_open = np.ones(len(rows), dtype=np.bool_)
    for _ in range(min(count, len(rows))):
        gain = (shared**2).sum(axis=0) / (np.diag(shared) + 1 / _UNKNOWN)
        best = _take(gain, is_open)
        yield int(rows[best])
        shared = _once_known(shared, best, _UNKNOWN)


def most_telling(
    space: Vectors,
    probability: Callable[[Ints], Floats],
    labelled: Sequence[int] | Ints,
    count: int,
    seed: int,
    order: Ints | None = None,
) -> Iterator[int]:
    """Rows whose labels are expected to make the most images be named right.

    An answer about one image moves the scores of those like it, by as much as its posterior
    covariance with them says; an image is named better if that may turn its two likeliest labels
    around. The image itself will be right. Each row counts on the answers about those before it.

    Source: the knowledge gradient of Frazier, Powell & Dayanik 2009 for normal beliefs, on the
    expected error of Roy & McCallum 2001.
    Deviates: the score between the two likeliest labels stands for all labels. Once it is turned
    around by x, the new label is likelier than the old by x / 2 of the probability of the two,
    the logistic slope at the border.

    Args:
        space: (n, d) scaled images.
        probability: (m, k) what the model says of each of some rows.
        labelled: Rows with a label.
        count: How many rows at most, each found when it is asked for; fewer where fewer are left.
        seed: Draws the images compared where there are more than a thousand.
        order: The rows in an order that does not depend on the labels; as they are by default.
    """
    rows, known = _compared(len(space), labelled, seed, order)
    known, said = known[-_MOST_LABELLED:], probability(rows)
    shared = _posterior(space.values, rows, known, _information(probability(known)))
    weight = _information(said)
    first, second = np.sort(said, axis=1)[:, :-3:-1].T
    margin = np.log(np.maximum(first, 1e-12) / np.maximum(second, 1e-12))
    slope = (first + second) / 2
    is_open = np.ones(len(rows), dtype=np.bool_)
    for _ in range(min(count, len(rows))):
        moved = np.abs(shared) / np.sqrt(np.diag(shared) + 1 / weight)  # (n, candidates)
        others = _turned(slope * is_open, margin, moved)
        best = _take(others + 1 - first, is_open)
        yield int(rows[best])
        shared = _once_known(shared, best, float(weight[best]))


def _information(probability: Floats) -> Floats:
    """(n,) the weight of an answer about images of (n, k) probabilities, binary exact."""
    weight: Floats = np.maximum((1 - (probability**2).sum(axis=1)) / 2, 1e-3)
    return weight


def _compared(
    n: int, labelled: Sequence[int] | Ints, seed: int, order: Ints | None
) -> tuple[Ints, Ints]:
    """Rows without a label, a seeded draw where they are too many to compare; those with one."""
    known = np.array(labelled, dtype=np.int64)
    is_free = np.ones(n, dtype=np.bool_)
    is_free[known] = False
    if order is not None:
        known = order[~is_free[order]]
        is_free = is_free[order]
    free = np.flatnonzero(is_free)
    if len(free) > _MOST:
        free = np.sort(generator(seed, "queue", "compared").choice(free, _MOST, replace=False))
    return (free if order is None else order[free]), known


def _posterior(values: Floats, rows: Ints, known: Ints, weight: Floats) -> Floats:
    """(r, r) covariance of the scores of `rows` once those of the last known were answered."""
    known, weight = known[-_MOST_LABELLED:], weight[-_MOST_LABELLED:]
    scale = max(_spread(values), 1e-12)
    shared = _kernel(values[rows], values[rows], scale)
    if not len(known):
        return shared
    across = _kernel(values[known], values[rows], scale)
    among = _kernel(values[known], values[known], scale) + np.diag(1 / weight)
    rest: Floats = shared - across.T @ np.linalg.solve(among, across)
    return rest


def _spread(values: Floats) -> float:
    """The variance of all columns together; of very many rows no second table is held."""
    if len(values) <= _AT_ONCE:
        return float(values.var(axis=0).sum())
    mean = values.mean(axis=0)
    starts = range(0, len(values), _AT_ONCE)
    squares = sum(float(((values[at : at + _AT_ONCE] - mean) ** 2).sum()) for at in starts)
    return squares / len(values)


def _kernel(one: Floats, two: Floats, scale: float) -> Floats:
    inner = one @ two.T
    apart = (one**2).sum(axis=1)[:, None] + (two**2).sum(axis=1) - 2 * inner
    near: Floats = BESIDE_LINES * np.exp(-np.maximum(apart, 0) / (2 * scale))
    return ALONG_LINES * inner + _OFFSET + near


def _turned(slope: Floats, margin: Floats, moved: Floats) -> Floats:
    """(m,) expected rise of the |scores| of sizes `margin`, weighted by `slope`, for m moves.

    Args:
        slope: (n,) what a rise of each score counts.
        margin: (n,) sizes of the scores.
        moved: (n, m) standard deviations of the normal moves.
    """
    from scipy.special import ndtr

    row, column = np.nonzero(moved * _FAR > margin[:, None])  # few: the far tails are slow
    near = np.maximum(moved[row, column], 1e-9)
    away = margin[row] / near
    risen = near * (np.exp(-0.5 * away**2) / np.sqrt(2 * np.pi) - away * ndtr(-away))
    return np.bincount(column, slope[row] * risen, moved.shape[1]).astype(np.float64)


def _take(gain: Floats, is_open: Bools) -> int:
    best = int(np.argmax(np.where(is_open, gain, -np.inf)))
    is_open[best] = False
    return best


def _once_known(shared: Floats, row: int, weight: float) -> Floats:
    """The covariance when one more score is answered (Sherman-Morrison)."""
    own = shared[row]
    known: Floats = np.outer(own, own)
    known /= own[row] + 1 / weight
    return np.subtract(shared, known, out=known)

"""Intervals as images were sampled: those of one content are drawn together, never apart."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator

DRAWS = 1000

LEAST = 6
"""Contents below which there is no interval: even from the smallest to the largest of g values
their mean is caught in 1 - 2^(1 - g) of cases only, under 95 % up to five."""

_AT_ONCE = 2_000_000
"""Numbers held at a time, so that 20,000 images fit in memory."""

Statistic = Callable[[Floats], Floats]
"""From (draws, n) counts, how often each row is drawn, to one number a draw, (draws,)."""

Bounds = tuple[float, float]


@dataclass(frozen=True)
class Interval:
    """A number with its interval over contents.

    Args:
        value: Of the rows as they are.
        low, high: Its interval; the bounds of the number where there are too few contents.
        contents: How many contents were drawn from.
    """

    value: float
    low: float
    high: float
    contents: int

    @property
    def is_known(self) -> bool:
        """Whether there were enough contents to tell."""
        return self.contents >= LEAST


def cluster_bootstrap(
    statistic: Statistic,
    contents: Sequence[Hashable],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = 0.95,
    bounds: Bounds = (-1.0, 1.0),
) -> Interval:
    """The interval of a number when whole contents are drawn anew with replacement.

    Expanded percentiles: those of the normal at sqrt(g / (g - 1)) times Student's t of g - 1
    degrees, since the draws of g contents spread too little.

    Source: Field & Welsh 2007 for drawing clusters; Hesterberg 2015 for the percentiles;
    docs/methods.md#cluster-bootstrap.

    Args:
        statistic: Of counts of rows, such as `spearman_of` or `mean_of`.
        contents: (n,) what each row shows; rows of one content are drawn together.
        seed: Draws the contents.
        draws: How often.
        level: Of the interval.
        bounds: What is said of fewer than `LEAST` contents.
    """
    found = _bootstrapped(
        lambda counts: statistic(counts)[:, None], contents, seed, draws, level, bounds
    )
    return found[0]


def spearman_intervals(
    columns: Sequence[Floats], contents: Sequence[Hashable], *, seed: int = 0,
    draws: int = DRAWS, progress: Progress = SILENT,
) -> dict[tuple[int, int], Interval]:  # fmt: skip
    """Of every two of some columns what `cluster_bootstrap` gives of `spearman_of` them.

    The contents are drawn once for all, and each column is ranked once in a draw.

    Args:
        columns: (n,) values each; the pairs are named by their places, the smaller first.
        contents: (n,) what each row shows.
        seed: Draws the contents.
        draws: How often.
        progress: Told on the way.
    """
    pairs = list(combinations(range(len(columns)), 2))
    done = 0

    def statistic(counts: Floats) -> Floats:
        nonlocal done
        progress.tick(done, draws, "drawing images again")
        done += len(counts)
        ranked = [weighted_ranks(column, counts) for column in columns]
        return np.column_stack([_pearson(ranked[i], ranked[j], counts) for i, j in pairs])

    found = _bootstrapped(statistic, contents, seed, draws)
    return dict(zip(pairs, found, strict=True))


def _bootstrapped(
    statistic: Statistic, contents: Sequence[Hashable], seed: int, draws: int,
    level: float = 0.95, bounds: Bounds = (-1.0, 1.0),
) -> list[Interval]:  # fmt: skip
    """The intervals of several numbers, of which a statistic gives (draws, s)."""
    rows = codes(contents)
    values = statistic(np.ones((1, len(rows))))[0].tolist()
    g = int(rows.max()) + 1
    if g < LEAST:
        return [Interval(value, *bounds, g) for value in values]
    counts = _drawn(g, seed, draws)
    step = max(1, _AT_ONCE // len(rows))
    drawn = np.concatenate(
        [statistic(counts[at : at + step, rows].astype(np.float64)) for at in range(0, draws, step)]
    )
    tail = expanded_tail(g, level)
    lows, highs = np.quantile(drawn, [tail, 1 - tail], axis=0).tolist()
    return [
        Interval(value, min(low, value), max(high, value), g)
        for value, low, high in zip(values, lows, highs, strict=True)
    ]


def drawn_counts(contents: Sequence[Hashable], seed: int = 0, draws: int = DRAWS) -> Floats:
    """(draws, n) how often each row is drawn, the same draws as of `cluster_bootstrap`."""
    rows = codes(contents)
    return _drawn(int(rows.max()) + 1, seed, draws)[:, rows].astype(np.float64)


def _drawn(g: int, seed: int, draws: int) -> Ints:
    """(draws, g) how often each of g contents is drawn."""
    random = generator(seed, "validation", "intervals", "contents")
    found: Ints = random.multinomial(g, np.full(g, 1 / g), size=draws)
    return found


def expanded_tail(g: int, level: float = 0.95) -> float:
    """The share to leave out at each end of what was drawn of g contents."""
    from scipy.special import ndtr, stdtrit

    return float(ndtr(-np.sqrt(g / (g - 1)) * stdtrit(g - 1, (1 + level) / 2)))


def codes(contents: Iterable[Hashable]) -> Ints:
    """(n,) 0..g-1 for (n,) names of contents, in the order they come."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in contents], dtype=np.int64)


def spearman_of(one: Floats, two: Floats) -> Statistic:
    """Spearman's correlation of the drawn rows, ranked among themselves; 0 where one is flat."""

    def statistic(counts: Floats) -> Floats:
        return _pearson(weighted_ranks(one, counts), weighted_ranks(two, counts), counts)

    return statistic


def mean_of(values: Floats) -> Statistic:
    """The mean of the drawn rows."""
    return lambda counts: np.asarray(counts @ values / counts.sum(axis=1), np.float64)


def weighted_ranks(values: Floats, counts: Floats) -> Floats:
    """(draws, n) ranks of values (n,) among the rows that each draw counts, ties at their mean.

    Less a half, which no correlation sees: what counts below, and half of what counts the same.
    """
    _, at, sizes = np.unique(values, return_inverse=True, return_counts=True)
    order = np.argsort(values, kind="stable")
    starts = np.cumsum(sizes) - sizes
    same = np.add.reduceat(counts[:, order], starts, axis=1)  # (draws, different values)
    ranked: Floats = (np.cumsum(same, axis=1) - same / 2)[:, at]
    return ranked


def _pearson(one: Floats, two: Floats, counts: Floats) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    one = one - (one * counts).sum(axis=1, keepdims=True) / total
    two = two - (two * counts).sum(axis=1, keepdims=True) / total
    size = np.sqrt((counts * one**2).sum(axis=1) * (counts * two**2).sum(axis=1))
    varies = size > 1e-9
    found: Floats = np.where(
        varies, (counts * one * two).sum(axis=1) / np.where(varies, size, 1), 0.0
    )
    return np.clip(found, -1.0, 1.0)

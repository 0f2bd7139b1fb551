"""Angular errors in a few numbers, with bootstrap intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints, Real
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.randomness import generator
from contrast_engine.validation.intervals import expanded_tail

DRAWS = 2000
"""Bootstrap samples of an interval."""


@dataclass(frozen=True)
class ErrorSummary:
    """Errors of a method over some images, in degrees.

    Args:
        n: How many images.
        mean, median, max: Of all errors.
        trimean: (Q1 + 2 Q2 + Q3) / 4.
        best25, worst25: Mean of the lowest and of the highest quarter.
        p95: 95th percentile.
        low, high: 95 % bootstrap interval of the mean.
    """

    n: int
    mean: float
    median: float
    trimean: float
    best25: float
    worst25: float
    p95: float
    max: float
    low: float
    high: float

    def __post_init__(self) -> None:
        slack = 1e-9 * (1 + self.max)
        assert self.best25 <= self.median + slack, "best 25 % above the median"
        assert self.median <= self.worst25 + slack, "worst 25 % below the median"


@dataclass(frozen=True)
class Difference:
    """Mean of one method's errors less another's, over the same images, in degrees.

    Args:
        n: How many images.
        mean: Below 0, the first method errs less.
        low, high: Its 95 % paired bootstrap interval.
    """

    n: int
    mean: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether the first method errs less, beyond the interval."""
        return self.high < 0


def summarise(errors: Real, *, scenes: Sequence[str] | None = None, seed: int = 0) -> ErrorSummary:
    """Mean, median, trimean, best and worst quarter, P95, maximum, and an interval of the mean.

    Args:
        errors: (n,) degrees.
        scenes: What each image shows, if known: images of one scene are drawn together.
        seed: For the bootstrap.

    Raises:
        NotEnoughData: There is no error.
        OptionError: One is not finite or below 0.
    """
    found = _checked(errors)
    if (found < 0).any():
        raise OptionError("an angular error must be at least 0 degrees")
    ordered = np.sort(found)
    quarter = max(1, len(found) // 4)
    q1, q2, q3 = np.quantile(found, [0.25, 0.5, 0.75])
    low, high = _interval(found, scenes, seed)
    return ErrorSummary(
        n=len(found),
        mean=float(found.mean()),
        median=float(q2),
        trimean=float((q1 + 2 * q2 + q3) / 4),
        best25=float(ordered[:quarter].mean()),
        worst25=float(ordered[-quarter:].mean()),
        p95=float(np.quantile(found, 0.95)),
        max=float(ordered[-1]),
        low=low,
        high=high,
    )


def difference(
    errors: Real, others: Real, *, scenes: Sequence[str] | None = None, seed: int = 0,
    looks: int = 1,
) -> Difference:  # fmt: skip
    """How much less one method errs than another on the same images, paired.

    Of several methods of which any may be found better, `looks` says how many: the interval
    leaves out so many times less (Bonferroni).

    Raises:
        NotEnoughData: There is no error.
        OptionError: They are not of the same images, or not finite.
    """
    first, second = _checked(errors), _checked(others)
    if first.shape != second.shape:
        raise OptionError(f"errors of {len(first)} and {len(second)} images cannot be paired")
    low, high = _interval(first - second, scenes, seed, looks)
    return Difference(len(first), float((first - second).mean()), low, high)


def _checked(errors: Real) -> Floats:
    found = np.asarray(errors, np.float64).ravel()
    if not len(found):
        raise NotEnoughData("a summary needs the error of 1 image at least, got none; add images")
    if not np.isfinite(found).all():
        raise OptionError("angular errors must be finite")
    return found


def _interval(
    values: Floats, scenes: Sequence[str] | None, seed: int, looks: int = 1
) -> tuple[float, float]:
    """95 % interval of a mean from expanded percentiles; scenes are drawn whole.

    Source: docs/methods.md#cluster-bootstrap.
    """
    rows = _groups(values, scenes)
    sums = np.bincount(rows, values)
    sizes = np.bincount(rows).astype(np.float64)
    random = generator(seed, "illuminants", "bootstrap")
    drawn = random.integers(len(sums), size=(DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    tail = expanded_tail(len(sums), 1 - 0.05 / looks) if len(sums) > 1 else 0.025
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)


def _groups(values: Floats, scenes: Sequence[str] | None) -> Ints:
    if scenes is None:
        return np.arange(len(values))
    if len(scenes) != len(values):
        raise OptionError(f"{len(values)} errors came with {len(scenes)} names of scenes")
    return np.unique(np.asarray(scenes, dtype=str), return_inverse=True)[1].ravel()

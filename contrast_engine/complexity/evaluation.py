"""How far scores follow people: within groups, as a mean over groups, with intervals."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.complexity.with_scores import Scored
from contrast_engine.randomness import generator

RESAMPLES = 1000
_TAILS = (2.5, 97.5)


@dataclass(frozen=True)
class Agreement:
    """How far one score follows people.

    Args:
        srcc: Spearman's rank correlation within each group, the mean over groups.
        pcc: Pearson's r, likewise.
        low, high: 95 % bootstrap interval of `srcc` over images, drawn anew within each group.
        n: Images.
        pcc_low, pcc_high: The same interval of `pcc`.
    """

    srcc: float | None
    pcc: float | None
    low: float | None
    high: float | None
    n: int
    pcc_low: float | None = None
    pcc_high: float | None = None


@dataclass(frozen=True)
class Difference:
    """One score less another in `srcc`, on the same resamples.

    Args:
        value: The difference.
        low, high: Its 95 % paired bootstrap interval.
    """

    value: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether the first is better by its interval."""
        return self.low > 0


class Resamples:
    """The draws of images that every score is judged on, so that differences are paired.

    Args:
        scored: The images and what people said.
        seed: Draws them.
    """

    def __init__(self, scored: Scored, seed: int) -> None:
        random = generator(seed, "complexity", "bootstrap")
        self._scored = scored
        self._rows = [np.flatnonzero(scored.group == g) for g in range(len(scored.names))]
        self._draws = [
            np.vstack([rows, random.choice(rows, (RESAMPLES, len(rows)))]) for rows in self._rows
        ]  # (1 + RESAMPLES, m): the first is the images as they are

    def by_group(self, values: Floats) -> tuple[Floats, Floats]:
        """Spearman and Pearson of a score with people within groups, (g, 1 + RESAMPLES) each."""
        drawn = [(values[rows], self._scored.scores[rows]) for rows in self._draws]
        ranked = np.array([_spearman(one, two) for one, two in drawn])
        return ranked, np.array([_pearson(one, two) for one, two in drawn])

    def agreement(self, values: Floats) -> Agreement:
        """How far a score (n,) follows people, over all groups; 0 in a group where it is flat."""
        ranked, linear = self.by_group(values)
        return _agreement(ranked.mean(axis=0), linear.mean(axis=0), len(values))

    def per_group(self, values: Floats) -> dict[str, Json]:
        """The agreement within each group."""
        ranked, linear = self.by_group(values)
        return {
            name: asdict(_agreement(ranked[g], linear[g], len(self._rows[g])))
            for g, name in enumerate(self._scored.names)
        }

    def difference(self, one: Floats, two: Floats, looks: int = 1) -> Difference:
        """How much further one score (n,) follows people than another.

        Of several differences of which the surest is told, `looks` says how many: the interval
        leaves out so many times less (Bonferroni).
        """
        gained = self.by_group(one)[0].mean(axis=0) - self.by_group(two)[0].mean(axis=0)
        tail = _TAILS[0] / looks
        low, high = np.percentile(gained[1:], (tail, 100 - tail))
        return Difference(float(gained[0]), float(low), float(high))


def best_of(agreements: Mapping[str, Agreement]) -> str:
    """The name of what follows people furthest."""
    return max(agreements, key=lambda name: agreements[name].srcc or 0.0)


def _agreement(ranked: Floats, linear: Floats, n: int) -> Agreement:
    low, high, pcc_low, pcc_high = (
        float(end) for one in (ranked, linear) for end in np.percentile(one[1:], _TAILS)
    )
    return Agreement(float(ranked[0]), float(linear[0]), low, high, n, pcc_low, pcc_high)


def _spearman(values: Floats, scores: Floats) -> Floats:
    from scipy.stats import rankdata

    return _pearson(rankdata(values, axis=1), rankdata(scores, axis=1))


def _pearson(values: Floats, scores: Floats) -> Floats:
    """(r,) correlation of the rows of (r, m); 0 where one side does not vary."""
    one = values - values.mean(axis=1, keepdims=True)
    two = scores - scores.mean(axis=1, keepdims=True)
    size = np.sqrt((one**2).sum(axis=1) * (two**2).sum(axis=1))
    varies = size > 1e-12
    found: Floats = np.where(varies, (one * two).sum(axis=1) / np.where(varies, size, 1), 0.0)
    return found


def correlation_of(one: Floats, two: Floats, seed: int) -> Json:
    """Pearson's r of two columns (n,) with its bootstrap interval; null where one does not vary."""
    n = len(one)
    if n < 3 or np.ptp(one) <= 0 or np.ptp(two) <= 0:
        return {"r": None, "low": None, "high": None, "n": n}
    drawn: Ints = generator(seed, "complexity", "contrast").integers(0, n, (RESAMPLES, n))
    found = _pearson(one[drawn], two[drawn])
    low, high = np.percentile(found, _TAILS)
    r = float(_pearson(one[None], two[None])[0])
    return {"r": r, "low": float(low), "high": float(high), "n": n}

"""Whether ladders are followed far enough, as far as so many photographs can tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from contrast_engine.validation.intervals import Interval, cluster_bootstrap, mean_of
from contrast_engine.validation.same_verdict import means_again

LadderVerdict = Literal["passes", "at the limit", "does not pass"]

NOT_RUN = "ladders not run"
"""What is said of vectors that no altered picture can be put through: that is no failing."""


@dataclass(frozen=True)
class LaddersFollowed:
    """What photographs tell of ladders and their limits.

    Args:
        intervals: Mean of each ladder with its 95 % interval over photographs.
        verdict: "passes" where each interval lies at its limit or above, "does not pass" where one
            lies below (of too few photographs: where a mean does), else "at the limit".
        same: How probably as many other photographs say the same, that the means reach all limits
            or not; None of too few photographs.
    """

    intervals: dict[str, Interval]
    verdict: LadderVerdict
    same: float | None


def ladder_verdict(
    each: Mapping[str, Sequence[float]],
    limits: Mapping[str, float],
    contents: Sequence[str] = (),
    seed: int = 0,
) -> LaddersFollowed:
    """The verdict on ladders from the rank correlation of every photograph.

    Args:
        each: (n,) correlations with the known strength, by ladder.
        limits: What the mean of each must reach.
        contents: (n,) what each photograph shows; without it each is a content of its own.
        seed: Draws the photographs.
    """
    values = {name: np.array(each[name], np.float64) for name in limits}
    of = contents or range(len(next(iter(values.values()))))
    found = {name: cluster_bootstrap(mean_of(own), of, seed=seed) for name, own in values.items()}
    same = None
    if all(one.is_known for one in found.values()):
        again = [means_again(values[name], of, seed) >= limits[name] for name in limits]
        reached = np.all(again, axis=0)
        now = all(found[name].value >= limits[name] for name in limits)
        same = float(np.mean(reached == now))
    return LaddersFollowed(found, _verdict([one_side(found[n], limits[n]) for n in limits]), same)


def worse(one: LadderVerdict, other: LadderVerdict) -> LadderVerdict:
    """The verdict on both."""
    return _verdict([one, other])


def one_side(found: Interval, limit: float) -> LadderVerdict:
    """On which side of its limit a number lies, as far as its interval tells."""
    if found.is_known and found.low >= limit:
        return "passes"
    is_below = found.high < limit if found.is_known else found.value < limit
    return "does not pass" if is_below else "at the limit"


def _verdict(each: Sequence[LadderVerdict]) -> LadderVerdict:
    return next((v for v in ("does not pass", "at the limit") if v in each), "passes")

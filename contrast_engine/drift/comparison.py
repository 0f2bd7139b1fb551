"""One look: the latest images beside those that the model learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.drift.different import different, spacing
from contrast_engine.drift.kolmogorov import FeatureDrift, feature_drifts, noticeable
from contrast_engine.drift.looking import WINDOW
from contrast_engine.drift.mean_discrepancy import mean_discrepancy
from contrast_engine.drift.stability_index import SMALL
from contrast_engine.randomness import generator

Verdict = Literal["no drift", "drift", "not enough images"]

ENOUGH = 30
"""Different images on each side below which nothing is said (own choice)."""

_SHOWN = 12


@dataclass(frozen=True)
class Comparison:
    """What a look found.

    Args:
        verdict: Whether the new images are like the reference.
        significance: The p up to which this look may say drift.
        n_reference, n_new: How many images were compared: different ones.
        of_reference, of_new: Out of how many that were given.
        mmd: Unbiased MMD squared of all features together; None without enough images.
        mmd_p: Its p by 200 permutations.
        mmd_fitted_p: Its p by the curve through them, which the verdict uses.
        features: Every feature, the most moved first.
        noticeable: The shift of one feature that would be found in 19 of 20 cases, in deviations.
        showing: Rows of the new images that show the difference most.
    """

    verdict: Verdict
    significance: float
    n_reference: int
    n_new: int
    of_reference: int
    of_new: int
    mmd: float | None = None
    mmd_p: float | None = None
    mmd_fitted_p: float | None = None
    features: tuple[FeatureDrift, ...] = ()
    noticeable: float | None = None
    showing: tuple[int, ...] = ()

    @property
    def moved(self) -> tuple[FeatureDrift, ...]:
        """The features that moved by more than chance."""
        return tuple(one for one in self.features if one.has_moved)

    @property
    def is_certain(self) -> bool:
        """Whether the images differ by more than chance, be it by little."""
        fitted = self.mmd_fitted_p
        return bool(self.moved) or (fitted is not None and fitted <= self.significance / 2)

    @property
    def counted(self) -> str:
        """How many images were compared, of how many."""
        return (
            f"{self.n_new:,} different images of the latest {self.of_new:,} beside "
            f"{self.n_reference:,} of {self.of_reference:,} that the model learnt from"
        )

    @property
    def evidence(self) -> tuple[str, ...]:
        """Why the verdict is what it is, sentence by sentence."""
        if self.mmd_p is None or self.noticeable is None:
            return (
                f"Compared would be {self.counted}; at least {ENOUGH} different ones are needed "
                "on each side, and images that are nearly one picture count once.",
            )
        lines = [f"Compared were {self.counted}, on the scale of the model."]
        lines += [f"{one.words} (PSI {one.psi:.2f}, {one.expected:.2f} expected without drift)."
                  for one in self.moved]  # fmt: skip
        if self.verdict == "drift" and not self.moved:
            lines.append("No single feature moved for certain, but together they lie otherwise.")
        if self.verdict == "no drift" and self.is_certain:
            lines.append("They differ by more than chance, but too little to be called drift.")
        elif self.verdict == "no drift":
            lines.append(
                "They differ by no more than chance. A shift of one feature by "
                f"{self.noticeable:.1f} deviations would have been found in 19 of 20 cases."
            )
        return tuple(lines)


def compare(
    reference: Floats,
    new: Floats,
    columns: Sequence[str],
    significance: float,
    *,
    seed: int = 0,
) -> Comparison:
    """Whether new images are like the reference.

    It is drift if it is certain and large. Certain: MMD, or some feature by Kolmogorov-Smirnov
    after Holm, has a p of at most half the significance. Large: the PSI of some feature is more
    than 0.1 beyond what is expected without drift.

    Images that are nearly one picture count once, and where images that came one after the other
    are alike, only as many of them as are nearly independent.

    Args:
        reference: (n, d) of the collection, on the frozen scale; 1,000 of more are drawn.
        new: (m, d) in the order they came; the last 1,000 are used.
        columns: d names of features.
        significance: Probability of a false alarm that this look may have.
        seed: Draws the reference and the permutations.

    Source: docs/methods.md#drift.
    """
    known, rows = _independent(reference, new, seed)
    found = Comparison(
        "not enough images", significance, len(known), len(rows), len(reference), len(new)
    )
    if min(len(known), len(rows)) < ENOUGH:
        return found
    before, now = reference[known], new[rows]
    features = feature_drifts(before, now, columns, significance / 2)
    whole = mean_discrepancy(before, now, seed)
    found = replace(
        found,
        verdict="no drift",
        mmd=whole.value,
        mmd_p=whole.p,
        mmd_fitted_p=whole.fitted_p,
        features=features,
        noticeable=noticeable(len(known), len(rows), len(columns), significance / 2),
        showing=tuple(rows[np.argsort(-whole.typical, kind="stable")][:_SHOWN].tolist()),
    )
    is_large = any(one.psi - one.expected > SMALL for one in features)
    return replace(found, verdict="drift") if found.is_certain and is_large else found


def _independent(reference: Floats, new: Floats, seed: int) -> tuple[Ints, Ints]:
    """Rows of both that speak for themselves: at most 1,000 each, none nearly another."""
    drawn = np.arange(len(reference))
    if len(drawn) > WINDOW:
        order = generator(seed, "drift", "reference")
        drawn = np.sort(order.choice(drawn, WINDOW, replace=False))
    latest = np.arange(max(0, len(new) - WINDOW), len(new))
    rows = latest[:: spacing(new[latest])]
    return drawn[different(reference[drawn])], rows[different(new[rows])]

"""Which features are distributed otherwise than in the reference, and by how much."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.drift.stability_index import LARGE, SMALL, stability_index
from contrast_engine.validation.paired import holm

_INDEX_OF_ONE = 0.94
"""PSI in ten bins of a small shift is this times its square, in deviations."""


@dataclass(frozen=True)
class FeatureDrift:
    """One feature among new images, beside the reference.

    Args:
        name: The feature.
        psi: Population stability index.
        expected: What it would be on average without drift.
        ks: Greatest difference of the two cumulative shares, 0..1.
        ks_p: Its p, corrected for all features tested (Holm).
        shift: Mean of the new images less that of the reference, on the frozen scale: in
            standard deviations of the collection.
        has_moved: Whether that is more than chance, at the significance of this look.
    """

    name: str
    psi: float
    expected: float
    ks: float
    ks_p: float
    shift: float
    has_moved: bool

    @property
    def size(self) -> str:
        """How much it changed, by the rule of thumb for PSI beyond what is expected anyway."""
        beyond = self.psi - self.expected
        return "a little" if beyond < SMALL else "clearly" if beyond < LARGE else "strongly"

    @property
    def words(self) -> str:
        """How it moved, in a few words."""
        way = "higher" if self.shift > 0 else "lower"
        if abs(self.shift) < 0.1:
            return f"{self.name} is spread otherwise ({self.size}), its middle is where it was"
        return f"{self.name} is {self.size} {way}, by {abs(self.shift):.1f} deviations"


def feature_drifts(
    reference: Floats, new: Floats, columns: Sequence[str], significance: float
) -> tuple[FeatureDrift, ...]:
    """Every feature, the most moved first.

    Args:
        reference: (n, d) on the frozen scale, independent of each other.
        new: (m, d), the same.
        columns: d names.
        significance: p, corrected for all features, up to which one has moved.

    Source: two-sample Kolmogorov-Smirnov, asymptotic; Holm 1979; docs/methods.md#drift.
    """
    from scipy.stats import ks_2samp

    tests = [
        ks_2samp(before, now, method="asymp")
        for before, now in zip(reference.T, new.T, strict=True)
    ]
    found = []
    for at, p in enumerate(holm([float(test.pvalue) for test in tests])):
        before, now = reference[:, at], new[:, at]
        shift = float(now.mean() - before.mean())
        size, ks = stability_index(before, now), float(tests[at].statistic)
        found.append(FeatureDrift(columns[at], *size, ks, p, shift, p <= significance))
    return tuple(sorted(found, key=lambda one: -one.psi))


def noticeable(n: int, m: int, features: int, significance: float) -> float:
    """The shift of one normal feature that is called drift in 19 of 20 cases, in deviations.

    It must be certain by Kolmogorov-Smirnov and large by PSI; both numbers are off by chance.

    Args:
        n: Independent images in the reference.
        m: Independent new images.
        features: How many are tested.
        significance: p after correction up to which a feature has moved.
    """
    from scipy.special import ndtri

    each, z = 1 / n + 1 / m, float(ndtri(0.95))
    needed = np.sqrt(each * np.log(2 * features / significance) / 2) + z * 0.5 * np.sqrt(each)
    certain = 2 * float(ndtri(min((1 + needed) / 2, 1 - 1e-9)))
    # PSI is about each * (noncentral chi-square of 9 degrees), less its mean without drift; the
    # smallest x with x - z * sd(x) = SMALL
    half = SMALL + 2 * z**2 * each
    large = half + np.sqrt(half**2 - SMALL**2 + 18 * z**2 * each**2)
    return max(certain, float(np.sqrt(large / _INDEX_OF_ONE)))

"""extra-trees: a forest on statistical estimates and a histogram of chromaticities."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.estimators import ESTIMATORS, Setting, estimates_of
from contrast_engine.illuminants.learned import learned
from contrast_engine.illuminants.learned.log_chroma import log_ratios, of_log_ratios
from contrast_engine.randomness import derived_seed

ESTIMATES = (
    *(one.usual for one in ESTIMATORS.values()),
    Setting(p=3.0),
    Setting(1, 0.5, 2.0),
    Setting(2, 0.5, 2.0),
)
"""The estimates that it sees."""

BINS = 8
REACH = (-1.6, 1.6)  # ln(r / g) and ln(b / g) of nearly every pixel of a raw picture


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees that give ln(r / g) and ln(b / g) of the illuminant."""

    trees: Any

    def estimate(self, data: IlluminantSet) -> Floats:
        """The illuminants of pictures as positive unit vectors, (n, 3)."""
        ratios = np.asarray(self.trees.predict(inputs(data)), np.float64)
        return of_log_ratios(ratios)


@learned.add("extra-trees")
def fit(data: IlluminantSet, seed: int) -> Forest:
    """Extremely randomised trees, fitted on pictures of known illuminant.

    Source: Geurts, Ernst & Wehenkel 2006; the inputs are an own choice after Cheng 2015, whose
    trees see chromaticities of the mean, of the brightest pixels and of the histogram's modes;
    docs/methods.md#learned-estimates.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    trees = ExtraTreesRegressor(
        300, max_features=0.5, n_jobs=1,
        random_state=derived_seed(seed, "illuminants", "extra-trees"),
    )  # fmt: skip
    trees.fit(inputs(data), log_ratios(data.truths))
    return Forest(trees)


def inputs(data: IlluminantSet) -> Floats:
    """What the forest sees of every picture, (n, 2 estimates + bins^2)."""
    estimates = estimates_of(ESTIMATES, data.images, data.valid)  # (estimates, n, 3)
    ratios = np.concatenate([log_ratios(some) for some in estimates], axis=1)
    histograms = [
        histogram(image[mask]) for image, mask in zip(data.images, data.valid, strict=True)
    ]
    return np.concatenate([ratios, np.stack(histograms)], axis=1)


def histogram(pixels: Real) -> Floats:
    """Shares of pixels by ln(r / g) and ln(b / g), (bins^2,), each weighted by its brightness."""
    floor = 1e-4
    ratios = log_ratios(np.maximum(pixels.astype(np.float64), floor))
    inside = np.clip(ratios, REACH[0] + 1e-9, REACH[1] - 1e-9)
    counts, _, _ = np.histogram2d(
        inside[:, 0], inside[:, 1], BINS, (REACH, REACH), weights=pixels.sum(axis=1)
    )
    made: Floats = counts.ravel() / max(float(counts.sum()), 1e-12)
    return made

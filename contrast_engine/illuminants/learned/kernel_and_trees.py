"""kernel-and-trees: the mean of two estimates that err in different places."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.learned import Model, learned
from contrast_engine.illuminants.learned.log_chroma import log_ratios, of_log_ratios


@dataclass(frozen=True, eq=False)
class Mean:
    """Models whose estimates are averaged in ln(r / g) and ln(b / g), all weighing the same."""

    models: tuple[Model, ...]

    def estimate(self, data: IlluminantSet) -> Floats:
        """The illuminants of pictures as positive unit vectors, (n, 3)."""
        found = np.stack([log_ratios(model.estimate(data)) for model in self.models])
        return of_log_ratios(found.mean(axis=0))


@learned.add("kernel-and-trees")
def fit(data: IlluminantSet, seed: int) -> Mean:
    """The kernel and the extra trees, fitted on the same pictures.

    Source: Breiman 1996 (averaged predictors); docs/methods.md#learned-estimates.
    """
    return Mean(tuple(learned[name](data, seed) for name in ("kernel", "extra-trees")))

"""Learned estimates of the illuminant: each is fitted on pictures of known illuminant.

One file is one way to learn, registered by its name: a function `fit(data, seed)` that gives a
`Model`. Adding the file adds the row to every evaluation. Listing them loads neither torch nor
scikit-learn. Networks live in `learning`, which imports nothing from here.
"""

from collections.abc import Callable
from typing import Protocol

from contrast_engine.arrays import Floats
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.registry import Registry, function_fault


class Model(Protocol):
    """What was fitted."""

    def estimate(self, data: IlluminantSet) -> Floats:
        """Illuminants as positive unit vectors, (n, 3); the truths are not looked at."""


Fit = Callable[[IlluminantSet, int], Model]

LEAST = 12
"""Pictures that learning needs at least (own choice)."""

learned: Registry[Fit] = Registry(__name__, "learned estimator", function_fault)
"""Every way to learn by its name: `fit(data, seed)`."""

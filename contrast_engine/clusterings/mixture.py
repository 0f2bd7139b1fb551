"""Gaussian mixture: overlapping clouds, each with a shape of its own."""

import warnings
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.clusterings import Assignment, Clusterer, clusterings
from contrast_engine.clusterings.one_thread import one_thread
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator

RESTARTS = 10
"""Starts of which the most likely is kept."""

SAMPLE = 20_000
"""At most so many rows shape the clouds; every row is then given to its likeliest one."""


@clusterings.add("mixture")
@dataclass(frozen=True)
class Mixture(Clusterer):
    """Explains the images as overlapping Gaussian clouds and gives each its likeliest one.

    The details hold the Bayesian information criterion `bic` (lower is better): compare it
    between runs to see whether another cloud, or a freer shape, is worth its parameters.

    Source: Dempster, Laird & Rubin 1977; Schwarz 1978; docs/methods.md#gaussian-mixture.
    """

    title: ClassVar[str] = "Gaussian mixture: overlapping clouds"
    joins: ClassVar[str] = "likeliest cloud"

    n_clusters: int = option(
        3, "How many clouds; compare the criterion in the details between runs.",
        low=2, high=40,
    )  # fmt: skip
    shape: str = option(
        "diag",
        "One shape for all clouds (tied), stretched along the axes (diag), free (full), or round.",
        choices=("diag", "full", "tied", "spherical"),
    )

    @property
    def needs(self) -> int:
        """As many different images as clouds."""
        return self.n_clusters

    def assign(self, values: Floats, *, seed: int = 0, progress: Progress = SILENT) -> Assignment:
        """Each row the cloud it most probably comes from."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        progress.tick(0, 1, "fitting clouds")
        fitted_on = values
        if len(values) > SAMPLE:
            drawn = generator(seed, "mixture", "sample").choice(len(values), SAMPLE, replace=False)
            fitted_on = values[drawn]
        model = GaussianMixture(
            self.n_clusters,
            covariance_type=self.shape,
            n_init=RESTARTS,
            init_params="k-means++",  # more various starts than finished k-means
            reg_covar=1e-3,  # columns are scaled to about 1: no cloud shrinks onto one image
            random_state=derived_seed(seed, "mixture"),
        )
        with one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # told in the details
            cluster = model.fit(fitted_on).predict(values)
            bic = float(model.bic(fitted_on))
        progress.tick(1, 1, "fitting clouds")
        details = {
            "bic": bic,
            "has_converged": bool(model.converged_),
            "fitted_on": len(fitted_on),
            "restarts": RESTARTS,
            "clouds_in_use": len(np.unique(cluster)),
        }
        return Assignment(cluster.astype(np.int64), details)

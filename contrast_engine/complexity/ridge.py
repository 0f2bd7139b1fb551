"""Ridge regression on scores that compare within groups, its penalty chosen by leaving one out."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints

PENALTIES = tuple(float(p) for p in np.logspace(0, 5, 16))
"""Penalties tried, on standardised inputs."""

_FLAT = 1e-9


@dataclass(frozen=True, eq=False)
class GroupRidge:
    """One slope for all images, an intercept for each group.

    Args:
        weights: (d,) of standardised inputs.
        centre: (g, d) mean of the inputs of each group.
        scale: (d,) deviation that inputs are divided by.
        level: (g,) mean score of each group.
        penalty: The penalty chosen.
    """

    weights: Floats
    centre: Floats
    scale: Floats
    level: Floats
    penalty: float

    @classmethod
    def fit(cls, inputs: Floats, scores: Floats, group: Ints) -> "GroupRidge":
        """Fit on images whose group is known.

        Inputs and scores are taken about the mean of their own group, so that scores of separate
        scales are never compared; the penalty is that with the least squared error when each
        image is left out in turn (in closed form).

        Args:
            inputs: (n, d).
            scores: (n,).
            group: (n,) 0..g-1; each occurs.

        Source: Hoerl & Kennard 1970; leave-one-out of ridge, Allen 1974 (PRESS).
        """
        sizes = np.bincount(group)
        member = (group[:, None] == np.arange(len(sizes))) / sizes  # (n, g)
        centre, level = member.T @ inputs, member.T @ scores
        centred, left = inputs - centre[group], scores - level[group]
        scale = centred.std(axis=0)
        scale = np.where(scale > _FLAT * (np.abs(inputs).max(axis=0) + _FLAT), scale, np.inf)
        u, s, vt = np.linalg.svd(centred / scale, full_matrices=False)
        projected = u.T @ left
        best, penalty, shrunk = np.inf, PENALTIES[0], s
        for tried in PENALTIES:
            kept = s**2 / (s**2 + tried)
            # a group's mean takes part of an image's own weight, as the slopes do
            leverage = np.minimum((u**2 @ kept) + 1 / sizes[group], 0.99)
            error = float(np.square((left - u @ (kept * projected)) / (1 - leverage)).mean())
            if error < best:
                best, penalty, shrunk = error, tried, s / (s**2 + tried)
        return cls(vt.T @ (shrunk * projected), centre, scale, level, penalty)

    def predict(self, inputs: Floats, group: Ints) -> Floats:
        """(n,) scores; images of a group that has none (-1) are taken about the mean of all."""
        centre = np.vstack([self.centre, self.centre.mean(axis=0)])
        level = np.append(self.level, self.level.mean())
        found: Floats = ((inputs - centre[group]) / self.scale) @ self.weights + level[group]
        return found

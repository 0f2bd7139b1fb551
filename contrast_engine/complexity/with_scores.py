"""Complexity from people's scores: predicted for every image by models that never saw its score."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.complexity.ridge import GroupRidge
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, generator

FOLDS, REPEATS = 5, 3
"""Every image is held out once in each repeat; its three predictions are averaged."""

LEAST_IN_GROUP, LEAST = 10, 20
"""Scored images a group, and all groups together, need."""

TREES = 200

_LEAF = 2  # images in a leaf of the forest, at least

Predict = Callable[[Floats, Floats, Ints, Floats, Ints], Floats]
"""From training inputs, scores and groups, and inputs and groups of others, to their scores."""


@dataclass(frozen=True, eq=False)
class Scored:
    """Images with scores that people gave.

    Args:
        scores: (n,) larger is more complex.
        group: (n,) 0..g-1: scores are compared within a group alone.
        names: g names.
    """

    scores: Floats
    group: Ints
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        sizes = np.bincount(self.group, minlength=len(self.names))
        if len(self.scores) < LEAST or sizes.min() < LEAST_IN_GROUP:
            raise NotEnoughData(
                f"human scores need at least {LEAST} images and {LEAST_IN_GROUP} of each group, "
                f"got {len(self.scores)} and {sizes.min()}; add scores, or leave the group out"
            )


def folds(scored: Scored, seed: int) -> Ints:
    """(REPEATS, n) the fold each image is held out in; every group is dealt evenly."""
    random = generator(seed, "complexity", "folds")
    dealt = np.zeros((REPEATS, len(scored.scores)), np.int64)
    for repeat in range(REPEATS):
        for number in range(len(scored.names)):
            rows = random.permutation(np.flatnonzero(scored.group == number))
            dealt[repeat, rows] = np.arange(len(rows)) % FOLDS
    return dealt


def held_out(
    inputs: Floats, scored: Scored, predict: Predict, seed: int, progress: Progress = SILENT
) -> Floats:
    """(n,) the score of every image as models predict it that were fitted without it.

    Scaling, choices and weights are all made by `predict`, which sees training images alone.

    Args:
        inputs: (n, d).
        scored: The images.
        predict: Fits and predicts.
        seed: Deals the folds.
        progress: Told after every fold.
    """
    total, dealt = np.zeros(len(inputs)), folds(scored, seed)
    for repeat, fold in enumerate(dealt):
        for number in range(FOLDS):
            unseen = fold == number
            if unseen.any():
                total[unseen] += predict(
                    inputs[~unseen], scored.scores[~unseen], scored.group[~unseen],
                    inputs[unseen], scored.group[unseen],
                )  # fmt: skip
            progress.tick(repeat * FOLDS + number + 1, REPEATS * FOLDS, "holding images out")
    return total / REPEATS


def by_ridge(
    inputs: Floats, scores: Floats, group: Ints, others: Floats, group_of_others: Ints
) -> Floats:
    """Ridge with an intercept for each group."""
    return GroupRidge.fit(inputs, scores, group).predict(others, group_of_others)


def by_ridge_within(
    inputs: Floats, scores: Floats, group: Ints, others: Floats, group_of_others: Ints
) -> Floats:
    """A ridge for each group, fitted on its own images alone."""
    found = np.zeros(len(others))
    for number in np.unique(group_of_others):
        own, asked = group == number, group_of_others == number
        none = np.zeros(own.sum(), np.int64)
        found[asked] = GroupRidge.fit(inputs[own], scores[own], none).predict(
            others[asked], np.zeros(asked.sum(), np.int64)
        )
    return found


def by_forest(seed: int) -> Predict:
    """A random forest on scores about the mean of their group; nothing about it is chosen.

    Source: Breiman 2001; a third of the inputs at each split, as there for regression.
    """

    def predict(
        inputs: Floats, scores: Floats, group: Ints, others: Floats, group_of_others: Ints
    ) -> Floats:
        from sklearn.ensemble import RandomForestRegressor

        level = np.array([scores[group == g].mean() for g in range(int(group.max()) + 1)])
        forest = RandomForestRegressor(
            TREES, min_samples_leaf=_LEAF, max_features=1 / 3, n_jobs=1,
            random_state=derived_seed(seed, "complexity", "forest"),
        )  # fmt: skip
        forest.fit(inputs, scores - level[group])
        found: Floats = forest.predict(others) + level[group_of_others]
        return found

    return predict

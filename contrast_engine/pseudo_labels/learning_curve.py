"""How accuracy grows with labels, so that a person sees when to stop."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels.classifier import Classifier
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.scores import Scores, wilson
from contrast_engine.randomness import generator

SIZES = (5, 10, 20, 40, 80, 160, 320)
DRAWS = 8
LEAST_LEFT = 0.2
"""Share of the labels that must be left to judge by."""


@dataclass(frozen=True)
class Point:
    """Accuracy that so many labels gave.

    Args:
        labels: How many labels were learnt from, those of nearly one picture counted once.
        accuracy: Share of the other pictures predicted right, mean of `DRAWS` random choices,
        low, high: and its 95 % interval, as if each picture had been judged once.
    """

    labels: int
    accuracy: float
    low: float
    high: float


def learning_curve(
    recipe: Classifier,
    labelled: Labelled,
    scores: Scores,
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> tuple[Point, ...]:
    """Accuracy of models learnt from fewer labels, drawn at random, on the others.

    Whole pictures are drawn: labels of nearly one picture are all learnt or all judged on. The
    last point is the cross-validated accuracy of all labels; where the encoder learnt labels it
    is the only one.

    Args:
        recipe: The classifier.
        labelled: All labels.
        scores: What cross-validation gave with all of them.
        seed: Draws the smaller sets.
        progress: Told after every iteration.
    """
    n = labelled.effective
    sizes = [size for size in SIZES if size <= n * (1 - LEAST_LEFT)]
    last = Point(n, scores.accuracy, scores.accuracy_low, scores.accuracy_high)
    if not sizes or labelled.crossed is not None:  # smaller sets would need encoders of their own
        return (last,)
    seen = np.array([_drawn(labelled, size, seed, draw) for size in sizes
                     for draw in range(DRAWS)])  # fmt: skip
    for final in recipe.fit(labelled, Folds(~seen, len(seen))):
        progress.tick(final.done, final.total, "learning from fewer labels")
    right = final.held_out.argmax(axis=2) == labelled.codes
    points = []
    for number, size in enumerate(sizes):
        rows = slice(number * DRAWS, (number + 1) * DRAWS)
        weight = ~seen[rows] * labelled.shares
        accuracy = float((right[rows] * weight).sum() / weight.sum())
        judged = n - size
        points.append(Point(size, accuracy, *wilson(accuracy * judged, judged)))
    return (*points, last)


def _drawn(labelled: Labelled, size: int, seed: int, draw: int) -> Bools:
    """(m,) true for the labels of `size` pictures drawn at random, of at least two kinds."""
    codes, pictures = labelled.codes, labelled.pictures
    rng = generator(seed, "pseudo_labels", "curve", str(size), str(draw))
    order = rng.permutation(labelled.effective)
    chosen = order[:size]
    kinds = np.unique(codes[np.isin(pictures, chosen)])
    if len(kinds) < 2:
        others = np.unique(pictures[codes != kinds[0]])
        chosen[-1] = order[np.isin(order, others)][0]
    return np.isin(pictures, chosen)

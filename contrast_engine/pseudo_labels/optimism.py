"""How much easier the labelled images are than the collection, told without further labels.

Images chosen for standing in the middle of a group are easier than others, those chosen for being
doubtful harder. Models that have seen neither say how unsure they are of held-out labels and of
images drawn at random from those without a label; the difference is what accuracy on the labels
promises too much.
"""

from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels.classifier import Classifier
from contrast_engine.pseudo_labels.crossed import snapshots
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.randomness import generator

MOST = 150
"""Images without a label that are drawn for it."""


@dataclass(frozen=True)
class Optimism:
    """How much too good accuracy on the labels is, as a share.

    Args:
        value: Mean doubt (1 - the best probability) about images without a label less that about
            held-out labels; above 0 the labels are easier.
        low, high: Its 95 % interval over labels and images.
        labels: Different pictures with a label.
        rest: Images without one that were drawn.
    """

    value: float
    low: float
    high: float
    labels: int
    rest: int

    @property
    def is_clear(self) -> bool:
        """The interval leaves 0 out."""
        return self.low > 0 or self.high < 0

    def as_json(self) -> Json:
        """The optimism as details and command line give it."""
        return asdict(self)


def optimism(
    recipe: Classifier, labelled: Labelled, folds: Folds, is_drawn: Bools, *, seed: int,
    progress: Progress = SILENT,
) -> Optimism | None:  # fmt: skip
    """That of these labels; None where all were drawn at random, or no image is without a label.

    Source: the difference estimator of sampling (Särndal, Swensson & Wretman 1992), with a
    model's own doubt as the helping variable.
    Deviates: it corrects what the doubt sees of the choice and no more, about two thirds in
    simulation (docs/methods.md#optimism-of-chosen-labels).

    Args:
        recipe: The classifier; its models of the first repeat are trained once more.
        labelled: The labels in their space.
        folds: Which labels are held back from which model.
        is_drawn: (m,) the image was drawn at random.
        seed: Draws the images without a label.
        progress: Told after every iteration.
    """
    rest = np.setdiff1d(np.arange(len(labelled.space)), labelled.rows)
    if is_drawn.all() or not len(rest) or labelled.effective < 2:
        return None
    rng = generator(seed, "pseudo_labels", "optimism")
    drawn = np.sort(rng.choice(rest, min(MOST, len(rest)), replace=False))
    once = folds.once()
    for final in snapshots(recipe, _with(labelled, drawn), _held_back(once, len(drawn))):
        progress.tick(final.done, final.total, "seeing whether the labelled are easier")
    m = len(labelled)
    doubts = 1 - final.held_out.max(axis=2)  # (f, m + drawn)
    of_labels = once.assemble(doubts[:, :m])[0]
    of_rest = doubts[:, m:].mean(axis=0)
    return _welch(of_labels, labelled.shares, of_rest)


def _with(labelled: Labelled, rows: Ints) -> Labelled:
    """Add rows whose label no model is to see, so any will do."""
    return Labelled(
        labelled.space,
        np.concatenate([labelled.rows, rows]),
        np.concatenate([labelled.codes, np.zeros(len(rows), dtype=np.int64)]),
        labelled.classes,
        labelled.is_ordered,
        labelled.cluster,
        crossed=labelled.crossed,
    )


def _held_back(folds: Folds, n: int) -> Folds:
    """Hold n further rows back from every model."""
    return Folds(np.hstack([folds.held_out, np.ones((len(folds), n), dtype=np.bool_)]), 1)


def _welch(one: Floats, shares: Floats, other: Floats) -> Optimism:
    """Difference of two means with its 95 % interval (Welch 1947)."""
    from scipy.special import stdtrit

    n = float(shares.sum())
    mean = float((one * shares).sum() / n)
    spread = float((np.square(one - mean) * shares).sum() / max(n - 1, 1))
    gap = float(other.mean()) - mean
    error = np.sqrt(spread / n + (other.var(ddof=1) / len(other) if len(other) > 1 else 1.0))
    half = float(stdtrit(max(n - 1, 1), 0.975) * error)
    return Optimism(gap, gap - half, gap + half, round(n), len(other))

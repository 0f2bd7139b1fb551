"""Train a classifier, report real held-out scores after every iteration, predict everything."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Bools, Floats, Json
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.pseudo_labels.abstaining import Abstaining, nearest_distance
from contrast_engine.pseudo_labels.calibration import Sets, conformal, reliability
from contrast_engine.pseudo_labels.classifier import Classifier, Model, Snapshot
from contrast_engine.pseudo_labels.crossed import dealt, snapshots, values_of
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.optimism import Optimism, optimism
from contrast_engine.pseudo_labels.promise import Evidence, Promise, promise
from contrast_engine.pseudo_labels.scores import Scores, confusion, kappa, score
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId


@dataclass(frozen=True, eq=False)
class TrainedModel:
    """What training gives.

    Args:
        model: Ready to save and to predict new images.
        predictions: One row per image of the space.
        scores: Held-out scores of the finished model.
        limit: Distance to the nearest labelled image beyond which the model abstains.
        reliability: How far held-out probabilities mean what they say.
        promise: How often answers are wrong, and from which sureness on it answers.
        optimism: How much easier the labels are than the collection; None where all were drawn at
            random.
        sets: Sets of labels that hold the true one as often as promised, or why there are none.
        held_out: (m, k) what models that had not seen a label, nor one of nearly the same picture,
            say about it, mean of the repeats.
    """

    model: Model
    predictions: Predictions
    scores: Scores
    limit: float
    reliability: Json
    promise: Promise
    optimism: Optimism | None
    sets: Sets | str
    held_out: Floats

    @property
    def coverage(self) -> float:
        """Share of the collection that is answered."""
        return float(1 - self.predictions.abstains.mean())


def train(
    recipe: Classifier,
    labelled: Labelled,
    *,
    abstaining: Abstaining | None = None,
    drawn: Collection[ImageId] = (),
    seed: int = 0,
    progress: Progress = SILENT,
) -> TrainedModel:
    """The fitted recipe, its predictions of the whole space, and held-out scores.

    Every tick carries loss, held-out accuracy and kappa, and coverage of that very iteration.
    The model abstains far from all labels, and where it is not as sure as the promise asks. Sets
    of labels are made of enough labels of randomly `drawn` images.

    Raises:
        NotEnoughData: The classifier needs something these labels do not give.
        Cancelled: Asked to stop.
    """
    rule = abstaining or Abstaining()
    comparing, progress = in_parts(progress, 1, 3)
    folds = dealt(labelled, seed=seed)
    limit = rule.limit(labelled.values, labelled.pictures)
    is_far = nearest_distance(labelled.space.values, labelled.values) > limit
    is_drawn = _drawn(labelled, drawn)
    easier = optimism(recipe, labelled, folds, is_drawn, seed=seed, progress=comparing)
    far_held_out = far_when_held_out(labelled, folds, rule)
    is_open = ~is_far
    is_open[labelled.rows] = False
    snapshot: Snapshot | None = None
    for snapshot in snapshots(recipe, labelled, folds):
        probability = snapshot.model.predict_proba(labelled.space.values, labelled.cluster)
        held_out = folds.assemble(snapshot.held_out)
        evidence = Evidence.of(
            labelled.codes, held_out, far_held_out, labelled.shares, is_drawn,
            probability[is_open], easier.value if easier else 0.0,
        )  # fmt: skip
        kept = promise(evidence, rule.sureness, rule.most_wrong)
        abstains = is_far | kept.unsure(probability)
        live, coverage = _live(labelled, held_out), float(1 - abstains.mean())
        progress.tick(snapshot.done, snapshot.total, "training",
                      loss=snapshot.loss, coverage=coverage, **live)  # fmt: skip
    assert snapshot is not None, "every classifier yields at least one snapshot"
    scores = score(
        labelled.codes,
        held_out,
        ~(kept.unsure(held_out) | far_held_out),
        is_ordered=labelled.is_ordered,
        seed=seed,
        shares=labelled.shares,
    )
    n_rest = len(labelled.space) - len(labelled)
    return TrainedModel(
        model=snapshot.model,
        predictions=Predictions(labelled.space.ids, labelled.classes, probability, abstains),
        scores=_promised(scores, kept),
        limit=limit,
        reliability=reliability(labelled.codes, held_out, labelled.shares, n_rest),
        promise=kept,
        optimism=easier,
        sets=_sets(labelled, held_out, _one_a_picture(labelled, drawn)),
        held_out=held_out.mean(axis=0),
    )


def _one_a_picture(labelled: Labelled, drawn: Collection[ImageId]) -> Bools:
    """(m,) the labels of images drawn at random; of nearly one picture the first by id.

    Ids are made of the bytes of files, so the first is any; promises then rest on pictures that
    are as good as drawn one by one.
    """
    chosen: dict[int, tuple[ImageId, int]] = {}
    for place, row in enumerate(labelled.rows):
        image, picture = labelled.space.ids[row], int(labelled.pictures[place])
        if image in drawn:
            chosen[picture] = min(chosen.get(picture, (image, place)), (image, place))
    is_chosen = np.zeros(len(labelled), dtype=np.bool_)
    is_chosen[[place for _, place in chosen.values()]] = True
    return is_chosen


def _drawn(labelled: Labelled, drawn: Collection[ImageId]) -> Bools:
    """(m,) the labels of images drawn at random."""
    rows = (labelled.space.ids[row] in drawn for row in labelled.rows)
    return np.fromiter(rows, dtype=np.bool_, count=len(labelled))


def _promised(scores: Scores, kept: Promise) -> Scores:
    """The scores with the ends of the promise for the accuracy of the answered part."""
    if scores.answered_accuracy is None:
        return scores
    return replace(scores, answered_low=1 - kept.high, answered_high=1 - kept.low)


def _sets(labelled: Labelled, held_out: Floats, is_drawn: Bools) -> Sets | str:
    return conformal(
        labelled.codes[is_drawn], held_out[:, is_drawn], is_ordered=labelled.is_ordered
    )


def _live(labelled: Labelled, held_out: Floats) -> dict[str, float]:
    predicted = held_out.argmax(axis=2)
    table = confusion(labelled.codes, predicted, len(labelled.classes), labelled.shares)
    return {
        "accuracy": float(np.trace(table) / table.sum()),
        "kappa": float(kappa(table, is_ordered=labelled.is_ordered)),
    }


def far_when_held_out(labelled: Labelled, folds: Folds, rule: Abstaining) -> Bools:
    """(repeats, m) true where a held-out label is far from the labels its model saw."""
    is_far = np.zeros((len(folds), len(labelled)))
    for fold, hidden in enumerate(folds.held_out):
        values = values_of(labelled, fold)
        limit = rule.limit(values[~hidden], labelled.pictures[~hidden])
        apart = nearest_distance(values[hidden], values[~hidden])
        is_far[fold, hidden] = apart > limit
    return folds.assemble(is_far) > 0

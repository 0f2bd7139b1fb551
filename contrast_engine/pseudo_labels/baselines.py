"""What a model must beat: the commonest label, one trivial number, one single feature."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.pseudo_labels.crossed import dealt
from contrast_engine.pseudo_labels.cuts import cut
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.scores import score, wilson
from contrast_engine.vectors import Vectors

MAJORITY = "majority"
SINGLE = "best single feature"


@dataclass(frozen=True)
class Baseline:
    """How right something simpler than the model is, on the labels each fold held out.

    Args:
        name: "majority", what was looked at alone, or "best single feature".
        accuracy: Share of labels predicted right, those of nearly one picture counted once,
        low, high: and its 95 % interval.
        kappa: Cohen's kappa, quadratic weights when the labels are ordered.
        feature: The feature that does best on all labels; which one is taken is decided anew in
            every fold, without its held-out labels.
    """

    name: str
    accuracy: float
    low: float
    high: float
    kappa: float
    feature: str = ""

    def as_json(self) -> Json:
        """The baseline by name."""
        return asdict(self)


def baselines(
    labelled: Labelled, alone: Mapping[str, Floats], features: Vectors, *, seed: int = 0
) -> tuple[Baseline, ...]:
    """Accuracy of the commonest label, of each number alone, and of the best single feature.

    Judged on the very folds a model trained with the same seed is judged on. A number alone is cut
    into as many stretches as there are labels.

    Args:
        labelled: The labels.
        alone: Numbers of the labelled images by name, (m,) each, such as brightness.
        features: Features of the labelled images, one of which is chosen inside each fold.
        seed: Deals the labels into folds.

    Source: docs/methods.md#baselines.
    """
    folds = dealt(labelled, seed=seed)
    found = [_majority(labelled)]
    for name, values in alone.items():
        if np.ptp(values) > 0:
            predicted = _cut(labelled, values[:, None], folds)[0]
            found.append(_scored(name, labelled, folds, predicted, seed=seed))
    rows = features.take([labelled.space.ids[row] for row in labelled.rows])
    feature, predicted = _single(labelled, rows, folds)
    return (*found, _scored(SINGLE, labelled, folds, predicted, feature, seed=seed))


def words(found: list[Json]) -> str:
    """Accuracies of baselines in one line: "always the commonest label 35 %, ..."; "" for none."""
    said = []
    for one in found:
        name = str(one["name"])
        title = {MAJORITY: "always the commonest label"}.get(name, f"{name} alone")
        if name == SINGLE:
            title = f"{SINGLE} ({one['feature']})"
        said.append(f"{title} {one['accuracy']:.0%}")
    return ", ".join(said)


def association(values: Floats, codes: Ints, seen: Bools) -> Floats:
    """(b, d) share of the variance of each feature's ranks that the seen labels explain.

    Args:
        values: (m, d) features.
        codes: (m,) classes.
        seen: (b, m) which labels count.
    """
    from scipy.stats import rankdata

    ranked = rankdata(values, axis=0)
    ranked = ranked - ranked.mean(axis=0)
    counted = seen.astype(np.float64)
    member = np.eye(codes.max() + 1)[codes]  # (m, k)
    count = np.maximum(counted @ member, 1e-12)  # (b, k)
    sums = np.einsum("bm,mk,md->bkd", counted, member, ranked, optimize=True)
    n = counted.sum(axis=1)[:, None]
    middle = (counted @ ranked) ** 2 / n
    total = counted @ ranked**2 - middle
    between = (sums**2 / count[:, :, None]).sum(axis=1) - middle
    share: Floats = between / np.maximum(total, 1e-12)
    return share


def _majority(labelled: Labelled) -> Baseline:
    count = np.bincount(labelled.codes, weights=labelled.shares)
    accuracy = float(count.max() / count.sum())
    low, high = wilson(accuracy * labelled.effective, labelled.effective)
    return Baseline(MAJORITY, accuracy, low, high, 0.0)


def _cut(labelled: Labelled, values: Floats, folds: Folds) -> Ints:
    return cut(values, labelled.codes, len(labelled.classes), ~folds.held_out)


def _single(labelled: Labelled, features: Vectors, folds: Folds) -> tuple[str, Ints]:
    """The best feature of all labels, and (f, m) what each fold's own best feature says."""
    seen = ~folds.held_out
    codes, k = labelled.codes, len(labelled.classes)
    every = np.vstack([seen, np.ones_like(seen[:1])])
    predicted = cut(features.values, codes, k, every)
    right = ((predicted == codes) & every).sum(axis=2).T  # (f + 1, d)
    # of features that are right as often, the one whose order follows the labels best
    best = (right + 0.5 * association(features.values, codes, every)).argmax(axis=1)
    chosen: Ints = predicted[best[:-1], np.arange(len(folds))]
    return features.columns[best[-1]], chosen


def _scored(
    name: str, labelled: Labelled, folds: Folds, predicted: Ints, feature: str = "", *, seed: int
) -> Baseline:
    said = folds.assemble(predicted.astype(np.float64)).astype(np.int64)  # (repeats, m)
    found = score(
        labelled.codes, np.eye(len(labelled.classes))[said], np.ones(said.shape, dtype=np.bool_),
        is_ordered=labelled.is_ordered, seed=seed, shares=labelled.shares,
    )  # fmt: skip
    return Baseline(
        name, found.accuracy, found.accuracy_low, found.accuracy_high, found.kappa, feature
    )

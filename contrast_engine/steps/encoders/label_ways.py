"""What labels are learnt from: features, an embedding frozen or fine-tuned, or both; compared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.placing import joined
from contrast_engine.pseudo_labels import Labelled, classifiers
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.scores import score
from contrast_engine.scaling import Standardising
from contrast_engine.validation.paired import resampled, swap_p
from contrast_engine.vectors import ImageId, Vectors

FEATURES, FROZEN, BOTH = "features", "frozen", "features+frozen"
TUNED, TUNED_BOTH = "fine-tuned", "features+fine-tuned"
SIMPLER = (FEATURES, FROZEN, BOTH)
"""The ways that fine-tuning has to beat."""

FINE_TUNED = (TUNED, TUNED_BOTH)

TITLES = {
    FEATURES: "Features alone",
    FROZEN: "Embedding, frozen",
    BOTH: "Features and embedding, frozen",
    TUNED: "Embedding, fine-tuned",
    TUNED_BOTH: "Features and embedding, fine-tuned",
}
_RIVALS = len(FINE_TUNED)
_LEVEL = 0.05


@dataclass(frozen=True)
class WayScore:
    """How one way did on labels that neither classifier nor encoder had seen.

    Args:
        way: Its name.
        accuracy: Share of pictures named right,
        low, high: and its 95 % interval.
        kappa: Cohen's kappa.
    """

    way: str
    accuracy: float
    low: float
    high: float
    kappa: float


@dataclass(frozen=True)
class Gain:
    """What fine-tuning added to the best simpler way, on the same held-out pictures.

    Args:
        way: The fine-tuned way.
        over: The best simpler one.
        value: Difference of the accuracies,
        low, high: and an interval of it over pictures that allows for two fine-tuned ways.
        p: Of a permutation test, two-sided.
        is_clear: The interval lies above 0 and p is below half of 5 %.
    """

    way: str
    over: str
    value: float
    low: float
    high: float
    p: float
    is_clear: bool


def ways(features: Vectors | None, frozen: Vectors, tuned: Vectors) -> dict[str, Vectors]:
    """The space of every way, for the same images; without features those that need none.

    Args:
        features: Scaled features.
        frozen: Scaled embedding of the pre-trained encoder.
        tuned: Scaled embedding of the fine-tuned one.
    """
    found = {FROZEN: frozen, TUNED: tuned}
    if features is not None:
        found |= {FEATURES: features, BOTH: joined([features, frozen]),
                  TUNED_BOTH: joined([features, tuned])}  # fmt: skip
    return {name: found[name] for name in TITLES if name in found}


def standardised(ids: Iterable[ImageId], values: Floats, columns: tuple[str, ...]) -> Vectors:
    """An embedding with every column at mean 0 and spread 1."""
    table = Vectors(ids, values, columns)
    return Standardising.fit(table).transform(table)


def said(space: Vectors, labelled: Labelled, seen: Bools) -> Floats:
    """(m, k) what the logistic classifier says of every label, trained on the seen ones alone.

    Args:
        space: The labelled images, in their order.
        labelled: The labels.
        seen: (m,) which to train on.
    """
    there = Labelled(
        space, np.arange(len(labelled)), labelled.codes, labelled.classes, labelled.is_ordered
    )
    *_, last = classifiers["logistic"]().fit(there, Folds(~seen[None, :], 1))
    found: Floats = last.held_out[0]
    return found


def scored(held_out: Mapping[str, Floats], labelled: Labelled, seed: int) -> tuple[WayScore, ...]:
    """Scores of every way from (m, k) held-out probabilities."""
    every = np.ones((1, len(labelled)), dtype=np.bool_)
    found = []
    for way, probability in held_out.items():
        s = score(labelled.codes, probability[None], every, is_ordered=labelled.is_ordered,
                  seed=seed, shares=labelled.shares)  # fmt: skip
        found.append(WayScore(way, s.accuracy, s.accuracy_low, s.accuracy_high, s.kappa))
    return tuple(found)


def best_gain(held_out: Mapping[str, Floats], labelled: Labelled, seed: int) -> Gain:
    """What the better fine-tuned way adds to the best simpler one, paired by picture."""
    right = {way: (p.argmax(axis=1) == labelled.codes).astype(np.float64)
             for way, p in held_out.items()}  # fmt: skip
    mean = {way: float((each * labelled.shares).sum() / labelled.effective)
            for way, each in right.items()}  # fmt: skip
    simpler = max((way for way in SIMPLER if way in mean), key=lambda way: mean[way])
    found = [_gain(way, simpler, right, labelled, seed)
             for way in FINE_TUNED if way in mean]  # fmt: skip
    return max(found, key=lambda gain: (gain.is_clear, gain.value))


def _gain(way: str, over: str, right: Mapping[str, Floats], labelled: Labelled, seed: int) -> Gain:
    difference = (right[way] - right[over]) * labelled.shares
    drawn = resampled(difference[:, None], labelled.pictures, seed)[:, 0] / labelled.effective
    tail = _LEVEL / 2 / _RIVALS
    low, high = (float(end) for end in np.quantile(drawn, [tail, 1 - tail]))
    p = swap_p(difference, labelled.pictures, seed)
    value = float(difference.sum() / labelled.effective)
    return Gain(way, over, value, low, high, p, low > 0 and p < _LEVEL / _RIVALS)

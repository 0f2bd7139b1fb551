"""The label-efficiency curve: accuracy on unused labels by how many were learnt from, per way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Json
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import Labelled
from contrast_engine.randomness import generator
from contrast_engine.steps.encoders.label_ways import (
    FEATURES,
    FINE_TUNED,
    FROZEN,
    SIMPLER,
    said,
    standardised,
    ways,
)
from contrast_engine.steps.encoders.tuned_encoders import TunedEncoders
from contrast_engine.vectors import Vectors

SIZES = (10, 20, 40, 80)
SEEDS = 5
LEAST_LEFT = 0.2
"""Share of the labelled pictures that must be left to judge by."""


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy of every way at one number of labels.

    Args:
        labels: Different pictures learnt from.
        judged: Different pictures judged by, each seed others.
        accuracy: By way: mean over the seeds, and its 95 % interval over them (value, low, high).
        gain: By way: the paired difference from features alone, or from the frozen embedding
            where nothing is measured, likewise.
        best: The better fine-tuned `way` less the best simpler one, `over`, likewise: `value`,
            `low`, `high`.
        depths: What was tuned, one for each seed.
    """

    labels: int
    judged: int
    accuracy: dict[str, tuple[float, float, float]]
    gain: dict[str, tuple[float, float, float]]
    best: Json
    depths: tuple[str, ...]

    def as_json(self) -> Json:
        """The point as it is stored."""
        return asdict(self)


def sizes_of(pictures: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The sizes that so many labelled pictures allow, and those left out."""
    kept = tuple(size for size in SIZES if size <= pictures * (1 - LEAST_LEFT))
    return kept, tuple(size for size in SIZES if size not in kept)


def efficiency(
    encoders: TunedEncoders, labelled: Labelled, features: Vectors | None, frozen: Floats,
    *, seed: int, progress: Progress = SILENT,
) -> Iterator[CurvePoint]:  # fmt: skip
    """The curve at every size that the labels allow, point by point.

    Whole pictures are drawn, so that none is on both sides. Depth and epochs are chosen anew from
    the drawn labels alone.

    Args:
        encoders: Tunes the encoder.
        labelled: All labels.
        features: Scaled features of the labelled images, None where not measured.
        frozen: (m, columns) embedding of the labelled images before tuning.
        seed: Draws the labels.
        progress: Told before each training.
    """
    ids = tuple(labelled.space.ids[row] for row in labelled.rows)
    columns = encoders.model.columns
    before = standardised(ids, frozen, columns)
    kept, _ = sizes_of(labelled.effective)
    for place, size in enumerate(kept):
        found, depths = [], []
        for draw in range(SEEDS):
            progress.tick(place * SEEDS + draw, len(kept) * SEEDS, f"learning from {size} labels")
            seen = _drawn(labelled, size, seed, draw)
            tuned = encoders.tune(seen)
            depths.append(tuned.choice.depth)
            after = standardised(ids, encoders.of_labelled(), columns)
            found.append({
                way: _accuracy(said(space, labelled, seen), labelled, seen)
                for way, space in ways(features, before, after).items()
            })  # fmt: skip
        yield _point(size, labelled.effective - size, found, tuple(depths))


def over_seeds(values: Floats) -> tuple[float, float, float]:
    """Mean of one value a seed, and its 95 % interval by Student's t."""
    from scipy.special import stdtrit

    half = float(stdtrit(len(values) - 1, 0.975) * values.std(ddof=1) / np.sqrt(len(values)))
    mean = float(values.mean())
    return mean, mean - half, mean + half


def _share(ends: tuple[float, float, float]) -> tuple[float, float, float]:
    """A share with its interval, which ends where shares do."""
    value, low, high = ends
    return value, max(0.0, low), min(1.0, high)


def _point(
    size: int, judged: int, found: Sequence[Mapping[str, float]], depths: tuple[str, ...]
) -> CurvePoint:
    each = {way: np.array([one[way] for one in found]) for way in found[0]}
    base = FEATURES if FEATURES in each else FROZEN
    gain = {way: over_seeds(v - each[base]) for way, v in each.items() if way != base}
    accuracy = {way: _share(over_seeds(values)) for way, values in each.items()}
    simpler, tuned = (
        max((way for way in kind if way in each), key=lambda way: accuracy[way][0])
        for kind in (SIMPLER, FINE_TUNED)
    )
    value, low, high = over_seeds(each[tuned] - each[simpler])
    best = {"way": tuned, "over": simpler, "value": value, "low": low, "high": high}
    return CurvePoint(size, judged, accuracy, gain, best, depths)


def _accuracy(probability: Floats, labelled: Labelled, seen: Bools) -> float:
    right = (probability.argmax(axis=1) == labelled.codes)[~seen]
    each = labelled.shares[~seen]
    return float((right * each).sum() / each.sum())


def _drawn(labelled: Labelled, size: int, seed: int, draw: int) -> Bools:
    """(m,) true for the labels of `size` pictures drawn at random, of at least two kinds."""
    rng = generator(seed, "fine-tuning", "curve", str(size), str(draw))
    order = rng.permutation(labelled.effective)
    chosen = order[:size]
    kinds = np.unique(labelled.codes[np.isin(labelled.pictures, chosen)])
    if len(kinds) < 2:
        others = np.unique(labelled.pictures[labelled.codes != kinds[0]])
        chosen[-1] = order[np.isin(order, others)][0]
    return np.isin(labelled.pictures, chosen)

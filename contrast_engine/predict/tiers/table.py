"""What each tier costs and how right it is, in numbers for the card."""

from collections.abc import Mapping, Sequence

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.predict.model import CASCADE, FAST, FULL, Cascade, PredictionModel
from contrast_engine.predict.predictor import Predictor
from contrast_engine.predict.tiers import handing_on
from contrast_engine.predict.tiers.handing_on import HeldOut
from contrast_engine.predict.tiers.learning import Lesson, Trained
from contrast_engine.predict.tiers.speed import machine, rate, ratio, seconds_an_image
from contrast_engine.pseudo_labels.abstaining import distances, nearest_distance
from contrast_engine.pseudo_labels.promise import sureness_of
from contrast_engine.pseudo_labels.scores import confusion, kappa, kappa_interval, wilson
from contrast_engine.pseudo_labels.training import far_when_held_out
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId


def cascade_of(lesson: Lesson, first: Trained, full: Trained) -> tuple[Cascade, Json]:
    """The cascade whose first tier is sure enough on labels held back, and its scores.

    Args:
        lesson: The labels.
        first: The tier that sees every picture.
        full: The tier that sees the rest, on the very same labels.
    """
    labelled = first.labelled
    far = far_when_held_out(labelled, first.folds, lesson.rule)
    right = [tier.held_out.argmax(axis=2) == labelled.codes for tier in (first, full)]
    held = HeldOut(sureness_of(first.held_out), far, right[0], right[1], labelled.shares)
    own = first.model.promise.sureness
    everything = np.ones(len(labelled), dtype=np.bool_)
    rule = Cascade(first.tier.name, FULL, handing_on.choose(held, own, everything))
    return rule, handing_on.judged(held, own, first.folds)


def tier_row(name: str, trained: Trained, known: Predictions, k: int, *, ordered: bool) -> Json:
    """Accuracy on labels held back, and agreement with what the model says of other images.

    Args:
        name: The tier.
        trained: The tier and the images in its space.
        known: What the model, the full tier, says of the collection.
        k: Number of labels.
        ordered: Whether they have an order.
    """
    scores = trained.model.scores.as_json()
    row = {"tier": name, "size": trained.tier.size, "accuracy": scores}
    if name == FULL:
        return {**row, "agreement": None}
    images = others(trained)
    return {
        **row,
        "agreement": agreement(_said(trained, images), _of(known, images), k, ordered=ordered),
    }


def cascade_row(rule: Cascade, scores: Json, first: Trained, known: Predictions, k: int, *,
                ordered: bool) -> Json:  # fmt: skip
    """The same for a cascade, with the share of other images that it hands on."""
    images = others(first)
    full = _of(known, images)
    if not images:
        share: Json = {"handed_on": None, "n": 0}
        said = full
    else:
        values = first.labelled.space.take(images).values
        probability = _probability(first, values)
        is_far = nearest_distance(values, first.tier.labelled) > first.tier.limit
        stands = (sureness_of(probability) >= rule.sureness) & ~is_far
        handed = int((~stands).sum())
        low, high = wilson(handed, len(images))
        share = {"handed_on": handed / len(images), "handed_on_low": low, "handed_on_high": high,
                 "n": len(images)}  # fmt: skip
        said = np.where(stands, probability.argmax(axis=1), full)
    return {
        "tier": CASCADE, "size": first.tier.size, "sureness": rule.sureness, "cascade": scores,
        **share, "agreement": agreement(said, full, k, ordered=ordered),
    }  # fmt: skip


def with_speeds(model: PredictionModel, rows: Sequence[Json], files: Sequence[bytes]) -> list[Json]:
    """The rows with images a second, and the cost of the cascade as a share of the full tier's."""
    names = [row["tier"] for row in rows]
    seconds = seconds_an_image(Predictor(model), files, names)
    return [
        {
            **row,
            "speed": rate(seconds[row["tier"]], len(files)) if row["tier"] in seconds else None,
            **_cost(row, seconds),
            "machine": machine(),
        }
        for row in rows
    ]


def agreement(said: Ints, full: Ints, k: int, *, ordered: bool) -> Json | None:
    """Share of answers that are the same, and kappa, with intervals; None without any image.

    Kappa is None where both say one label only: there is nothing to agree on beyond chance.
    """
    n = len(said)
    if not n:
        return None
    same = int((said == full).sum())
    low, high = wilson(same, n)
    found = {"share": same / n, "low": low, "high": high, "n": n}
    table = confusion(full, said[None, :], k)
    if len(np.union1d(said, full)) < 2:
        return {**found, "kappa": None, "kappa_low": None, "kappa_high": None}
    low, high = kappa_interval(table, is_ordered=ordered, seed=0)
    beyond = float(kappa(table, is_ordered=ordered))
    return {**found, "kappa": beyond, "kappa_low": low, "kappa_high": high}


def others(trained: Trained) -> list[ImageId]:
    """The images in the space of a tier that nobody labelled."""
    labelled = {image for image, _ in trained.labelled.pairs}
    return [image for image in trained.labelled.space.ids if image not in labelled]


def _cost(row: Json, seconds: Mapping[str, Floats]) -> Json:
    """The time of a cascade as a share of the full tier's: that of the first, and the rest's."""
    if row["tier"] != CASCADE or FULL not in seconds or row["handed_on"] is None:
        return {}
    first, low, high = ratio(seconds, FAST, FULL)
    return {
        "cost": first + row["handed_on"],
        "cost_low": low + row["handed_on_low"],
        "cost_high": high + row["handed_on_high"],
    }


def _said(trained: Trained, images: Sequence[ImageId]) -> Ints:
    if not images:
        return np.empty(0, dtype=np.int64)
    said: Ints = _probability(trained, trained.labelled.space.take(images).values).argmax(axis=1)
    return said


def _probability(trained: Trained, values: Floats) -> Floats:
    clusters = trained.tier.clusters
    nearest = None
    if clusters is not None:
        nearest = clusters.clusters[distances(values, clusters.centres).argmin(axis=1)]
    return trained.tier.model.predict_proba(values, nearest)


def _of(known: Predictions, images: Sequence[ImageId]) -> Ints:
    row = {image: number for number, image in enumerate(known.ids)}
    best: Ints = known.probability.argmax(axis=1)
    return best[[row[image] for image in images]] if images else best[:0]

"""Spoilt vectors and labels, put to the checks that must refuse them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.pseudo_labels import calibration, classifiers, gather, recommended, train
from contrast_engine.pseudo_labels.leaks import Leaks
from contrast_engine.randomness import generator
from contrast_engine.results import Finding
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context
from contrast_engine.validation.known_changes import followed
from contrast_engine.validation.sensitivity import read_out
from contrast_engine.validation.shortcuts import CONTRAST, amount, audit
from contrast_engine.vectors import ImageId, Vectors

LEAST = 60
"""Images below which the checks say that they cannot tell, and sabotage is not refused."""

MOST = 2000
"""Images that are taken at most, drawn by seed."""

LABELS = 120
"""Images that are labelled where labels are made up."""

ENOUGH = 30
"""Labels of annotators from which they stand for honest ones."""

KINDS = ("low", "medium", "high")

CONTROL = "control"

WHAT = {
    "shuffled vectors": "the vectors of other images",
    "constant vectors": "the same vector for every image",
    "brightness vectors": "mean brightness and nothing else",
    "bytes vectors": "the size of the file and nothing else",
    "permuted labels": "the labels of other images",
    "leaked twins": "random labels, every image there twice",
    "labels of a feature": "c_rms cut in three, though the model reads c_rms",
    "labels of brightness": "mean brightness cut in three",
}
"""What each case is, in words."""


@dataclass(frozen=True)
class Case:
    """One way to spoil the results, and what the checks said.

    Args:
        name: Which.
        what: It in words.
        failed: The checks that failed it.
        verdicts: The worst verdict of every check.
        because: The first failed finding in words; why none failed, where that is known.
    """

    name: str
    what: str
    failed: tuple[str, ...]
    verdicts: Mapping[str, str]
    because: str

    @property
    def caught(self) -> bool:
        """At least one check failed it."""
        return bool(self.failed)


@dataclass(frozen=True, eq=False)
class Material:
    """What is spoilt: the results of a workspace as they stand.

    Args:
        features: Every feature of some images.
        space: Their vectors.
        others: Brightness, size, bytes and the like of the same images.
        labels: Labels that stand for honest ones.
        order: Their order.
        is_ordered: It means something.
        alike: Groups of images that are nearly one picture, of those labelled.
        twins: By a label's image and its twin, which groups would be found.
        unseen: How many of the labelled images have no thumbnail to find twins by.
        drawn: The labelled images that were drawn at random.
        seed: Draws all of it.
    """

    features: Vectors
    space: Vectors
    others: Vectors
    labels: Mapping[ImageId, str]
    order: tuple[str, ...]
    is_ordered: bool
    alike: tuple[tuple[ImageId, ...], ...]
    twins: tuple[tuple[ImageId, ...], ...]
    unseen: int = 0
    drawn: frozenset[ImageId] = frozenset()
    seed: int = 0


def control(material: Material) -> Case:
    """The honest case, put to the same checks."""
    return _judged(CONTROL, "the vectors and labels as they are", material)


def sabotaged(name: str, material: Material) -> Case:
    """What the checks say about one way of `WHAT`."""
    case = _judged(name, WHAT[name], _spoilt(name, material))
    if name != "leaked twins" or case.caught or not material.unseen:
        return case
    return replace(case, because=(
        f"{material.unseen:,} of {len(material.labels):,} labelled images have no thumbnail with "
        "shapes in it, and without those no twin can be looked for; scan the folder again."
    ))  # fmt: skip


def simulated(features: Vectors, seed: int) -> dict[ImageId, str]:
    """Labels as an annotator of contrast would give them, with mistakes, for some images."""
    drawn = _drawn(features, seed)
    rng = generator(seed, "sabotage", "annotator")
    seen = amount(drawn.select(CONTRAST).values) / len(drawn)
    return _cut(drawn.ids, seen + 0.1 * rng.normal(size=len(drawn)))


def _spoilt(name: str, material: Material) -> Material:
    rng = generator(material.seed, "sabotage", name)
    n, ids = len(material.space), material.space.ids
    if name == "leaked twins":
        return _with_twins(material, rng)
    if name.endswith("vectors"):
        brightness, stored = (material.others.column(c) for c in ("brightness", "bytes"))
        spoilt = {
            "shuffled vectors": material.space.values[rng.permutation(n)],
            "constant vectors": np.ones((n, 3)),
            "brightness vectors": _alone(brightness),
            "bytes vectors": _alone(np.log(np.maximum(stored, 1))),
        }[name]
        names = tuple(f"v{place}" for place in range(spoilt.shape[1]))
        return replace(material, space=Vectors(ids, spoilt, names))
    if name == "permuted labels":
        labelled = sorted(material.labels)
        other = rng.permutation([material.labels[image] for image in labelled])
        labels = dict(zip(labelled, map(str, other), strict=True))
        return replace(material, labels=labels)
    drawn = _drawn(material.features, material.seed)
    column = {"labels of a feature": "c_rms", "labels of brightness": "mean_y"}[name]
    made = _cut(drawn.ids, drawn.column(column))
    return replace(
        material, labels=made, order=KINDS, is_ordered=True, alike=(), drawn=frozenset(made)
    )


def _with_twins(material: Material, rng: np.random.Generator) -> Material:
    """Every labelled image there twice, both with one random label."""
    labels = {image: str(rng.choice(material.order)) for image in sorted(material.labels)}
    twin = {image: twin_of(image) for image in labels if image in material.space.rows}
    labels |= {other: labels[image] for image, other in twin.items()}

    def twice(table: Vectors, moved: float) -> Vectors:
        again = table.take(twin).values
        again = again + moved * table.values.std(axis=0) * rng.normal(size=again.shape)
        every = np.vstack([table.values, again])
        return Vectors((*table.ids, *twin.values()), every, table.columns)

    return replace(
        material, labels=labels, alike=material.twins, space=twice(material.space, 0.01),
        features=twice(material.features, 0.0), others=twice(material.others, 0.0),
        drawn=material.drawn | {twin[image] for image in material.drawn if image in twin},
    )  # fmt: skip


def twin_of(image: ImageId) -> ImageId:
    """The id of an image encoded anew."""
    return ImageId(f"{int(image, 16) ^ (1 << 63):016x}")


def _judged(name: str, what: str, material: Material) -> Case:
    findings = [_shortcuts(material)]
    context = _learnt(material)
    findings += followed(context)
    for check in ("held_out_labels", "label_shortcuts", "promises"):
        findings += checks[check](context)
    worst: dict[str, str] = {}
    for one in findings:
        rank = ("pass", "unknown", "warn", "fail").index
        worst[one.check] = max(worst.get(one.check, "pass"), one.verdict, key=rank)
    failed = tuple(check for check, verdict in worst.items() if verdict == "fail")
    because = next((one.note for one in findings if one.verdict == "fail"), "")
    return Case(name, what, failed, worst, because)


def _shortcuts(material: Material) -> Finding:
    """The shortcut audit of what the vectors tell of contrast."""
    features = material.features.take(material.space.ids)
    contrast = features.select(CONTRAST).values
    score = np.ones(len(features))
    if np.ptp(material.space.values, axis=0).any():
        score = read_out(material.space.values, amount(contrast), material.seed)
    others = material.others.take(material.space.ids)
    found = audit(score, contrast, {name: others.column(name) for name in others.columns})
    return Finding("shortcuts", found.follows, found.images, "vectors", found.verdict, found.note)


def _learnt(material: Material) -> Context:
    """A model of the labels in the vectors, judged as `pseudo-label` judges it."""
    labelled = gather(
        material.space, material.labels, material.order, is_ordered=material.is_ordered,
        alike=material.alike,
    )  # fmt: skip
    method = recommended(labelled)
    trained = train(classifiers[method](), labelled, drawn=material.drawn, seed=material.seed)
    training = {
        "method": method,
        "cross_validated": trained.scores.as_json(),
        "leaks": Leaks.of(labelled).as_json(),
        "promise": trained.promise.as_json(),
        "optimism": trained.optimism.as_json() if trained.optimism else None,
        "calibration": calibration.as_json(trained.reliability, trained.sets),
    }
    return Context(
        features=material.features, confounders=material.others, space=material.space,
        space_name="sabotage", labels=material.labels, order=material.order,
        is_ordered=material.is_ordered, predictions=trained.predictions, alike=material.alike,
        training=training, seed=material.seed,
    )  # fmt: skip


def _alone(column: Floats) -> Floats:
    """One number as vectors that bend with it."""
    z = (column - column.mean()) / max(float(column.std()), 1e-12)
    return np.column_stack([z, z**2])


def _drawn(features: Vectors, seed: int) -> Vectors:
    """The images that get made-up labels."""
    count = min(LABELS, len(features))
    rows = generator(seed, "sabotage", "labelled").choice(len(features), count, replace=False)
    return features.take([features.ids[row] for row in sorted(rows)])


def _cut(ids: Sequence[ImageId], values: Floats) -> dict[ImageId, str]:
    thirds = np.searchsorted(np.quantile(values, [1 / 3, 2 / 3]), values)
    return {image: KINDS[third] for image, third in zip(ids, thirds, strict=True)}


def enough(images: int) -> None:
    """Refuse a collection too small for any check to tell.

    Raises:
        NotEnoughData: It has fewer than `LEAST` images.
    """
    if images < LEAST:
        raise NotEnoughData(
            f"checks can refuse sabotage from {LEAST} measured images on, got {images}; add images"
        )

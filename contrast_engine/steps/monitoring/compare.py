"""What would change: the predictions, scores, clusters and map of two moments side by side."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.pseudo_labels.scores import confusion, kappa, kappa_interval, wilson
from contrast_engine.results import Clustering, Predictions
from contrast_engine.vectors import ImageId, Vectors


@dataclass(frozen=True)
class Change:
    """An image whose predicted label would be another one.

    Args:
        id: The image.
        before, after: The most probable label.
        probability_before, probability_after: How probable the model held it.
        abstained, abstains: Whether the model would have given no answer, before and after.
        given: The label people gave it, None without one; that one stays.
        is_new: It came after the collection was labelled.
    """

    id: ImageId
    before: str
    probability_before: float
    abstained: bool
    after: str
    probability_after: float
    abstains: bool
    given: str | None
    is_new: bool


def changes(
    before: Predictions,
    after: Predictions,
    given: Mapping[ImageId, str],
    new: Iterable[ImageId],
) -> tuple[Change, ...]:
    """The images of both whose most probable label differs, those held most surely first.

    Args:
        before: By the old model, also of the new images.
        after: By the new one.
        given: The labels people gave.
        new: The images that are new.
    """
    is_new = frozenset(new)
    found = []
    for image in before.ids:
        if image not in after.rows:
            continue
        old, now = before.rows[image], after.rows[image]
        if before.label[old] != after.label[now]:
            found.append(
                Change(
                    image,
                    before.label[old], float(before.confidence[old]), bool(before.abstains[old]),
                    after.label[now], float(after.confidence[now]), bool(after.abstains[now]),
                    given.get(image), image in is_new,
                )
            )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-_weight(one), one.id)))


def agreement(
    before: Predictions, after: Predictions, ids: Iterable[ImageId], *, is_ordered: bool
) -> Json:
    """How far two models say the same of some images: share and kappa, with intervals and n.

    The intervals take the images for a sample of such images. The values are None where there
    is no image, kappa also where only one label occurs.

    Args:
        before: By the old model.
        after: By the new one.
        ids: The images; those that are not in both are left out.
        is_ordered: Weigh kappa by the squared distance of the labels.
    """
    shared = [image for image in ids if image in before.rows and image in after.rows]
    names = tuple(dict.fromkeys([*after.labels, *before.labels]))
    found: Json = dict.fromkeys(
        ("share", "share_low", "share_high", "kappa", "kappa_low", "kappa_high")
    )
    found["n"] = n = len(shared)
    if not n:
        return found
    old = _codes([before.label[before.rows[image]] for image in shared], names)
    now = _codes([after.label[after.rows[image]] for image in shared], names)
    same = int((old == now).sum())
    found["share"], (found["share_low"], found["share_high"]) = same / n, wilson(same, n)
    table = confusion(old, now[None, :], len(names))
    if len(np.unique(np.concatenate([old, now]))) > 1:
        found["kappa"] = float(kappa(table, is_ordered=is_ordered))
        found["kappa_low"], found["kappa_high"] = kappa_interval(
            table, is_ordered=is_ordered, seed=0
        )
    return found


def abstaining(found: Predictions, ids: Iterable[ImageId]) -> Json:
    """The share of some images of which a model says nothing, with its interval and n."""
    rows = [found.rows[image] for image in ids if image in found.rows]
    n, silent = len(rows), int(found.abstains[rows].sum())
    if not n:
        return {"share": None, "low": None, "high": None, "n": 0}
    low, high = wilson(silent, n)
    return {"share": silent / n, "low": low, "high": high, "n": n}


def joined_predictions(one: Predictions, other: Predictions) -> Predictions:
    """The predictions of one model for two groups of images."""
    return Predictions(
        (*one.ids, *other.ids),
        one.labels,
        np.concatenate([one.probability, other.probability]),
        np.concatenate([one.abstains, other.abstains]),
    )


def cluster_fates(
    before: Clustering, after: Clustering, identity: Json, names: Mapping[int, str]
) -> list[Json]:
    """What became of every cluster, kept, new or retired, with its images before and after.

    Args:
        before: The old clustering.
        after: The new one.
        identity: What following gave: `kept`, `new`, `retired`.
        names: What people call the clusters.
    """
    return [
        {
            "cluster": int(cluster),
            "name": names.get(int(cluster)),
            "fate": fate,
            "before": None if fate == "new" else before.size(cluster),
            "after": None if fate == "retired" else after.size(cluster),
        }
        for fate in ("kept", "new", "retired")
        for cluster in identity.get(fate, ())
    ]


@dataclass(frozen=True, eq=False)
class AlignedMap:
    """A new map turned, mirrored, scaled and shifted onto an old one by the images of both.

    Args:
        before: (n, 2) places of the old map.
        after: (m, 2) places of the new one, on the same scale.
        shared: Images that are in both.
        disparity: 0 where the shared images lie as before, 1 where nothing is left of it: the
            sum of squared distances over that of the old map to its middle.
    """

    before: Vectors
    after: Vectors
    shared: int
    disparity: float


def aligned(before: Vectors, after: Vectors) -> AlignedMap | None:
    """The new map on the old one by Procrustes analysis; None where they share under 3 images.

    Only the first two directions count, as they are what is drawn.

    Source: Gower 1975; docs/methods.md#retraining.
    """
    ids = [image for image in before.ids if image in after.rows]
    old, new = _flat(before), _flat(after)
    if len(ids) < 3:
        return None
    one, two = old.take(ids).values, new.take(ids).values
    middle_old, middle_new = one.mean(axis=0), two.mean(axis=0)
    spread_old = float(((one - middle_old) ** 2).sum())
    spread_new = float(((two - middle_new) ** 2).sum())
    if not spread_old or not spread_new:
        return None
    turn, scale, disparity = _turn(one - middle_old, two - middle_new, spread_old, spread_new)
    placed = (new.values - middle_new) @ turn * scale + middle_old
    return AlignedMap(old, Vectors(new.ids, placed, new.columns), len(ids), disparity)


def _turn(
    old: Floats, new: Floats, spread_old: float, spread_new: float
) -> tuple[Floats, float, float]:
    from scipy.linalg import orthogonal_procrustes

    turn, likeness = orthogonal_procrustes(new, old)
    disparity = 1 - likeness**2 / (spread_old * spread_new)
    return turn, float(likeness / spread_new), max(0.0, float(disparity))


def _flat(drawn: Vectors) -> Vectors:
    """The first two directions of a map; one that has only one lies on a line."""
    values = drawn.values[:, :2]
    if values.shape[1] < 2:
        values = np.column_stack([values, np.zeros(len(values))])
    return Vectors(drawn.ids, values, ("x", "y"))


def _codes(labels: list[str], names: tuple[str, ...]) -> Ints:
    place = {name: code for code, name in enumerate(names)}
    return np.array([place[label] for label in labels], dtype=np.int64)


def _weight(change: Change) -> float:
    """How sure both models were of the two labels: their geometric mean."""
    return math.sqrt(change.probability_before * change.probability_after)

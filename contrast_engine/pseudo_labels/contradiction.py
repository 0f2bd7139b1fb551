"""A label that stands against those of the images most like it."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.pseudo_labels.abstaining import distances
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.vectors import ImageId

NEIGHBOURS = 15
"""Nearest labelled images that a label is held against; with fewer, nothing is said."""

OTHERWISE = 0.8
"""Share of them with another label from which on it contradicts them, and"""

MORE = 0.1
"""how much more that must be than among all labels, so that a rare label may be rare."""


@dataclass(frozen=True)
class Contradiction:
    """A label, and the similar images that have another one.

    Args:
        image, label: The label in question.
        against: The images labelled otherwise with their labels, most similar first.
        of: How many of the nearest labelled images were looked at.
    """

    image: ImageId
    label: str
    against: tuple[tuple[ImageId, str], ...]
    of: int


def contradiction(labelled: Labelled, image: ImageId) -> Contradiction | None:
    """The labels around an image that its own contradicts; None where it does not.

    Of the 15 nearest labelled images, in the space the classifier learns in and never nearly the
    same picture, at least four in five are labelled otherwise, and a tenth more than among all
    labels. How often that happens to right labels is in docs/methods.md#contradicting-labels.

    Args:
        labelled: The labels in their space.
        image: One of the labelled images.
    """
    row = labelled.space.rows.get(image)
    found = np.flatnonzero(labelled.rows == row) if row is not None else np.empty(0, np.int64)
    if not len(found):
        return None
    own = int(found[0])
    others = np.flatnonzero(labelled.pictures != labelled.pictures[own])
    if len(others) < NEIGHBOURS:
        return None
    apart = distances(labelled.values[[own]], labelled.values[others])[0]
    near = others[np.argsort(apart, kind="stable")[:NEIGHBOURS]]
    is_other = labelled.codes[near] != labelled.codes[own]
    elsewhere = float((labelled.codes[others] != labelled.codes[own]).mean())
    if is_other.mean() < max(OTHERWISE, elsewhere + MORE):
        return None
    ids, classes = labelled.space.ids, labelled.classes
    against = tuple(
        (ids[labelled.rows[k]], classes[labelled.codes[k]]) for k in near[is_other].tolist()
    )
    return Contradiction(image, classes[labelled.codes[own]], against, NEIGHBOURS)

"""What the log gives back: batches, and images with what was said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Json


@dataclass(frozen=True, slots=True)
class LoggedBatch:
    """A batch in the log.

    Args:
        number: 1, 2, ... in the order they were added.
        at: When it was scored, in UTC.
        model: Which model scored it.
        tier: Which tier of the model.
        images: How many files it had, those that could not be read too.
        new: How many of its images this model had not scored before.
        abstained: How often the model abstained.
        problems: How many files could not be scored.
        set_size: How many labels it takes to reach 90 % of the probability, mean over its images;
            None where that is not known.
        labels: How often each label was the most probable.
        run: The run that it is a part of.
    """

    number: int
    at: str
    model: str
    tier: str
    images: int
    new: int
    abstained: int
    problems: int
    set_size: float | None
    labels: dict[str, int]
    run: int = 0

    @property
    def scored(self) -> int:
        """How many of its images have a prediction."""
        return self.images - self.problems


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """What was scored in one go, in one batch or in many, and is done.

    Args:
        number: Its name in the log.
        new: How many of its images this model had not scored before.
    """

    number: int
    new: int


@dataclass(frozen=True, slots=True)
class LoggedRow:
    """An image in the log, and what the model said of it last.

    Args:
        place: 1, 2, ... among the different images that its model scored.
        batch: The number of its batch.
        at: When it was scored, in UTC.
        model: Which model scored it.
        id: The content id; None where there is no file content.
        path: The file, or the name it was given.
        label, probability, abstains, cluster: The prediction.
        set_size: How many labels it takes to reach 90 % of the probability; None if not known.
        features: (d,) raw values.
        columns: d names of features.
        feature_version: By which version of the features it was measured.
        thumbnail: A JPEG of at most 128 px; None where none was kept.
    """

    place: int
    batch: int
    at: str
    model: str
    id: str | None
    path: str
    label: str | None
    probability: float | None
    abstains: bool
    cluster: int | None
    set_size: int | None
    features: Floats
    columns: tuple[str, ...]
    feature_version: int
    thumbnail: bytes | None

    @property
    def said(self) -> Json:
        """The row without its numbers, for a table or a JSON document."""
        names = ("place", "at", "id", "path", "label", "probability", "abstains", "set_size")
        return {name: getattr(self, name) for name in names}


def feature_table(rows: Sequence[LoggedRow], columns: Sequence[str]) -> Floats:
    """Some features of some rows, (n, d), in the order given.

    Raises:
        ValueError: A row lacks one of the features.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    found = np.empty((len(rows), len(columns)))
    for number, row in enumerate(rows):
        if row.columns not in places:
            places[row.columns] = [row.columns.index(name) for name in columns]
        found[number] = row.features[places[row.columns]]
    return found

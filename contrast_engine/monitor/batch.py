"""One batch of scored images, as it is handed to the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.errors import OptionError
from contrast_engine.features import FEATURE_VERSION

MOST_OF_PROBABILITY = 0.9
"""A set of labels holds the true one with this probability, as the model states it."""

LARGEST_THUMBNAIL = 48 * 1024
"""Bytes; a JPEG of 128 pixels at high quality has about 12 KB."""


class Scored(Protocol):
    """What the log needs to know of a prediction; `contrast_engine.predict.Prediction` has it."""

    @property
    def path(self) -> str:
        """The file, or the name it was given."""

    @property
    def id(self) -> str | None:
        """The content id; None where there is no file content, as for arrays."""

    @property
    def label(self) -> str | None:
        """The most probable label."""

    @property
    def probability(self) -> float | None:
        """How probable the model holds it."""

    @property
    def probabilities(self) -> Mapping[str, float] | None:
        """The probability of every label."""

    @property
    def abstains(self) -> bool | None:
        """The model does not know enough to be believed."""

    @property
    def cluster(self) -> int | None:
        """The nearest cluster."""

    @property
    def problem(self) -> str | None:
        """Why there is no prediction."""


@dataclass(frozen=True, eq=False)
class ScoredBatch:
    """Images that one model scored together.

    Args:
        model: The key of the model.
        predictions: m predictions, those with a problem too: they are counted.
        features: (m, d) raw values as measured; rows of images with a problem are not read.
        columns: d names of features.
        tier: Which tier of the model scored them.
        when: When they were scored; now by default.
        thumbnails: m JPEGs of at most 128 px, None where there is none; may be left out.
        token: A name for this batch: added again under it, nothing changes.
        run: A name for the run that it is a part of, which `MonitorLog.end_run` ends; by default
            the batch is a run by itself.
        feature_version: By which version of the features they were measured.

    Raises:
        OptionError: The parts do not fit each other, or a feature is not finite.
    """

    model: str
    predictions: Sequence[Scored]
    features: Floats
    columns: tuple[str, ...]
    tier: str = "full"
    when: datetime | None = None
    thumbnails: Sequence[bytes | None] = ()
    token: str | None = None
    run: str | None = None
    feature_version: int = FEATURE_VERSION

    def __post_init__(self) -> None:
        features = np.asarray(self.features, dtype=np.float64)
        shape = (len(self.predictions), len(self.columns))
        if not len(self.predictions):
            features = features.reshape(shape)
        if features.shape != shape:
            raise OptionError(
                f"{shape[0]} predictions with {shape[1]} features need a table of that shape, "
                f"got {features.shape}"
            )
        if not np.isfinite(features[self.is_scored]).all():
            raise OptionError("a scored image has a feature that is not a finite number")
        if len(self.thumbnails) not in (0, shape[0]):
            raise OptionError(f"{len(self.thumbnails)} thumbnails for {shape[0]} predictions")
        if any(not _is_small_jpeg(each) for each in self.thumbnails if each is not None):
            raise OptionError("a thumbnail must be a JPEG of at most 128 pixels")
        object.__setattr__(self, "features", features)

    @property
    def is_scored(self) -> Bools:
        """(m,) which images have a prediction."""
        return np.array([one.problem is None for one in self.predictions], dtype=np.bool_)

    @property
    def at(self) -> str:
        """When it was scored, as text in UTC that sorts by time."""
        when = self.when or datetime.now(UTC)
        return when.astimezone(UTC).isoformat(timespec="milliseconds")


def set_size(probabilities: Mapping[str, float] | None) -> int | None:
    """How many labels it takes to reach 90 % of the probability, the most probable first."""
    if not probabilities:
        return None
    reached = np.cumsum(sorted(probabilities.values(), reverse=True))
    return min(1 + int(np.sum(reached < MOST_OF_PROBABILITY - 1e-9)), len(reached))


def _is_small_jpeg(data: bytes) -> bool:
    return data[:2] == b"\xff\xd8" and len(data) <= LARGEST_THUMBNAIL

"""Scored images on their way into the log by which later drift is found: the one way there."""

import secrets
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from contrast_engine.errors import ContrastError, ImageError
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import ANALYSIS_SIZE, LinearImage
from contrast_engine.monitor import MonitorLog, ScoredBatch
from contrast_engine.monitor.thumbnail import small_jpeg
from contrast_engine.predict.inputs import Item, opened
from contrast_engine.predict.model import CASCADE, FAST, PredictionModel
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor

ONE_IN = 20
"""Of tiers that measure smaller pictures, every so manieth image is measured in full for the log
(own choice): drift is told on the scale of the collection, and these tiers are to stay quick."""

BATCH = 1000
"""Images of a long run that go into the log together."""


class Logged(NamedTuple):
    """What the log keeps of an image.

    Args:
        said: What a model said of it, under its full path where it is a file.
        features: Raw values as bytes; measured as the collection was, whatever the tier did.
        picture: A small JPEG.
    """

    said: Prediction
    features: bytes | None = None
    picture: bytes | None = None


class BatchLog:
    """Adds scored images to a log, batch by batch; where that fails, scoring goes on.

    All that goes in is one run, until it is ended: the order of files within it does not matter.

    Args:
        folder: Where the log is; None logs nothing.
        model: What scored.
        tier: Which of its tiers.
        run: A name for the run, for one that may be cut short and taken up again.

    Attributes:
        problem: Why the log could not be written, None while it could.
    """

    def __init__(
        self, folder: Path | None, model: PredictionModel, tier: str, run: str | None = None
    ) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._log = None if folder is None else MonitorLog(folder)
        self._model, self._tier = model, tier
        self._run = run or secrets.token_hex(8)
        self._one_in = one_in(model, tier)
        self._waiting: list[Logged] = []

    @property
    def is_open(self) -> bool:
        """Whether there is a log, and it could be written so far."""
        return self._log is not None and self.problem is None

    def takes(self, found: Prediction) -> bool:
        """Whether an image goes into the log; chosen by its content where only some do."""
        return self.is_open and is_chosen(found, self._one_in)

    def add(self, row: Logged) -> None:
        """Take in one image; every `BATCH` of them are written together."""
        if not self.is_open:
            return
        self._waiting.append(row)
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self.write(self._waiting)
            self._waiting = []

    def write(self, rows: Sequence[Logged], token: str | None = None) -> None:
        """Write one batch.

        Args:
            rows: What is kept of each image, as `kept_of` gave it.
            token: A name for the batch: under one name it is written once.
        """
        if self._log is None or self.problem is not None:
            return
        # what was made while nothing was logged has no features, and is passed over
        chosen = [
            row
            for row in rows
            if (row.said.problem is not None or row.features is not None) and self.takes(row.said)
        ]
        try:
            write_rows(self._log, self._model.key, chosen, self._tier, token=token, run=self._run)
        except (ContrastError, OSError) as error:
            self.problem = str(error)

    def end(self) -> None:
        """Write what waits and end the run, so that it can be looked at."""
        self.flush()
        if self._log is None or self.problem is not None:
            return
        try:
            self._log.end_run(self._model.key, self._run)
        except (ContrastError, OSError) as error:
            self.problem = str(error)

    def close(self) -> None:
        """Write what waits and close the log."""
        self.flush()
        if self._log is not None:
            self._log.close()


def write_rows(
    log: MonitorLog,
    model: str,
    rows: Sequence[Logged],
    tier: str,
    *,
    token: str | None = None,
    run: str | None = None,
) -> None:
    """Write scored images into a log, those of each tier as a batch.

    Args:
        log: The log.
        model: The key of the model.
        rows: The images.
        tier: Of those that do not name theirs.
        token: A name for all of it: under one name it is written once.
        run: The run that they are a part of; by default they are one by themselves.

    Raises:
        WorkspaceError: It could not be written.
    """
    names, by_tier = feature_names(), dict[str, list[Logged]]()
    for row in rows:
        by_tier.setdefault(row.said.tier or tier, []).append(row)
    for of, some in by_tier.items():
        features = np.full((len(some), len(names)), np.nan)
        for place, row in enumerate(some):
            if row.features is not None:
                features[place] = np.frombuffer(row.features, "<f8")
        log.add(
            ScoredBatch(
                model=model,
                predictions=[row.said for row in some],
                features=features,
                columns=names,
                tier=of,
                thumbnails=[row.picture for row in some],
                token=token and f"{token}:{of}",
                run=run,
            )
        )


def one_in(model: PredictionModel, tier: str) -> int:
    """Every how manieth image of a tier is logged: of one that measures smaller pictures, few."""
    is_small = tier == CASCADE or model.tier(tier).size != ANALYSIS_SIZE
    return ONE_IN if is_small else 1


def some_logged(tiers: Iterable[str]) -> str:
    """What to know of the numbers of batches of these tiers; "" where all images were logged."""
    if FAST not in tiers:
        return ""
    return (
        f"Tiers that look at smaller pictures, and the cascade, log one image in {ONE_IN}, chosen "
        "by its content: the numbers of their batches are of those, not of all that was scored."
    )


def is_chosen(found: Prediction, one_in: int) -> bool:
    """Whether an image is among the one in so many that are logged, by its content."""
    name = (found.id or found.path).encode("utf-8", "surrogateescape")
    digest = blake2b(name, digest_size=8, key=b"log").digest()
    return int.from_bytes(digest, "big") % one_in == 0


def kept_of(
    predictor: Predictor, item: Item, found: Prediction, image: LinearImage | None
) -> Logged:
    """What the log keeps of an image: its features at the usual size, and a small JPEG.

    Args:
        predictor: What looked at it.
        item: The image.
        found: What it said.
        image: The picture it looked at, perhaps a smaller one.
    """
    if image is None or found.tier is None:
        return Logged(found)
    try:
        if predictor.model.tier(found.tier).size != ANALYSIS_SIZE:
            image = opened(item).decode(ANALYSIS_SIZE, predictor.options)
        row = np.array(list(measure_image(image).values()), "<f8")
    except (ImageError, MemoryError):
        return Logged(found)
    return Logged(found, row.tobytes(), small_jpeg(image))

"""Scored images on their way into the log by which later drift is found."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from contrast_engine.errors import ContrastError, ImageError
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import ANALYSIS_SIZE, LinearImage
from contrast_engine.monitor import MonitorLog, ScoredBatch
from contrast_engine.monitor.thumbnail import small_jpeg
from contrast_engine.predict.inputs import Item, opened
from contrast_engine.predict.model import CASCADE, PredictionModel
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor

ONE_IN = 20
"""Of tiers that measure smaller pictures, every so manieth image is measured in full for the log
(own choice): drift is told on the scale of the collection, and these tiers are to stay quick."""

BATCH = 1000
"""Images of a long run that go into the log together."""


Logged = tuple[Prediction, bytes | None, bytes | None]
"""A prediction, with the features and the small picture of what was looked at."""


class BatchLog:
    """Adds scored images to a log, batch by batch; where that fails, scoring goes on.

    Args:
        folder: Where the log is; None logs nothing.
        model: What scored.
        tier: Which of its tiers.

    Attributes:
        problem: Why the log could not be written, None while it could.
    """

    def __init__(self, folder: Path | None, model: PredictionModel, tier: str) -> None:
        self.folder = folder
        self.problem: str | None = None
        self._log = None if folder is None else MonitorLog(folder)
        self._model, self._tier = model, tier
        is_small = tier == CASCADE or model.tier(tier).size != ANALYSIS_SIZE
        self._one_in = ONE_IN if is_small else 1
        self._waiting: list[Logged] = []

    @property
    def is_open(self) -> bool:
        """Whether there is a log, and it could be written so far."""
        return self._log is not None and self.problem is None

    def takes(self, found: Prediction) -> bool:
        """Whether an image goes into the log; chosen by its content where only some do."""
        name = (found.id or found.path).encode("utf-8", "surrogateescape")
        digest = blake2b(name, digest_size=8, key=b"log").digest()
        return self.is_open and int.from_bytes(digest, "big") % self._one_in == 0

    def add(self, found: Prediction, features: bytes | None, picture: bytes | None) -> None:
        """Take in one image; every `BATCH` of them are written together."""
        if not self.is_open:
            return
        self._waiting.append((found, features, picture))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self.write(self._waiting)
            self._waiting = []

    def write(
        self,
        rows: Sequence[Logged],
        token: str | None = None,
    ) -> None:
        """Write one batch.

        Args:
            rows: Predictions, each with its features and small picture as `parts` gave them.
            token: A name for the batch: under one name it is written once.
        """
        if self._log is None or self.problem is not None:
            return
        by_tier: dict[str, list[Logged]] = {}
        for row in rows:  # tiers measure at sizes of their own: never in one batch
            is_whole = row[0].problem is not None or row[1] is not None
            if is_whole and self.takes(row[0]):  # or it was made while nothing was logged
                by_tier.setdefault(row[0].tier or self._tier, []).append(row)
        for tier, some in by_tier.items():
            try:
                self._log.add(self._batch(some, tier, token and f"{token}:{tier}"))
            except (ContrastError, OSError) as error:
                self.problem = str(error)
                return

    def _batch(self, rows: Sequence[Logged], tier: str, token: str | None) -> ScoredBatch:
        names = feature_names()
        features = np.full((len(rows), len(names)), np.nan)
        for place, (_, data, _) in enumerate(rows):
            if data is not None:
                features[place] = np.frombuffer(data, "<f8")
        return ScoredBatch(
            model=self._model.key,
            predictions=[found for found, _, _ in rows],
            features=features,
            columns=names,
            tier=tier,
            thumbnails=[picture for _, _, picture in rows],
            token=token,
        )

    def close(self) -> None:
        """Write what waits and close the log."""
        self.flush()
        if self._log is not None:
            self._log.close()


def parts(
    predictor: Predictor, item: Item, found: Prediction, image: LinearImage | None
) -> tuple[bytes | None, bytes | None]:
    """What the log keeps of an image: its features at the usual size, and a small JPEG.

    Args:
        predictor: What looked at it.
        item: The image.
        found: What it said.
        image: The picture it looked at, perhaps a smaller one.
    """
    if image is None or found.tier is None:
        return None, None
    try:
        if predictor.model.tier(found.tier).size != ANALYSIS_SIZE:
            image = opened(item).decode(ANALYSIS_SIZE, predictor.options)
        row = np.array(list(measure_image(image).values()), "<f8")
    except (ImageError, MemoryError):
        return None, None
    return row.tobytes(), small_jpeg(image)

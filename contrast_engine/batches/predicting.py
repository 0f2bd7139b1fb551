"""Predictions for the contents of files, by a model that every worker opens once."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.batches.measuring import facts_of, features_type
from contrast_engine.batches.rows import Batch, FileRow, file_rows, row_or_problem, table_like
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import read_image
from contrast_engine.predict import FULL, PredictionModel, Predictor
from contrast_engine.store.atomic_files import stamp

if TYPE_CHECKING:
    import pyarrow as pa

_OPEN = 4
"""Model files that a worker keeps open."""


def predict_bytes(
    batch: Batch, *, model: "str | Path | PredictionModel | Predictor", tier: str = FULL
) -> Batch:
    """Predict the contents of image files: one row for each row, in their order.

    The numbers are those of a `Predictor`, bit for bit. Whatever the bytes are, nothing is raised:
    such a row has a `problem`, and no prediction. One thread is used.

    Args:
        batch: Contents of files in the column "bytes"; "path" names them. Where there is a column
            "id" or "problem" (why it could not be read), its values come back.
        model: A model file, opened once by every process; or a model.
        tier: Which of the model's ways to an answer.

    Returns:
        A table, or a record batch as `batch` is one, of `predict_schema()`.

    Raises:
        OptionError: There is no column "bytes".
        ModelError: The model file is damaged or of another version.
        UnknownName: The model has no such tier.
    """
    import cv2

    cv2.setNumThreads(1)  # the parallelism is that of the cluster
    predictor = _predictor(model)
    predictor.model.tier(tier)
    with _one_thread(predictor):
        rows = [_predicted(row, predictor, tier) for row in file_rows(batch)]
    return table_like(batch, rows, predict_schema())


def predict_schema() -> "pa.Schema":
    """The columns that `predict_bytes` gives, whatever the model and whatever it was given.

    - id: the name that the batch gave, else the content id; content_id: 16 hex digits of a hash of
      the bytes, null only where there were none.
    - path: as the batch had it.
    - problem: why there is no prediction, in words; null where there is one.
    - model, tier, feature_version: key of the model, its way to the answer, and the version of the
      features.
    - label, probability, probabilities (by label), abstains: the prediction; null with a problem.
    - cluster, cluster_name: null without a clustering, or a name.
    - features: by name, at the size of the tier; null with a problem.
    """
    import pyarrow as pa

    return pa.schema(
        [
            ("id", pa.string()),
            ("content_id", pa.string()),
            ("path", pa.string()),
            ("problem", pa.string()),
            ("model", pa.string()),
            ("tier", pa.string()),
            ("feature_version", pa.int64()),
            ("label", pa.string()),
            ("probability", pa.float64()),
            ("probabilities", pa.map_(pa.string(), pa.float64())),
            ("abstains", pa.bool_()),
            ("cluster", pa.int64()),
            ("cluster_name", pa.string()),
            ("features", features_type()),
        ]
    )


def _predicted(row: FileRow, predictor: Predictor, tier: str) -> Json:
    known = {**facts_of(row), "model": predictor.model.key, "tier": tier}
    return row_or_problem(known, lambda: _judged(row, predictor, tier))


def _judged(row: FileRow, predictor: Predictor, tier: str) -> Json:
    size = predictor.model.tier(tier).size
    image = read_image(row.contents(), size, name=row.name, options=predictor.options)
    found = predictor.judge(image, row.path, tier=tier)
    measured = measure_image(image)  # known already: judging took it from here
    return {
        "label": found.label,
        "probability": found.probability,
        "probabilities": list((found.probabilities or {}).items()),
        "abstains": found.abstains,
        "cluster": found.cluster,
        "cluster_name": found.cluster_name,
        "features": {name: measured[name] for name in feature_names()},
    }


def _predictor(model: "str | Path | PredictionModel | Predictor") -> Predictor:
    if isinstance(model, Predictor):
        return model
    if isinstance(model, PredictionModel):
        return Predictor(model)
    path = Path(model).absolute()
    return _opened(path, stamp(path))


@functools.lru_cache(_OPEN)
def _opened(path: Path, _: object) -> Predictor:
    return Predictor.load(path)


@contextmanager
def _one_thread(predictor: Predictor) -> Iterator[None]:
    """A network uses one core for as long as this lasts."""
    if not predictor.model.has_network:
        yield
        return
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)

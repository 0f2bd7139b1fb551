"""Files scored together with what the log keeps of them: raw features and a small picture."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import ContrastError, ImageError, ModelError
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import ANALYSIS_SIZE, LinearImage, content_id, read_image
from contrast_engine.images.reading import file_bytes
from contrast_engine.monitor import Monitored, MonitorLog, ScoredBatch, monitored
from contrast_engine.monitor.thumbnail import small_jpeg
from contrast_engine.predict.model import FULL, PredictionModel
from contrast_engine.predict.prediction import Prediction
from contrast_engine.predict.predictor import Predictor
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import is_workspace
from contrast_engine.store.collection import shown

Scored = tuple[Prediction, Floats | None, bytes | None]


def log_of(model: str | Path) -> Path:
    """Where what a model scores is logged, unless another folder is named.

    Args:
        model: A workspace, or a model file.
    """
    path = Path(model).expanduser()
    return path / "monitor" if is_workspace(path) else path.with_name(f"{path.name}.log")


def scored_batch(
    predictor: Predictor,
    paths: Sequence[str | Path],
    *,
    tier: str = FULL,
    workers: int | None = None,
    token: str | None = None,
) -> ScoredBatch:
    """Files scored as one batch for the log; one that cannot be read is a problem in it.

    Args:
        predictor: What scores.
        paths: The files.
        tier: Which way to the answer.
        workers: Files at a time; as many as there are cores by default.
        token: A name for the batch: under it the log takes it once.
    """

    def one(path: str | Path) -> Scored:
        return _scored(predictor, path, tier)

    at_a_time = 1 if predictor.model.has_network else workers
    found = [answer for _, answer in side_by_side(one, paths, at_a_time)]
    names = feature_names()
    nothing = np.full(len(names), np.nan)
    return ScoredBatch(
        model=predictor.model.key,
        predictions=[prediction for prediction, _, _ in found],
        features=np.array([nothing if row is None else row for _, row, _ in found]),
        columns=names,
        tier=tier,
        thumbnails=[small for _, _, small in found],
        token=token,
    )


def watched(log: MonitorLog, model: PredictionModel) -> Monitored:
    """How the images that a model scored compare with those that it learnt from.

    Raises:
        ModelError: The model keeps none of the images that it learnt from.
        WorkspaceError: The log cannot be read or written.
    """
    if model.reference is None or model.scale is None:
        raise ModelError(
            "this model keeps nothing of the images it learnt from, so new ones cannot be compared "
            "with them; measure the collection, train again and bundle it again"
        )
    return monitored(log, model.key, model.reference, model.scale)


def _scored(predictor: Predictor, path: str | Path, tier: str) -> Scored:
    name, image_id = shown(path), None
    try:
        data = file_bytes(path)[0]
        image_id = content_id(data)

        def read(size: int) -> LinearImage:
            return read_image(data, size, name=Path(path).name, options=predictor.options)

        whole = read(ANALYSIS_SIZE)
        features = np.array(list(measure_image(whole).values()))
        found = predictor.judge_at(
            lambda size: whole if size == ANALYSIS_SIZE else read(size), name, tier=tier
        )
    except ImageError as error:
        return Prediction(name, problem=str(error), id=image_id, tier=tier), None, None
    except MemoryError:
        problem = "scoring it needs more memory than there is"
        return Prediction(name, problem=problem, id=image_id, tier=tier), None, None
    return replace(found, id=image_id), features, small_jpeg(whole)


def added(log: MonitorLog, batch: ScoredBatch) -> str | None:
    """Add a batch to a log; why that could not be done, None where it was."""
    try:
        log.add(batch)
    except ContrastError as error:
        return str(error)
    return None

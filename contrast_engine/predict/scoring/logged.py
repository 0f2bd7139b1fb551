"""Where what a model scores is logged, and how what it scored compares with what it learnt from."""

from pathlib import Path

from contrast_engine.errors import ModelError
from contrast_engine.monitor import Monitored, MonitorLog, monitored
from contrast_engine.predict.model import PredictionModel
from contrast_engine.store import is_workspace


def log_of(model: str | Path) -> Path:
    """Where what a model scores is logged, unless another folder is named.

    Args:
        model: A workspace, or a model file.
    """
    path = Path(model).expanduser()
    return path / "monitor" if is_workspace(path) else path.with_name(f"{path.name}.log")


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

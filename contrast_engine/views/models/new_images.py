"""New images judged by the current model, in the words a page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from contrast_engine.errors import ContrastError
from contrast_engine.images import IMAGE_SUFFIXES, looks_like_image
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import sentence, typed_path

if TYPE_CHECKING:
    from contrast_engine.predict import Prediction


@dataclass(frozen=True)
class FilePrediction:
    """What the model says about one new image, or why it cannot be judged."""

    name: str
    label: str
    probability: float | None
    cluster: str
    words: str


@dataclass(frozen=True)
class FilePredictions:
    """One row per new image, or the reason why none could be judged."""

    rows: tuple[FilePrediction, ...]
    problem: str


def files_to_predict(text: str) -> tuple[Path, ...]:
    """The image files at a typed path: the file itself, or those in the folder, by name."""
    path = typed_path(text)
    if not path.is_dir():
        return (path,)
    files = sorted(p for p in path.iterdir() if p.is_file())
    return tuple(p for p in files if p.suffix.lower() in IMAGE_SUFFIXES or looks_like_image(p))


def predict_files(workspace: Workspace, paths: Sequence[Path]) -> FilePredictions:
    """Judge image files by the same measuring and model as the collection."""
    return _judge(workspace, paths, [path.name for path in paths])


def predict_uploads(workspace: Workspace, files: Sequence[tuple[str, bytes]]) -> FilePredictions:
    """Judge uploaded images; their bytes touch the disk only while they are being measured."""
    with TemporaryDirectory(prefix="contrast-") as folder:
        paths = [Path(folder, f"{row:04d}") for row in range(len(files))]
        for path, (_, data) in zip(paths, files, strict=True):
            path.write_bytes(data)
        return _judge(workspace, paths, [name for name, _ in files])


def _judge(workspace: Workspace, paths: Sequence[Path], names: Sequence[str]) -> FilePredictions:
    from contrast_engine.predict import Predictor

    try:
        predictions = Predictor(workspace).predict(paths)
    except ContrastError as error:
        return FilePredictions((), sentence(str(error)))
    pairs = zip(predictions, names, strict=True)
    return FilePredictions(
        tuple(_judged(workspace, prediction, name) for prediction, name in pairs), ""
    )


def _judged(workspace: Workspace, prediction: "Prediction", name: str) -> FilePrediction:
    if prediction.problem:
        reason = prediction.problem.replace(Path(prediction.path).name, name)
        return FilePrediction(name, "", None, "", f"cannot be judged: {reason}")
    clustering = workspace.current("clusterings")
    names = workspace.labels.cluster_names(clustering) if clustering else {}
    cluster = prediction.cluster
    return FilePrediction(
        name,
        prediction.label or "",
        prediction.probability,
        "" if cluster is None else names.get(cluster, f"Cluster {cluster}"),
        "would rather not say" if prediction.abstains else "sure enough to say",
    )

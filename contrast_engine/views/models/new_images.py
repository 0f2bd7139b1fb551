"""Predictions for new images, in the words a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.predict import Prediction
from contrast_engine.store.workspace import Workspace


@dataclass(frozen=True)
class FilePrediction:
    """What the model says about one new image, or why it cannot be predicted."""

    name: str
    label: str
    probability: float | None
    cluster: str
    words: str


def file_predictions(
    workspace: Workspace, found: Sequence[Prediction]
) -> tuple[FilePrediction, ...]:
    """What the model says about new images, one row for each.

    Args:
        workspace: Where clusters have their names.
        found: As predicted.
    """
    clustering = workspace.current("clusterings")
    names = workspace.labels.cluster_names(clustering) if clustering else {}
    return tuple(_row(one, names) for one in found)


def _row(one: Prediction, names: Mapping[int, str]) -> FilePrediction:
    name = Path(one.path).name
    if one.problem:
        return FilePrediction(name, "", None, "", f"cannot be predicted: {one.problem}")
    cluster = "" if one.cluster is None else names.get(one.cluster, f"Cluster {one.cluster}")
    return FilePrediction(
        name,
        one.label or "",
        one.probability,
        cluster,
        "the model abstains" if one.abstains else "sure enough to say",
    )

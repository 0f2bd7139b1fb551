"""Measure, map, cluster and label the contrast of image collections without ground truth.

    from contrast_engine import Workspace, measure, read_image, steps

    measure(["photo.jpg"])                     # one row of a pandas DataFrame: c_rms, u_dr, ...
    workspace = Workspace("trip.contrast")
    steps.gather(workspace, ["photos"])        # take in and measure; then map, cluster, label
    workspace.to_frame()                       # everything known, one row per image

The whole way, from a folder to a report: docs/tutorial.md.

Importing this package is light: a name is loaded when it is first used.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contrast_engine import figures, steps
    from contrast_engine.errors import (
        CollectionError,
        ContrastError,
        ImageError,
        JobError,
        ModelError,
        NotEnoughData,
        OptionError,
        UnknownName,
        WorkspaceError,
    )
    from contrast_engine.features import measure_image
    from contrast_engine.images import ImageArray, LinearImage, read_image
    from contrast_engine.jobs import JobRunner
    from contrast_engine.notebook import Pictures, Workspace, measure
    from contrast_engine.predict import Prediction, Predictor
    from contrast_engine.predict.transformer import ContrastFeatures
    from contrast_engine.progress import Cancelled, Progress
    from contrast_engine.results import Clustering, Finding, Predictions, Report
    from contrast_engine.vectors import ImageId, Vectors

__all__ = [
    "Cancelled",
    "Clustering",
    "CollectionError",
    "ContrastError",
    "ContrastFeatures",
    "Finding",
    "ImageArray",
    "ImageError",
    "ImageId",
    "JobError",
    "JobRunner",
    "LinearImage",
    "ModelError",
    "NotEnoughData",
    "OptionError",
    "Pictures",
    "Prediction",
    "Predictions",
    "Predictor",
    "Progress",
    "Report",
    "UnknownName",
    "Vectors",
    "Workspace",
    "WorkspaceError",
    "figures",
    "measure",
    "measure_image",
    "read_image",
    "steps",
]

_HOMES = {
    "errors": (
        "CollectionError", "ContrastError", "ImageError", "JobError", "ModelError",
        "NotEnoughData", "OptionError", "UnknownName", "WorkspaceError",
    ),
    "features": ("measure_image",),
    "images": ("ImageArray", "LinearImage", "read_image"),
    "jobs": ("JobRunner",),
    "notebook": ("Pictures", "Workspace", "measure"),
    "predict": ("Prediction", "Predictor"),
    "predict.transformer": ("ContrastFeatures",),
    "progress": ("Cancelled", "Progress"),
    "results": ("Clustering", "Finding", "Predictions", "Report"),
    "vectors": ("ImageId", "Vectors"),
}  # fmt: skip


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> Any:
        if name in ("figures", "steps"):
            return import_module(f"contrast_engine.{name}")
        for home, names in _HOMES.items():
            if name in names:
                return getattr(_loaded(home), name)
        raise AttributeError(f"module 'contrast_engine' has no attribute {name!r}")


def _loaded(home: str) -> ModuleType:
    """A module of ours; where it needs an extra that is missing, the error says which."""
    try:
        return import_module(f"contrast_engine.{home}")
    except ModuleNotFoundError as error:
        from contrast_engine import extras

        said = extras.words(error)
        if said is None:
            raise
        raise ModuleNotFoundError(said, name=error.name) from None


def __dir__() -> list[str]:
    return __all__

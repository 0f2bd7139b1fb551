"""find_outliers: the images that are unlike the rest, and in which features."""

from contrast_engine.anomalies import Anomalies, Judge, anomalies
from contrast_engine.errors import NotEnoughData
from contrast_engine.features import core_names
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.store import Workspace
from contrast_engine.vectors import Vectors


def find_outliers(
    workspace: Workspace, by: Judge = "both", *, seed: int = 0, progress: Progress = SILENT
) -> Anomalies:
    """Every measured image, most unlike the rest first, with the features that say so.

    Args:
        workspace: Measured.
        by: "distance" (Mahalanobis), "isolation" (an isolation forest), or "both" for the better
            of their two ranks.
        seed: Of the forest.
        progress: Told on the way.

    Raises:
        NotEnoughData: Nothing was measured, or fewer than 8 images.
    """
    progress = paced(progress, f"outliers {by}", workspace, "loading the features")
    key = workspace.current("features")
    if key is None:
        raise NotEnoughData("there are no measured images in this workspace; measure them first")
    measured: Vectors = workspace.load(key)
    return anomalies(core_columns(measured), by, seed=seed, progress=progress)


def core_columns(measured: Vectors) -> Vectors:
    """The features that images are compared by, of those that were measured."""
    return measured.select([name for name in core_names() if name in measured.columns])

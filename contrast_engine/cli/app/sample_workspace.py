"""The workspace of the sample photographs, built once and kept."""

from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.app import machine
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.errors import CollectionError

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def sample_home() -> Path:
    """Where the sample workspace is kept unless told otherwise."""
    return machine.data_folder() / "sample.contrast"


def build_samples(home: Path) -> "Workspace":
    """The sample workspace, with whatever step is missing done.

    Raises:
        CollectionError: The sample photographs are not installed.
    """
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    photographs = machine.app_folder() / "sample_data"
    if not any(photographs.glob("*.jpg")):
        raise CollectionError(
            f"no sample photographs in {photographs}; `contrast samples {photographs}` makes them"
        )
    workspace = Workspace(home)
    with progress_line("taking in and measuring the sample photographs") as progress:
        steps.gather(workspace, [photographs], progress=progress)
    # What a person has since computed in it stays the one that the app shows.
    if workspace.current("maps") is None:
        steps.project(workspace, "pca")
    if workspace.current("clusterings") is None:
        with progress_line("clustering the sample photographs") as progress:
            steps.cluster(workspace, "kmeans", progress=progress)
    return workspace

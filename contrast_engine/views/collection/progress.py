"""How far a collection has come, and what a person would do next."""

from dataclasses import dataclass
from typing import Literal

from contrast_engine.images.reader_version import READING, reading_recipe
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.steps.collection.scan import is_in_doubt
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

NextStep = Literal["add", "measure", "cluster", "label", "train", "validate", "export"]

ENOUGH_LABELS = 20
"""From here on a learnt model is worth its name; below, labels are spread by cluster (6.1)."""


@dataclass(frozen=True)
class WorkflowState:
    """What exists in a workspace.

    Args:
        images: Different pictures in the collection that can be read.
        files: Files they come from; the same picture twice is one image and two files.
        problems: Files that could not be used.
        missing: Images whose file is no longer where it was.
        measured: Images with a row in the current feature table; 0 where that is of an earlier
            version, whose values no new image could be held against.
        clusters: Clusters of the current clustering, 0 where there is none.
        labelled: Images a person gave a label.
        predicted: Images the current model gave a label.
        is_validated: Whether a validation report exists.
        is_outdated: Whether the images were measured, but by an earlier version.
        read_again: Images that were measured, but read otherwise since.
    """

    images: int
    files: int
    problems: int
    missing: int
    measured: int
    clusters: int
    labelled: int
    predicted: int
    is_validated: bool
    is_outdated: bool = False
    read_again: int = 0

    @property
    def unmeasured(self) -> int:
        """Images that wait to be measured."""
        return max(self.images - self.measured, 0) or self.read_again

    @property
    def next_step(self) -> NextStep:
        """The first thing not done yet, in the order of the journey."""
        steps: tuple[tuple[NextStep, bool], ...] = (
            ("add", self.images > 0),
            ("measure", self.measured > 0),
            ("cluster", self.clusters > 0),
            ("label", self.labelled >= ENOUGH_LABELS or self.predicted > 0),
            ("train", self.predicted > 0),
            ("validate", self.is_validated),
        )
        return next((name for name, is_done in steps if not is_done), "export")


def workflow_state(workspace: Workspace) -> WorkflowState:
    """Counts of what a workspace holds; reads tables and manifests, computes nothing."""
    images = workspace.images
    features = workspace.current("features")
    table = workspace.manifest(features) if features else None
    is_outdated = table is not None and table.step != STEP
    clustering = workspace.current("clusterings")
    predictions = workspace.current("predictions")
    return WorkflowState(
        images=len(images),
        files=len(images.files),
        problems=len(images.problems),
        missing=len(images.missing),
        measured=0 if table is None or is_outdated else table.rows,
        clusters=len(workspace.manifest(clustering).details["summary"]) if clustering else 0,
        labelled=len(workspace.labels.current()),
        predicted=workspace.manifest(predictions).rows if predictions else 0,
        is_validated=workspace.current("reports") is not None,
        is_outdated=is_outdated,
        read_again=0 if table is None or is_outdated else _read_again(workspace, table),
    )


def _read_again(workspace: Workspace, table: Manifest) -> int:
    """Images of a table of features that are read otherwise than when it was made."""
    otherwise = workspace.images.read_otherwise
    if not otherwise and "reader" not in table.recipe:
        return 0
    read = {image: reader for image in table.inputs if (reader := otherwise.get(ImageId(image)))}
    now = reading_recipe(read.values())
    return len(read) if any(table.recipe.get(name) != now.get(name) for name in READING) else 0


def in_doubt(workspace: Workspace) -> int:
    """Files that a program of before, or other options, may have read otherwise; not yet again."""
    options = workspace.reading_options
    files = workspace.images.files
    return sum(not file.missing and is_in_doubt(file, options) for file in files)

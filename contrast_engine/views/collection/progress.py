"""How far a collection has come, and what a person would do next."""

from dataclasses import dataclass
from typing import Literal

from contrast_engine.steps.collection.doubtful_files import images_read_otherwise_since
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.store.workspace import Workspace

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
        read_again=0
        if table is None or is_outdated
        else images_read_otherwise_since(workspace, table),
    )

"""How far a collection has come: what exists in it, and what of that is out of date."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakKeyDictionary

from contrast_engine.steps.collection.doubtful_files import images_read_otherwise_since
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.output.exports import exported_since
from contrast_engine.store.versions import log_version, results_version
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.outdated import outdated

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
        kinds: Different labels that hold; a model learns from these, not from the latest ones.
        learnt: Labels that the current model has learnt from.
        is_exported: Whether the table was ever exported.
        changed: What of this is out of date, by kind of result, with what changed since.
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
    kinds: int = 0
    learnt: int = 0
    is_exported: bool = False
    changed: Mapping[str, str] = field(default_factory=dict)

    @property
    def unmeasured(self) -> int:
        """Images that wait to be measured."""
        return max(self.images - self.measured, 0) or self.read_again


_known: WeakKeyDictionary[Workspace, tuple[object, WorkflowState]] = WeakKeyDictionary()
_guard = Lock()


def workflow_state(workspace: Workspace) -> WorkflowState:
    """Counts of what a workspace holds; reads tables and manifests, computes nothing.

    Kept until anything that it rests on has changed, so that every page may ask at any time.
    """
    now = state_version(workspace)
    with _guard:
        before, state = _known.get(workspace, (None, None))
    if state is None or before != now:
        state = _read(workspace)
        with _guard:
            _known[workspace] = (now, state)
    return state


def state_version(workspace: Workspace) -> tuple[object, ...]:
    """What changes whenever the state of a workspace, or anything shown of it, may."""
    return (
        workspace.images_version,
        (workspace.labels.version(), workspace.labels.file),
        (log_version(workspace.edits), log_version(workspace.comparisons)),
        *results_version(workspace),
    )


def _read(workspace: Workspace) -> WorkflowState:
    images = workspace.images
    features = workspace.current("features")
    table = workspace.manifest(features) if features else None
    is_outdated = table is not None and table.step != STEP
    clustering = workspace.current("clusterings")
    predictions = workspace.current("predictions")
    model = workspace.manifest(predictions) if predictions else None
    labels = workspace.labels.current()
    return WorkflowState(
        images=len(images),
        files=len(images.files),
        problems=len(images.problems),
        missing=len(images.missing_images),
        measured=0 if table is None or is_outdated else table.rows,
        clusters=len(workspace.manifest(clustering).details.get("summary", ()))
        if clustering
        else 0,
        labelled=len(labels),
        predicted=model.rows if model else 0,
        is_validated=workspace.current("reports") is not None,
        is_outdated=is_outdated,
        read_again=0
        if table is None or is_outdated
        else images_read_otherwise_since(workspace, table),
        kinds=len(set(consensus_labels(workspace).of.values())),
        learnt=int(model.details.get("labels", 0)) if model else 0,
        is_exported=exported_since(workspace) is not None,
        changed=outdated(workspace),
    )

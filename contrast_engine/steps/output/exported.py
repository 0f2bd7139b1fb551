"""What tables were written of, so that one which is no longer true can be told."""

from contrast_engine.arrays import Json
from contrast_engine.steps.evidence.evidence_age import DONE, clusters_changed
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.store import Workspace
from contrast_engine.store.in_use import login_name

TOPIC = "exports"

KINDS = ("features", "clusterings", "maps", "predictions")


def remember_export(workspace: Workspace, path: str) -> None:
    """Write down what a table was made of; nothing in a collection that is read-only.

    Args:
        workspace: The workspace.
        path: Where the table is.
    """
    if not workspace.is_read_only:
        workspace.edits.append(TOPIC, login_name(), {"path": path, **_basis(workspace)})


def changed_since_export(workspace: Workspace) -> tuple[str, ...]:
    """What changed since the last table was written, in words; empty where none was."""
    written = [event for event in workspace.edits.events(TOPIC) if not event.is_undone]
    if not written:
        return ()
    then, now = written[-1].body, _basis(workspace)
    changed = []
    for kind in KINDS:
        if now[kind] and now[kind] != then[kind]:
            inputs = [then[kind]] if then[kind] else []
            changed.append(DONE.get(kind) or clusters_changed(workspace, now[kind], inputs))
    if now["labels"] != then["labels"]:
        changed.append("labels were given or changed")
    return tuple(changed)


def _basis(workspace: Workspace) -> Json:
    keys: Json = {kind: workspace.current(kind) for kind in KINDS}
    return {**keys, "labels": pairs_hash(consensus_labels(workspace).of)}

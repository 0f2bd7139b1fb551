"""Remembering that the table was exported, and what has changed since."""

import contextlib
import hashlib
from datetime import UTC, datetime

import numpy as np

from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageIds
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.store import Workspace
from contrast_engine.store.exports import Exported, keep, last

CHANGED = {
    "images": "the images changed",
    "features": "images were measured",
    "clusterings": "the clusters changed",
    "maps": "the map changed",
    "predictions": "the model was trained anew",
    "labels": "labels were given or changed",
    "names": "clusters were named",
    "attributes": "images were judged anew",
}
"""What an export rests on, and what is said where that is no longer so."""


def note_export(workspace: Workspace, rows: int, rested_on: dict[str, str]) -> None:
    """Remember that the table was exported, where that can be written.

    The file is what was asked for: it is not refused because its record could not be kept. Without
    the record the table counts as not exported.

    Args:
        workspace: Whose table it was.
        rows: How many images it had.
        rested_on: What `rests_on` gave before it was made.
    """
    if workspace.is_read_only:
        return
    at = datetime.now(UTC).isoformat(timespec="seconds")
    with contextlib.suppress(WorkspaceError):
        keep(workspace.root, Exported(at, rows, rested_on))


def exported_since(workspace: Workspace) -> tuple[str, ...] | None:
    """What changed since the table was exported, in words; None where it never was."""
    known = last(workspace.root)
    if known is None:
        return None
    now = rests_on(workspace)
    return tuple(words for name, words in CHANGED.items() if known.rests_on.get(name) != now[name])


def rests_on(workspace: Workspace) -> dict[str, str]:
    """What the table shows now, each by a name that changes with it; "" where there is none."""
    clustering = workspace.current("clusterings")
    called = workspace.labels.cluster_names(clustering) if clustering else {}
    kinds = ("features", "clusterings", "maps", "predictions")
    return {
        **{kind: workspace.current(kind) or "" for kind in kinds},
        "images": _hash_of_ids(workspace.images.ids),
        "labels": pairs_hash(consensus_labels(workspace).of),
        "names": _hash("\n".join(f"{number} {name}" for number, name in sorted(called.items()))),
        "attributes": _hash(" ".join(sorted(set(attribute_tables(workspace).values())))),
    }


def _hash_of_ids(ids: ImageIds) -> str:
    """The hash of ids, one a line, without a text for each."""
    lines = np.full((len(ids), 17), ord("\n"), dtype=np.uint8)
    lines[:, :16] = np.frombuffer(ids.packed.hex().encode(), dtype=np.uint8).reshape(-1, 16)
    return hashlib.blake2b(lines.tobytes()[:-1], digest_size=8).hexdigest()


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()

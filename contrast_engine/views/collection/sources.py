"""The sources of a collection, with what each holds, and what was removed from it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Bools
from contrast_engine.store import Workspace, shown
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.sources import is_archive, is_table
from contrast_engine.vectors import ImageId

ADDED = "added"
"""The folder of a workspace that keeps files dropped onto its page."""


@dataclass(frozen=True)
class Source:
    """One folder, archive, table or file that images come from.

    Args:
        root: Exactly as the collection names it.
        path: The same as text that can be shown.
        kind: "folder", "archive", "table", "file", or "dropped" for files kept in the collection.
        since: The day it was added, "" where it was long ago.
        files: Files of it that were looked at.
        images: Images in it.
        alone: Images that no other source holds, which leave with it.
        problems: Files of it that cannot be used.
        missing: Images of it whose file is gone.
        is_there: Whether it is where it was.
    """

    root: str
    path: str
    kind: str
    since: str
    files: int
    images: int
    alone: int
    problems: int
    missing: int
    is_there: bool


@dataclass(frozen=True)
class Removed:
    """What was taken out of the collection and can be put back.

    Args:
        seq: Number of the removal.
        words: What it was, as the start of a sentence.
        who: Who did it, "" where nobody said.
        day: When.
    """

    seq: int
    words: str
    who: str
    day: str


def sources(workspace: Workspace) -> tuple[Source, ...]:
    """Every source, in the order in which they were added; an image in two counts in both.

    A file that a table lists, and a folder holds, counts for the folder.
    """
    there, roots = workspace.images, workspace.roots
    files, since, opened = there.files, workspace.since, set(workspace.trusted_roots)
    place = np.where(files.has_id, there.images.rows_in(files.ids), -1)
    is_image, held = place >= 0, np.zeros(len(there.images), dtype=np.int64)
    holding = {root: _held_by(root, files) for root in roots}
    inside = {root: np.unique(place[has & is_image]) for root, has in holding.items()}
    for images in inside.values():
        held[images] += 1
    return tuple(
        Source(
            root,
            shown(root),
            _kind(root, workspace) if root in opened else "folder",
            since.get(root, "")[:10],
            files=int(has.sum()),
            images=len(inside[root]),
            alone=int((held[inside[root]] == 1).sum()),
            problems=int((has & ~is_image).sum()),
            missing=int((has & is_image & files.missing).sum()),
            is_there=root in opened and os.path.exists(root),  # noqa: PTH110 - keeps bytes that are no UTF-8
        )
        for root, has in holding.items()
    )


def _held_by(root: str, files: FileColumns) -> Bools:
    """For each file whether a source holds it: it lies below it, or was found through it."""
    has = files.roots.are([root])
    has[files.locations.below(root)] = True
    return has


def removed(workspace: Workspace) -> tuple[Removed, ...]:
    """What is out of the collection now, the last first."""
    names: Mapping[ImageId, str] = (
        {f.id: f.path for f in reversed(workspace.every_file()) if f.id}
        if workspace.removed
        else {}
    )
    found = []
    for one in reversed(workspace.removals.all()):
        if not one.holds:
            continue
        if one.root:
            words = f"The source {shown(one.root)}"
        elif len(one.images) == 1:
            words = f"The image {Path(names.get(one.images[0], one.images[0])).name}"
        else:
            words = f"{len(one.images):,} images"
        found.append(Removed(one.seq, words, one.who, one.at[:10]))
    return tuple(found)


def _kind(root: str, workspace: Workspace) -> str:
    inside = os.path.join(os.path.realpath(workspace.root), ADDED, "")  # noqa: PTH118
    if root.startswith(inside):
        return "dropped"
    if is_table(root):
        return "table"
    if is_archive(root):
        return "archive"
    return "folder" if os.path.isdir(root) else "file"  # noqa: PTH112

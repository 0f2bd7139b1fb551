"""Remove: images or a source taken out of the collection, and put back; no file is touched."""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from contrast_engine.errors import CollectionError, UnknownName, WorkspaceError
from contrast_engine.several import several
from contrast_engine.steps.collection.measure import keep_table
from contrast_engine.steps.collection.measured_rows import measured_rows
from contrast_engine.store import Workspace, shown
from contrast_engine.store.removals import Removal
from contrast_engine.store.sources import is_table, search
from contrast_engine.vectors import ImageId


@dataclass(frozen=True)
class RemovalReport:
    """What left the collection, or came back.

    Args:
        seq: Number of the removal, by which it can be undone.
        source: The source, None where it was images.
        named: Images that were named, or that the source holds.
        images: Images that are in the collection now and were not, or the other way round.
        labelled: Those among them that have a label, which left or came back with them.
        left: Images in the collection now.
    """

    seq: int
    source: str | None
    named: int
    images: int
    labelled: int
    left: int


def remove(
    workspace: Workspace, images: Iterable[ImageId] = (), *, source: str = "", who: str = ""
) -> RemovalReport:
    """Take images, or a source, out of the collection; the files stay where they are.

    Labels stay in the log and count again once it is undone. A scan does not bring removed images
    back. An image of a removed source stays where another source holds it too.

    Args:
        workspace: The collection.
        images: The images.
        source: Or one of `workspace.roots`.
        who: Who does it.

    Raises:
        UnknownName: One of them is not in the collection.
        CollectionError: Nothing is named.
        OptionError: One image instead of a list.
        WorkspaceError: It could not be saved.
    """
    there = workspace.images
    wanted = tuple(dict.fromkeys(several(images, "images")))
    if not source and not wanted:
        raise CollectionError("nothing to remove was named; name images, or one of the sources")
    if source and source not in workspace.roots:
        known = ", ".join(map(shown, workspace.roots)) or "none"
        raise UnknownName(f"{shown(source)} is no source of this collection; there are: {known}")
    for image in wanted:
        there.facts(image)
    before, labels = frozenset(there.ids), frozenset(workspace.labels.current())
    named = len(wanted) or len({f.id for f in there.files if f.root == source and f.id in there})
    removal = workspace.removals.add(who, root=source, images=() if source else wanted)
    if source:
        _hand_over(workspace)
    return _report(workspace, removal, named, before - frozenset(workspace.images.ids), labels)


def put_back(workspace: Workspace, seq: int | None = None) -> RemovalReport:
    """Undo a removal: its images, and their labels, are in the collection again.

    Args:
        workspace: The collection.
        seq: Number of the removal; the last one that holds by default.

    Raises:
        UnknownName: There is no such removal, or it was undone already.
        WorkspaceError: It could not be saved.
    """
    before = frozenset(workspace.images.ids)
    removal = workspace.removals.undo(seq)
    if removal is None:
        what = "nothing is removed" if seq is None else f"removal {seq} is not there, or was undone"
        raise UnknownName(f"{what}; there is nothing to put back")
    now = frozenset(workspace.images.ids)
    labels = frozenset(workspace.labels.current())
    return _report(
        workspace, removal, len(removal.images) or len(now - before), now - before, labels
    )


def images_below(workspace: Workspace, folder: str | Path) -> tuple[ImageId, ...]:
    """The images that have a file in a folder, or below it."""
    prefix = os.path.join(os.path.realpath(Path(folder).expanduser()), "")  # noqa: PTH118
    there = workspace.images
    found = (f.id for f in there.files if f.location.startswith(prefix) and f.id in there)
    return tuple(image for image in dict.fromkeys(found) if image is not None)


def _hand_over(workspace: Workspace) -> None:
    """Files of a removed source that a table which is left names too belong to the table now."""
    tables = tuple(root for root in workspace.roots if is_table(root))
    gone = workspace.removals.roots
    if not tables:
        return
    with workspace.lock("scan"):
        named = search(tables, workspace.root / "imports", lambda _: None, is_again=True).files
        files = [
            replace(file, root=named[file.location].root)
            if file.root in gone and file.location in named
            else file
            for file in workspace.every_file()
        ]
        workspace.save_files(files)


def _report(
    workspace: Workspace,
    removal: Removal,
    named: int,
    changed: frozenset[ImageId],
    labels: frozenset[ImageId],
) -> RemovalReport:
    _renew_features(workspace)
    return RemovalReport(
        removal.seq,
        shown(removal.root) if removal.root else None,
        named,
        len(changed),
        len(changed & labels),
        len(workspace.images),
    )


def _renew_features(workspace: Workspace) -> None:
    """Have the table of features hold the images of now; nothing is measured for it.

    Where somebody measures just now, their table, made at the end, will.
    """
    if workspace.current("features") is None:
        return
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(workspace.lock("measure", timeout=0.2))
        except WorkspaceError:
            return
        keep_table(workspace, held.enter_context(measured_rows(workspace)))

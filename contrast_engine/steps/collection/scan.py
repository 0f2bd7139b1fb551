"""Scan: find the files, read each new one once, list what cannot be used."""

import dataclasses
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.collection.measure import FeatureBuffer, Measured, measured
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import ImageFile, Problem, Workspace, shown
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.sources import FoundFiles, Search, root_of, search
from contrast_engine.vectors import ImageId

_SAVE_EVERY = 200
_SAVE_SECONDS = 5.0
_SAVE_SHARE = 20
"""Saving may take a twentieth of the time at most, however large the collection is."""


@dataclass(frozen=True)
class ScanReport:
    """What a scan found.

    Args:
        images: Images in the collection now, missing ones included.
        added: Images new to the collection.
        known: Images found again.
        missing: Images whose files are no longer there.
        duplicates: Files that hold an image which another file also holds.
        problems: Every file of the collection that cannot be used, and why.
        ignored: Files and folders passed over because they are no images.
    """

    images: int
    added: int
    known: int
    missing: int
    duplicates: int
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]


def scan(
    workspace: Workspace,
    paths: Sequence[str | Path] = (),
    *,
    progress: Progress = SILENT,
    kept: FeatureBuffer | None = None,
) -> ScanReport:
    """Bring the collection up to date with folders, archives, tables and files.

    A file whose size and date are as before is not read again. What was read is saved every few
    seconds, so an interrupted scan goes on where it stopped.

    Args:
        workspace: Where the collection is kept.
        paths: What to scan; without any, everything scanned before.
        progress: Told after every file.
        kept: Where the measures of new images go; they are then taken from the same decode.

    Raises:
        CollectionError: There is nothing to scan, or nothing of that name.
        WorkspaceError: Another scan is running, or the disk is full.
    """
    with workspace.lock("scan"):
        roots = tuple(dict.fromkeys(root_of(path) for path in paths)) or workspace.roots
        if not roots:
            raise CollectionError(
                f"nothing was scanned into {shown(workspace.root)} yet; name a folder of images"
            )
        before = workspace.images
        imports = workspace.root / "imports"
        found = search(roots, imports, lambda note: progress.tick(0, 0, note), is_again=not paths)
        if paths and not found.files:
            raise CollectionError(
                f"there are no images in {', '.join(shown(root) for root in roots)} "
                f"({len(found.ignored)} other files were passed over); name another folder"
            )
        workspace.add_roots(roots)
        known = {file.location: file for file in before.files}
        rows = _read(workspace, found, known, progress, kept)
        rows |= _left_over(rows, known, roots)
        if set(rows.values()) != set(known.values()):
            workspace.save_files(rows.values())
    return _report(workspace, found, frozenset(before.ids))


def _read(
    workspace: Workspace,
    found: Search,
    known: dict[str, ImageFile],
    progress: Progress,
    kept: FeatureBuffer | None,
) -> dict[str, ImageFile]:
    """A row for every file found, reading only new and changed ones."""
    pictured = workspace.thumbs.ids()
    rows: dict[str, ImageFile] = {}
    todo: list[FoundFiles] = []
    for file in sorted(found.files.values(), key=lambda file: os.fsencode(file.location)):
        row = _as_before(file, known.get(file.location), pictured)
        if row is None:
            todo.append(file)
        else:
            rows[file.location] = row
    total, done = len(found.files), len(rows)
    note = "reading images" if kept is None else "reading and measuring images"
    progress.tick(done, total, note)
    keeper = _Keeper(workspace, known | rows)

    def ask(file: FoundFiles) -> tuple[ImageFile, bytes | None, Measured | None]:
        return _examined(file, kept)

    try:
        for file, (row, thumbnail, values) in side_by_side(ask, todo):
            rows[file.location] = row
            keeper.add(row, thumbnail)
            if kept is not None and row.id is not None and values is not None:
                kept.add(row.id, values)
            done += 1
            progress.tick(done, total, note)
    finally:
        keeper.save()
    return rows


def _as_before(
    file: FoundFiles, row: ImageFile | None, pictured: frozenset[ImageId]
) -> ImageFile | None:
    """The row of a file that need not be read, or None."""
    if file.problem is not None:
        if file.is_gone and row is not None and row.id is not None:
            return dataclasses.replace(row, missing=True)
        return ImageFile(file.location, file.root, problem=file.problem)
    if row is None or row.may_heal or (row.bytes, row.mtime_ns) != (file.bytes, file.mtime_ns):
        return None
    if row.id is None:
        return row if row.problem is not None else None
    return dataclasses.replace(row, missing=False) if row.id in pictured else None


def _examined(
    file: FoundFiles, kept: FeatureBuffer | None
) -> tuple[ImageFile, bytes | None, Measured | None]:
    from contrast_engine.images import examine

    row = ImageFile(file.location, file.root, bytes=file.bytes, mtime_ns=file.mtime_ns)
    try:
        examined = examine(file.location)
        thumbnail = examined.thumbnail()
    except ImageError as error:
        may_heal = not os.access(file.location, os.R_OK)
        return dataclasses.replace(row, problem=str(error), may_heal=may_heal), None, None
    except OSError as error:
        why = f"{shown(Path(file.location).name)}: {reason(error)}"
        return dataclasses.replace(row, problem=why, may_heal=True), None, None
    except MemoryError:
        why = f"{shown(Path(file.location).name)} needs more memory than there is"
        return dataclasses.replace(row, problem=why, may_heal=True), None, None
    facts = examined.facts
    row = dataclasses.replace(
        row,
        id=facts.id,
        width=facts.width,
        height=facts.height,
        format=facts.format,
        notes=facts.notes,
    )
    if kept is None or facts.id in kept.rows:
        return row, thumbnail, None
    try:
        return row, thumbnail, measured(examined.image())
    except (ImageError, MemoryError):
        return row, thumbnail, None  # measuring asks again, and says why


class _Keeper:
    """Saves rows and thumbnails now and then, thumbnails first."""

    def __init__(self, workspace: Workspace, rows: dict[str, ImageFile]) -> None:
        self._workspace = workspace
        self._rows = rows
        self._thumbnails: list[tuple[ImageId, bytes]] = []
        self._unsaved = 0
        self._saved_at = time.monotonic()
        self._cost = 0.0

    def add(self, row: ImageFile, thumbnail: bytes | None) -> None:
        """Take one row in, and save if it is time."""
        self._rows[row.location] = row
        self._unsaved += 1
        if row.id is not None and thumbnail is not None:
            self._thumbnails.append((row.id, thumbnail))
        since = time.monotonic() - self._saved_at
        is_time = self._unsaved >= _SAVE_EVERY or since >= _SAVE_SECONDS
        if is_time and since >= _SAVE_SHARE * self._cost:
            self.save()

    def save(self) -> None:
        """Save what is new."""
        if not self._unsaved:
            return
        begin = time.monotonic()
        self._workspace.thumbs.put(self._thumbnails)
        self._workspace.save_files(self._rows.values())
        self._thumbnails.clear()
        self._unsaved = 0
        self._saved_at = time.monotonic()
        self._cost = self._saved_at - begin


def _left_over(
    rows: dict[str, ImageFile], known: dict[str, ImageFile], roots: Sequence[str]
) -> dict[str, ImageFile]:
    """The known files that this scan did not come across, as they are now.

    A file that moved is dropped, its image is at the new place; one that vanished is missing.
    """
    here = {row.id for row in rows.values() if row.id is not None and not row.missing}
    folders = tuple(os.path.join(root, "") for root in roots)  # noqa: PTH118 - ends in a slash
    left: dict[str, ImageFile] = {}
    for location, file in known.items():
        if location in rows:
            continue
        is_in_scope = file.root in roots or location.startswith(folders)
        is_elsewhere = file.id in here
        if not is_in_scope and not (is_elsewhere and not os.path.lexists(location)):
            left[location] = file
        elif file.id is not None and file.problem is None and not is_elsewhere:
            left[location] = dataclasses.replace(file, missing=True)
    return left


def _report(workspace: Workspace, found: Search, before: frozenset[ImageId]) -> ScanReport:
    after = workspace.images
    seen: Iterable[ImageFile] = (f for f in after.files if f.location in found.files)
    ids = {file.id for file in seen if not file.missing and file.id in after}
    return ScanReport(
        images=len(after),
        added=len(ids - before),
        known=len(ids & before),
        missing=len(after.missing),
        duplicates=sum(len(after.of[image]) - 1 for image in after.ids),
        problems=after.problems,
        ignored=tuple(sorted(found.ignored)),
    )

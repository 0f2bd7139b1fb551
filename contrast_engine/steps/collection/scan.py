"""Scan: find the files, read each new one once, list what cannot be used."""

import dataclasses
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.images.file_facts import says_adobe_rgb
from contrast_engine.images.reader_version import AS_ALWAYS, reader_of_refused
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.progress import SILENT, Progress
from contrast_engine.several import several
from contrast_engine.steps.collection.doubtful_files import is_in_doubt
from contrast_engine.steps.collection.flush_buffer import FlushBuffer
from contrast_engine.steps.collection.measured_rows import Measured, MeasuredRows, measured
from contrast_engine.steps.labels.offered_labels import OfferedLabels, offered_labels
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Collection, ImageFile, Problem, Workspace, shown
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.sources import FoundFiles, Search, root_of, search
from contrast_engine.vectors import ImageId

_SAVE_EVERY = 200
_SAVE_SECONDS = 5.0
_SHOW_SECONDS = 0.7
"""Thumbnails are saved so often, so that they are seen while the others are measured."""

_SAVE_SHARE = 20
"""Saving may take a twentieth of the time at most, however large the collection is."""

_TELL_SECONDS = 0.5
"""So often it is told how many files could not be used, each time one line of the job's file."""


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
        notes: How each table was read: its encoding, and what stands between its cells.
        renamed: Names in an archive that Windows cannot hold, and what they were unpacked as.
        read_again: Known files read again, because this version or the options read them otherwise.
        changed: Files that hold another image than before.
        moved: Images that were known at other places only.
        vanished: Images that were there before and are missing now.
        returned: Images that were missing and are there again.
        label_tables: Labels that lie in the tables that were scanned, and were not imported yet.
    """

    images: int
    added: int
    known: int
    missing: int
    duplicates: int
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    notes: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    read_again: int = 0
    changed: int = 0
    moved: int = 0
    vanished: int = 0
    returned: int = 0
    label_tables: tuple[OfferedLabels, ...] = ()


def scan(
    workspace: Workspace,
    paths: Sequence[str | Path] = (),
    *,
    workers: int | None = None,
    progress: Progress = SILENT,
    measured_rows: MeasuredRows | None = None,
) -> ScanReport:
    """Bring the collection up to date with folders, archives, tables and files.

    A file whose size and date are as before is not read again. What was read is saved every few
    seconds, so an interrupted scan goes on where it stopped.

    Args:
        workspace: Where the collection is kept.
        paths: What to scan; without any, everything scanned before.
        workers: Files read at a time; as many as there are cores by default.
        progress: Told after every file.
        measured_rows: Where the features of new images go, measured from the same decode.

    Raises:
        CollectionError: There is nothing to scan, or nothing of that name.
        OptionError: One path instead of a list.
        WorkspaceError: Another scan is running, or the disk is full.
    """
    paths = several(paths, "paths")
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
        known = {file.location: file for file in workspace.every_file()}
        new = [root for root in roots if root not in workspace.every_root]
        workspace.add_roots(roots)
        rows, again = _read(workspace, found.files, known, progress, measured_rows, workers)
        if paths and not any(row.id for row in rows.values()):
            workspace.forget_roots(new)
            if workspace.every_file():
                workspace.save_files(known.values())
            raise CollectionError(_no_image(rows.values(), roots))
        workspace.removals.come_back(roots if paths else ())
        rows |= _left_over(rows, known, roots)
        if set(rows.values()) != set(known.values()):
            workspace.save_files(rows.values())
    report = _report(workspace, found, before, again)
    return dataclasses.replace(report, label_tables=offered_labels(workspace, roots))


def _no_image(rows: Iterable[ImageFile], roots: Sequence[str]) -> str:
    """Why a scan found nothing, with the first reasons."""
    files = list(rows)
    reasons = list(dict.fromkeys(file.problem or "" for file in files))
    more = f"; and {len(reasons) - 3:,} more reasons" if len(reasons) > 3 else ""
    return (
        f"no image was found in {', '.join(shown(root) for root in roots)}: "
        f"{'; '.join(reasons[:3])}{more}"
    )


def read_again(
    workspace: Workspace,
    into: MeasuredRows,
    progress: Progress = SILENT,
    workers: int | None = None,
) -> int:
    """Read known files again that this version, or the options of now, would read otherwise.

    Files that are gone or changed are left to the next scan.

    Returns:
        How many were read.
    """
    if not _in_question(workspace):
        return 0
    with workspace.lock("scan"):
        known = {file.location: file for file in workspace.every_file()}
        files = {
            file.location: FoundFiles(file.location, file.root, file.bytes, file.mtime_ns)
            for file in _in_question(workspace)
            if _is_unchanged(file)
        }
        rows, again = _read(workspace, files, known, progress, into, workers)
        if any(known[location] != row for location, row in rows.items()):
            workspace.save_files((known | rows).values())
    return again


def _in_question(workspace: Workspace) -> list[ImageFile]:
    """Known files that a program of before read, or that were read under other options."""
    options = workspace.reading_options
    return [
        file
        for file in workspace.images.files
        if not file.missing and not (file.reader and not _is_to_read(file, options))
    ]


def _read(
    workspace: Workspace,
    found: Mapping[str, FoundFiles],
    known: dict[str, ImageFile],
    progress: Progress,
    into: MeasuredRows | None,
    workers: int | None = None,
) -> tuple[dict[str, ImageFile], int]:
    """A row for every file found, and how many known ones were read again as they had been."""
    options = workspace.reading_options
    again = 0
    pictured = workspace.thumbs.ids()
    rows: dict[str, ImageFile] = {}
    todo: list[FoundFiles] = []
    for file in sorted(found.values(), key=lambda file: os.fsencode(file.location)):
        before = known.get(file.location)
        row = _as_before(file, before, pictured, options)
        if row is None:
            todo.append(file)
            again += before is not None and _is_to_read(before, options)
        else:
            rows[file.location] = row
    total, done = len(found), len(rows)
    problems = sum(row.problem is not None for row in rows.values())
    note = "reading images" if into is None else "reading and measuring images"
    progress.tick(done, total, note)
    told = time.monotonic()

    def one(file: FoundFiles) -> _Examined:
        return _examined(file, into, options)

    pictures = FlushBuffer(workspace.thumbs.put, _SAVE_EVERY, _SHOW_SECONDS, _SAVE_SHARE)

    def save(_: list[_Examined]) -> None:
        pictures.flush()  # first: a row on disk without its thumbnail would be read again
        workspace.save_files((known | rows).values())

    buffer = FlushBuffer(save, _SAVE_EVERY, _SAVE_SECONDS, _SAVE_SHARE)
    try:
        for file, examined in side_by_side(one, todo, workers):
            rows[file.location] = examined.row
            if examined.row.id and examined.thumbnail:
                pictures.add((examined.row.id, examined.thumbnail))
            buffer.add(examined)
            if into is not None and examined.row.id and examined.measured is not None:
                into.add(examined.row.id, examined.measured, examined.row.reader)
            done += 1
            problems += examined.row.problem is not None
            if time.monotonic() - told >= _TELL_SECONDS:
                told = time.monotonic()
                progress.tick(done, total, note, problems=problems)
            else:
                progress.tick(done, total, note)
    finally:
        buffer.flush()
    workspace.forgive(  # what could not be measured as it was read before may well be now
        row.id for place, row in rows.items()
        if row.id and place in known and known[place].reader != row.reader
    )  # fmt: skip
    return rows, again


def _as_before(
    file: FoundFiles,
    row: ImageFile | None,
    pictured: frozenset[ImageId],
    options: ReadingOptions,
) -> ImageFile | None:
    """The row of a file that need not be read, or None."""
    if file.problem is not None:
        if file.is_gone and row is not None and row.id is not None:
            return dataclasses.replace(row, missing=True)
        return ImageFile(file.location, file.root, problem=file.problem, reader=AS_ALWAYS)
    if row is None or row.may_heal or (row.bytes, row.mtime_ns) != (file.bytes, file.mtime_ns):
        return None
    if _is_to_read(row, options):
        return None
    row = dataclasses.replace(row, reader=row.reader or AS_ALWAYS)
    if row.id is None:
        return row if row.problem is not None else None
    return dataclasses.replace(row, missing=False) if row.id in pictured else None


def _is_to_read(row: ImageFile, options: ReadingOptions) -> bool:
    """True if a known file would be read otherwise by this version or under these options."""
    return is_in_doubt(row, options) or (not row.reader and says_adobe_rgb(row.location))


def _is_unchanged(file: ImageFile) -> bool:
    try:
        status = Path(file.location).stat()
    except (OSError, ValueError):
        return False
    return (status.st_size, status.st_mtime_ns) == (file.bytes, file.mtime_ns)


class _Examined(NamedTuple):
    """One file that was read."""

    row: ImageFile
    thumbnail: bytes | None = None
    measured: Measured | None = None


def _examined(file: FoundFiles, known: MeasuredRows | None, options: ReadingOptions) -> _Examined:
    """What is in a file: its row, its thumbnail, and its features where they are wanted."""
    from contrast_engine.images import examine

    row = ImageFile(file.location, file.root, bytes=file.bytes, mtime_ns=file.mtime_ns)
    try:
        examined = examine(file.location, options)
        thumbnail = examined.thumbnail()
    except ImageError as error:
        # not readable now, or only until a package is there
        may_heal = not os.access(file.location, os.R_OK) or "pip install" in str(error)
        return _Examined(
            dataclasses.replace(
                row, problem=str(error), may_heal=may_heal, reader=reader_of_refused(options)
            )
        )
    except OSError as error:
        why = f"{shown(Path(file.location).name)}: {reason(error)}"
        return _Examined(dataclasses.replace(row, problem=why, may_heal=True))
    except MemoryError:
        why = f"{shown(Path(file.location).name)} needs more memory than there is"
        return _Examined(dataclasses.replace(row, problem=why, may_heal=True))
    facts = examined.facts
    row = dataclasses.replace(
        row,
        id=facts.id,
        width=facts.width,
        height=facts.height,
        format=facts.format,
        notes=facts.notes,
        reader=facts.reader,
    )
    if known is None or known.has(facts.id, facts.reader):
        return _Examined(row, thumbnail)
    try:
        return _Examined(row, thumbnail, measured(examined.image()))
    except (ImageError, MemoryError):
        return _Examined(row, thumbnail)  # measuring asks again, and says why


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


def _report(workspace: Workspace, found: Search, before: Collection, again: int) -> ScanReport:
    after = workspace.images
    seen: Iterable[ImageFile] = (f for f in after.files if f.location in found.files)
    ids = {file.id for file in seen if not file.missing and file.id in after}
    known = frozenset(before.ids)
    held = {file.location: file.id for file in before.files if file.id is not None}
    now = {file.location: file.id for file in after.files if file.id is not None}
    stayed = {image for place, image in held.items() if now.get(place) == image}
    return ScanReport(
        images=len(after),
        added=len(ids - known),
        known=len(ids & known),
        missing=len(after.missing),
        duplicates=sum(len(after.of[image]) - 1 for image in after.ids),
        problems=after.problems,
        ignored=tuple(sorted(found.ignored)),
        notes=tuple(found.notes),
        renamed=dict(sorted(found.renamed.items())),
        read_again=again,
        changed=sum(now.get(place, image) != image for place, image in held.items()),
        moved=len((ids & known) - stayed),
        vanished=len(after.missing - before.missing),
        returned=len((before.missing & ids) - after.missing),
    )

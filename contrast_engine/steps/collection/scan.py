"""Scan: find the files, read each new one once, list what cannot be used."""

import dataclasses
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from contrast_engine.arrays import Bools
from contrast_engine.errors import CollectionError, ImageError
from contrast_engine.images.reader_version import reader_of_refused
from contrast_engine.images.reading_options import ReadingOptions
from contrast_engine.imageset import ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.several import several
from contrast_engine.steps.collection.doubtful_files import are_in_doubt
from contrast_engine.steps.collection.flush_buffer import FlushBuffer
from contrast_engine.steps.collection.known_files import KnownFiles, left_over
from contrast_engine.steps.collection.measured_rows import Measured, MeasuredRows, measured
from contrast_engine.steps.labels.offered_labels import OfferedLabels, offered_labels
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Collection, ImageFile, Problem, Workspace, shown
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.confirmed_roots import check_allowed, is_below
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_lookup import keep_image_lookup
from contrast_engine.store.sources import FoundFiles, Search, root_of, search
from contrast_engine.store.texts import Texts
from contrast_engine.store.trusted_roots import refusal

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
    progress = paced(progress, "scan", workspace, "looking what is there")
    paths = several(paths, "paths")
    with workspace.lock("scan"):
        roots = tuple(dict.fromkeys(root_of(path) for path in paths)) or workspace.roots
        if doubtful := workspace.doubtful_roots if not paths else ():
            raise refusal(doubtful, workspace.root)
        check_allowed(root for root in roots if not is_below(root, [str(workspace.root)]))
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
        known = KnownFiles.of(found.files, workspace.every_file())
        new = [root for root in roots if root not in workspace.every_root]
        workspace.add_roots(roots)
        read = _read(workspace, known, progress, measured_rows, workers)
        if paths and not read.has_images:
            workspace.forget_roots(new)
            if workspace.every_file() != known.known:
                workspace.save_files(known.known)
            raise CollectionError(_no_image(read.problems(), roots))
        workspace.removals.come_back(roots if paths else ())
        seen = known.rows[known.rows >= 0]
        workspace.add_files(*left_over(known.known, seen, read.here, roots))
    keep_image_lookup(workspace)
    report = _report(workspace, found, before, read.again)
    return dataclasses.replace(report, label_tables=offered_labels(workspace, roots))


def _no_image(problems: Iterable[str], roots: Sequence[str]) -> str:
    """Why a scan found nothing, with the first reasons."""
    reasons = list(dict.fromkeys(problems))
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
        opens = workspace.opening()
        files = {
            file.location: FoundFiles(file.location, file.root, file.bytes, file.mtime_ns)
            for file in _in_question(workspace)
            if opens(file) and _is_unchanged(file)
        }
        known = KnownFiles.of(files, workspace.every_file())
        return _read(workspace, known, progress, into, workers).again


def _in_question(workspace: Workspace) -> FileColumns:
    """Known files that a program of before read, or that were read under other options."""
    files = workspace.images.files
    asked = files.readers.are([""]) | are_in_doubt(files, workspace.reading_options)
    return files.chosen(~files.missing & asked)


@dataclass(frozen=True)
class _Read:
    """What became of the files that were found.

    Args:
        known: The files, beside what the collection knew of them.
        is_same: Those that did not have to be read.
        rows: The rows that are new, or other than before.
        again: How many known ones were read again as they had been.
    """

    known: KnownFiles
    is_same: Bools
    rows: list[ImageFile]
    again: int

    @property
    def has_images(self) -> bool:
        """True if one of them holds an image."""
        same = self.known.rows[self.is_same]
        return any(row.id for row in self.rows) or bool(self.known.known.has_id[same].any())

    def problems(self) -> Iterator[str]:
        """Why each of them cannot be used, by location."""
        now = {row.location: row.problem for row in self.rows}
        for file, row in zip(self.known.found, self.known.rows.tolist(), strict=True):
            known = self.known.known.problems[row] if row >= 0 else None
            yield now.get(file.location, known) or ""

    @property
    def here(self) -> ImageSet:
        """The images of the files that are there."""
        same, known = self.known.rows[self.is_same], self.known.known
        ids = ImageSet.of(row.id for row in self.rows if row.id is not None and not row.missing)
        return ids | ImageSet(known.ids[same[known.has_id[same]]])


def _read(
    workspace: Workspace,
    known: KnownFiles,
    progress: Progress,
    into: MeasuredRows | None,
    workers: int | None = None,
) -> _Read:
    """What became of every file found; those that are new or changed are read and saved."""
    options = workspace.reading_options
    is_same = known.as_before(workspace, options)
    rows = known.without_reading(is_same)
    refused = sum(file.problem is not None for file in known.found)
    asked = [at for at in np.flatnonzero(~is_same).tolist() if known.found[at].problem is None]
    before = {known.found[at].location: int(known.rows[at]) for at in asked}
    again = np.array([row for row in before.values() if row >= 0], dtype=np.int64)
    total, done = len(known.found), len(known.found) - len(asked)
    problems = refused + int((~known.known.problems.are([None]))[known.rows[is_same]].sum())
    note = "reading images" if into is None else "reading and measuring images"
    progress.tick(done, total, note)
    told = time.monotonic()

    def one(file: FoundFiles) -> _Examined:
        return _examined(file, into, options)

    pictures = FlushBuffer(workspace.thumbs.put, _SAVE_EVERY, _SHOW_SECONDS, _SAVE_SHARE)

    def save(read: list[_Examined]) -> None:
        pictures.flush()  # first: a row on disk without its thumbnail would be read again
        workspace.add_files(examined.row for examined in read)

    workspace.add_files(rows)
    buffer = FlushBuffer(save, _SAVE_EVERY, _SAVE_SECONDS, _SAVE_SHARE)
    try:
        todo = (known.found[at] for at in asked)
        for _, examined in side_by_side(one, todo, workers):
            rows.append(examined.row)
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
    _forgive(workspace, known, rows)
    return _Read(known, is_same, rows, int(known.are_to_read(again, options).sum()))


def _forgive(workspace: Workspace, known: KnownFiles, rows: Sequence[ImageFile]) -> None:
    """Try again what could not be measured as it was read before: it may well be now."""
    again = []
    for row in rows:
        at = known.known.at(row.location)
        if row.id and at >= 0 and known.known.readers[at] != row.reader:
            again.append(row.id)
    workspace.forgive(again)


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


def _report(workspace: Workspace, found: Search, before: Collection, again: int) -> ScanReport:
    after = workspace.images
    old, new = before.files, after.files
    places = Texts.of(sorted(map(os.fsencode, found.files)))
    seen = new.locations.places(places)
    seen = seen[seen >= 0]
    seen = seen[new.has_id[seen] & ~new.missing[seen]]
    ids, known = ImageSet(new.ids[seen]) & after.images, before.images
    now = new.locations.places(old.locations)
    held, there = old.has_id, (now >= 0) & new.has_id[now] if len(new) else old.has_id & False
    is_same = held & there & (new.ids[now] == old.ids) if len(new) else held & False
    return ScanReport(
        images=len(after),
        added=len(ids - known),
        known=len(ids & known),
        missing=len(after.missing_images),
        duplicates=after.copies,
        problems=after.problems,
        ignored=tuple(sorted(found.ignored)),
        notes=tuple(found.notes),
        renamed=dict(sorted(found.renamed.items())),
        read_again=again,
        changed=int((held & there & ~is_same).sum()),
        moved=len((ids & known) - ImageSet(old.ids[is_same])),
        vanished=len(after.missing_images - before.missing_images),
        returned=len((before.missing_images & ids) - after.missing_images),
    )

"""Reading a backup with distrust: whoever made it, nothing is written but below one new folder."""

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.store.atomic_files import flush_folder, patiently, reason
from contrast_engine.store.backups.entries import FIRST, FORMAT, LAST, is_harmless
from contrast_engine.store.collection import shown
from contrast_engine.store.half_written import folder_in
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.workspace_marker import MARK, is_workspace, read_mark

_AT_A_TIME = 1 << 20
_LARGEST_LIST = 1 << 28
"""Bytes of the list of files at most: two million files."""


@dataclass(frozen=True)
class Backup:
    """What is known of a backup that is whole.

    Args:
        id: Of the workspace it was taken of.
        at: When, in UTC.
        files: How many it holds.
        bytes: How many these are together.
    """

    id: str
    at: str
    files: int
    bytes: int


def check_backup(file: Path, progress: Progress = SILENT) -> Backup:
    """What a backup holds, once every byte was held against its hash; nothing is written.

    Raises:
        WorkspaceError: It is none, is damaged, was cut short, or is of a newer version.
    """
    return _read(file, None, progress)


def read_backup(file: Path, root: Path, progress: Progress = SILENT) -> Backup:
    """Make a workspace of a backup, in a folder that is not there yet or empty.

    Args:
        file: The backup.
        root: The folder, which comes to be as a whole or not at all.
        progress: Told on the way; cancelled, it leaves nothing behind.

    Raises:
        WorkspaceError: It is no backup, is damaged, holds what no workspace holds, there is
            something at `root`, or the disk is full.
    """
    if os.path.lexists(root) and (not root.is_dir() or any(root.iterdir())):
        raise WorkspaceError(
            f"there is something at {shown(root)} already, and it stays as it is; name a folder "
            "that is not there yet"
        )
    around = next((one for one in root.absolute().parents if is_workspace(one)), None)
    if around is not None:
        raise WorkspaceError(
            f"{shown(root)} lies in the workspace {shown(around)}, and would become a part of "
            "it; name a folder elsewhere"
        )
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(root.parent)
        with folder_in(root.parent) as aside:
            try:
                found = _read(file, aside, progress)
                read_mark(aside)
                aside.chmod(0o755)
                with contextlib.suppress(FileNotFoundError):
                    root.rmdir()
                patiently(lambda: aside.rename(root))
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        flush_folder(root.parent)
    except OSError as error:
        raise WorkspaceError(f"{shown(root)} could not be made: {reason(error, root)}") from error
    return found


def _read(file: Path, into: Path | None, progress: Progress) -> Backup:
    try:
        with file.open("rb") as opened, _in_words(file):
            size = os.fstat(opened.fileno()).st_size
            with tarfile.open(fileobj=opened, mode="r:") as tar:
                return _Reading(file, size, into, progress).read(tar)
    except FileNotFoundError as error:
        raise WorkspaceError(f"there is no file {shown(file)}") from error
    except OSError as error:
        raise WorkspaceError(f"{shown(file)} could not be read: {reason(error, file)}") from error


@contextlib.contextmanager
def _in_words(file: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise WorkspaceError(
            f"{shown(file)} is no backup, or is damaged ({error}); take another one"
        ) from error


class _Reading:
    """One pass over a backup."""

    def __init__(self, file: Path, size: int, into: Path | None, progress: Progress) -> None:
        self._file = file
        self._size = size
        self._into = into
        self._progress = progress
        self._found: dict[str, tuple[int, str]] = {}

    def read(self, tar: tarfile.TarFile) -> Backup:
        """What it holds; written below the folder as it comes, and checked in the end."""
        head: Json | None = None
        listed: Json | None = None
        for entry in tar:
            if listed is not None:
                raise self._refusal("something follows its list of files")
            if head is None:
                head = self._head(tar, entry)
            elif entry.name == LAST:
                listed = self._own(tar, entry, _LARGEST_LIST)
            else:
                self._take(tar, entry)
        if head is None or listed is None:
            raise self._refusal("it was cut short, as its list of files is missing")
        files = {str(one["path"]): (int(one["bytes"]), str(one["hash"])) for one in listed["files"]}
        self._compare(files)
        total = sum(size for size, _ in files.values())
        return Backup(str(head["id"]), str(head["at"]), len(files), total)

    def _head(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> Json:
        if entry.name != FIRST:
            raise self._refusal(f"it does not begin with {FIRST}")
        head = self._own(tar, entry, 1 << 16)
        if not isinstance(head.get("backup"), int) or not {"id", "at"} <= head.keys():
            raise self._refusal(f"{FIRST} says nothing")
        if head["backup"] > FORMAT:
            raise WorkspaceError(
                f"{shown(self._file)} was made by a newer version (format {head['backup']}, this "
                f"one reads {FORMAT}); update contrast-engine"
            )
        return head

    def _own(self, tar: tarfile.TarFile, entry: tarfile.TarInfo, most: int) -> Json:
        if not entry.isreg() or entry.size > most:
            raise self._refusal(f"{entry.name} is too large")
        value = json.loads(_opened(tar, entry).read())
        if not isinstance(value, dict):
            raise self._refusal(f"{entry.name} says nothing")
        return value

    def _take(self, tar: tarfile.TarFile, entry: tarfile.TarInfo) -> None:
        """Hash one file, and write it where it belongs; of two of one name the later counts."""
        if entry.issparse() or not entry.isreg() or entry.size > self._size:
            raise self._refusal(f"{entry.name[:80]!r} is no plain file")
        if not is_harmless(entry.name):
            raise self._refusal(f"{entry.name[:80]!r} is no name of a file in a workspace")
        self._progress.tick(entry.offset, self._size, f"reading {PurePosixPath(entry.name).name}")
        source, hashed = _opened(tar, entry), hashlib.blake2b(digest_size=16)
        with contextlib.ExitStack() as stack:
            target = None
            if self._into is not None:
                place = self._into / entry.name
                place.parent.mkdir(parents=True, exist_ok=True)
                target = stack.enter_context(place.open("wb"))
            while data := source.read(_AT_A_TIME):
                hashed.update(data)
                if target is not None:
                    target.write(data)
            if target is not None:
                target.flush()
                os.fsync(target.fileno())
        self._found[entry.name] = (entry.size, hashed.hexdigest())

    def _compare(self, files: dict[str, tuple[int, str]]) -> None:
        """Hold what came against the list; what was copied and went before the end is removed."""
        for path, expected in files.items():
            if self._found.get(path) != expected:
                raise self._refusal(f"{path[:80]!r} is not as it was written")
        if MARK not in files:
            raise self._refusal(f"it has no {MARK}")
        if self._into is not None:
            for path in self._found.keys() - files.keys():
                (self._into / path).unlink()

    def _refusal(self, why: str) -> WorkspaceError:
        return WorkspaceError(
            f"{shown(self._file)} is no whole backup of a workspace: {why}; take another one"
        )


def _opened(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[Any]:
    source = tar.extractfile(entry)
    if source is None:
        raise ValueError(f"{entry.name[:80]!r} is no plain file")
    return source

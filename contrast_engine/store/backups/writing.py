"""Writing a backup: every database at one moment, and all that the copy names is in the copy."""

import contextlib
import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.progress import OVERALL, SILENT, Progress
from contrast_engine.store.atomic_files import (
    flush_folder,
    json_text,
    patiently,
    reason,
    stamp,
)
from contrast_engine.store.backups.entries import (
    FIRST,
    FORMAT,
    LAST,
    is_database,
    is_harmless,
    stages,
)
from contrast_engine.store.collection import shown
from contrast_engine.store.disk_faults import UNCHANGED
from contrast_engine.store.half_written import file_in, folder_in
from contrast_engine.store.leftovers import remove_leftovers
from contrast_engine.store.workspace_marker import read_mark

_ROUNDS = 6
"""Files may be joined while they are copied, and the old ones go: what changed is taken again."""

_LARGE = 1 << 26


def write_backup(
    root: Path, target: Path, *, with_cache: bool = False, progress: Progress = SILENT
) -> int:
    """Bytes of the file that a workspace was written to; annotators may be at work meanwhile.

    Args:
        root: The folder of the workspace.
        target: The file, which is whole or not there.
        with_cache: Whether training copies go in, which can be made again from the images.
        progress: Told after every file; a cancelled backup leaves nothing behind.

    Raises:
        WorkspaceError: It is no workspace, cannot be read or written, or its files changed faster
            than they could be copied.
    """
    mark = read_mark(root)
    try:
        remove_leftovers(target.parent)
        with file_in(target.parent) as (handle, aside):
            try:
                with os.fdopen(handle, "wb") as file:
                    _Writing(root, file, target.parent, progress).write(mark, with_cache)
                    file.flush()
                    os.fsync(file.fileno())
                aside.chmod(0o600)  # it holds what people said, and nobody asked for sharing it
                size = aside.stat().st_size
                patiently(lambda: aside.replace(target))
            finally:
                aside.unlink(missing_ok=True)
        flush_folder(target.parent)
    except OSError as error:
        raise WorkspaceError(
            f"{shown(target)} could not be written: {reason(error, target)}; {UNCHANGED}"
        ) from error
    return size


class _Writing:
    """A backup on its way into a file, with room beside it for one database at a time."""

    def __init__(self, root: Path, file: BinaryIO, beside: Path, progress: Progress) -> None:
        self._root = root
        self._beside = beside
        self._tar = tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._progress = progress
        self._taken: dict[Path, tuple[object, Json]] = {}

    def write(self, mark: Json, with_cache: bool) -> None:
        """Write all of it."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        self._add(FIRST, {"backup": FORMAT, "id": mark["id"], "format": mark["format"], "at": at})
        for _ in range(_ROUNDS):
            seen = list(self._round(with_cache))
            if None not in seen and not self._is_overtaken():
                break
        if None in seen:
            raise WorkspaceError(
                f"the files of {shown(self._root)} changed faster than they could be copied; wait "
                "until the job that changes them is done and back up again"
            )
        listed = [self._taken[path][1] for path in seen if path is not None]
        self._add(LAST, {"files": sorted(listed, key=lambda one: str(one["path"]))})
        self._tar.close()

    def _round(self, with_cache: bool) -> Iterator[Path | None]:
        """Copy what was not copied as it is now; None for a file that went meanwhile."""
        done, copied = 0, 0
        counted = [path for files in stages(self._root, with_cache=with_cache) for path in files]
        total = len(counted)
        size = max(1, sum(map(_size, counted)))
        for files in stages(self._root, with_cache=with_cache):
            for number, path in enumerate(files):
                total = max(total, done + len(files))  # more may have come meanwhile
                far = min(1.0, copied / size)
                note = f"copying {path.name}"
                self._progress.tick(done + number, total, note, **{OVERALL: far})
                copied += _size(path)
                try:
                    self._take(path)
                except FileNotFoundError:
                    yield None
                else:
                    yield path
            done += len(files)

    def _is_overtaken(self) -> bool:
        """True if another result is in use by now than when that was copied."""
        return any(
            path.name == "current" and stamp(path) != then
            for path, (then, _) in self._taken.items()
        )

    def _take(self, path: Path) -> None:
        name = path.relative_to(self._root).as_posix()
        if not is_harmless(name):
            raise WorkspaceError(
                f"{shown(path)} has a name that other systems cannot hold; rename it, or move it "
                "out of the workspace, and back up again"
            )
        now = stamp(path)
        if now is None:
            raise FileNotFoundError(path)
        if self._has(path, now):
            return
        with contextlib.ExitStack() as stack:
            opened = _at_one_moment(path, self._beside) if is_database(path) else path.open("rb")
            source = stack.enter_context(opened)
            size = os.fstat(source.fileno()).st_size
            hashed = _Hashed(source)
            entry = self._entry(name, size)
            entry.mtime = int(path.stat().st_mtime)
            self._tar.addfile(entry, hashed)
        listed: Json = {"path": entry.name, "bytes": size, "hash": hashed.digest()}
        self._taken[path] = (now, listed)

    def _has(self, path: Path, now: object) -> bool:
        """True for a file that need not be copied again."""
        if path not in self._taken:
            return False
        # what was written to a database last may stand beside it, and its own file be as before
        return _is_large(path) if is_database(path) else self._taken[path][0] == now

    def _add(self, name: str, value: Json) -> None:
        data = json_text(value).encode()
        entry = self._entry(name, len(data))
        entry.mtime = int(time.time())
        self._tar.addfile(entry, io.BytesIO(data))

    def _entry(self, name: str, size: int) -> tarfile.TarInfo:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o644
        return entry


def _size(path: Path) -> int:
    """Bytes of a file; none where it went meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _is_large(path: Path) -> bool:
    """True for a database that is not copied twice, as that of the thumbnails."""
    return path.stat().st_size > _LARGE


class _Hashed(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.blake2b(digest_size=16)

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def digest(self) -> str:
        """The hash of what was read."""
        return self._hash.hexdigest()


@contextlib.contextmanager
def _at_one_moment(path: Path, beside: Path) -> Iterator[BinaryIO]:
    """A copy of a database as it was at one moment, however many write to it."""
    if not path.exists():
        raise FileNotFoundError(path)
    address = f"{path.absolute().as_uri()}?mode=ro"
    with _room(beside) as made:
        copy = made / "copy.sqlite"
        try:
            with (
                contextlib.closing(sqlite3.connect(address, uri=True)) as source,
                contextlib.closing(sqlite3.connect(copy)) as target,
            ):
                source.backup(target)
                (found,) = target.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.Error as error:
            raise WorkspaceError(
                f"{shown(path)} could not be read: {reason(error, path)}"
            ) from error
        if found != "ok":
            raise WorkspaceError(
                f"{shown(path)} is damaged ({found}); restore it from an older backup"
            )
        with copy.open("rb") as file:
            yield file


@contextlib.contextmanager
def _room(beside: Path) -> Iterator[Path]:
    """A folder that is there as long as the block lasts."""
    with folder_in(beside) as made:
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

"""The one place that turns what the disk refused into words: why, and what to do about it.

Everything that reads or writes says it as `reason` does; the command line, the pages and the jobs
say `words` of whatever reaches them.
"""

import errno
import os
import sqlite3
from pathlib import Path

from contrast_engine.errors import ContrastError

UNCHANGED = "what was saved before is unchanged"

FAULTS = (ContrastError, OSError, sqlite3.Error)
"""What `words` has words for: whatever goes wrong that is no defect of ours."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_FAILING = {errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ENOTCONN}

_NOT_PERMITTED = "it is not permitted; check who may read and write there"
_IS_FAILING = "the disk does not answer; check that it is attached and whole, and try again"
_IS_FOLDER = "a folder stands in its place; move that folder away"
_DAMAGED = "the file is damaged; restore it from a backup or move it away"


def words(error: BaseException) -> str:
    """What went wrong, as one of `FAULTS` says it, for a person: what, why, and what to do."""
    if isinstance(error, OSError) and not isinstance(error, ContrastError):
        path = error.filename2 or error.filename
        if isinstance(path, str | bytes | os.PathLike):
            where = Path(os.fsdecode(path))
            return f"{_shown(where)} could not be read or written: {reason(error, where)}"
        return f"a file could not be read or written: {reason(error)}"
    if isinstance(error, sqlite3.Error):
        return f"a log could not be read or written: {reason(error)}"
    return str(error)


def reason(error: OSError | sqlite3.Error, path: Path | None = None) -> str:
    """Why the disk refused, in plain words, and what to do.

    Args:
        error: What the system or SQLite said.
        path: The file or folder it was about.
    """
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, path)
    if is_full(error):
        return _full(path)
    if error.errno in _FORBIDDEN:
        return _NOT_PERMITTED
    if error.errno in _FAILING:
        return _IS_FAILING
    if error.errno == errno.ENAMETOOLONG:
        return "the name is too long for this disk"
    if error.errno == errno.EISDIR:
        return _IS_FOLDER
    if error.errno in {errno.ENOENT, errno.ENOTDIR} and path is not None:
        return _gone(path)
    return (error.strerror or str(error)).lower()


def is_full(error: OSError) -> bool:
    """True if the disk has no room left."""
    return error.errno in _FULL


def _full(path: Path | None) -> str:
    where = f" the disk that holds {_shown(_folder(path))}" if path else " it"
    return f"the disk is full; free some space on{where} and try again"


def _of_sqlite(error: sqlite3.Error, path: Path | None) -> str:
    name, text = getattr(error, "sqlite_errorname", ""), str(error)
    if path is not None and path.is_dir():
        return _IS_FOLDER
    if path is not None and not path.parent.is_dir():
        return _gone(path)
    if name == "SQLITE_FULL" or "full" in text:
        return _full(path)
    if name.startswith("SQLITE_IOERR") or "disk I/O" in text:
        where = f" that holds {_shown(_folder(path))}" if path else ""
        return (
            f"the disk is full or failing; free some space on the disk{where} and check that it "
            "is attached, then try again"
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")):
        return _NOT_PERMITTED
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "another program has held it for too long; close that program and try again"
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return _DAMAGED
    if isinstance(error, sqlite3.OperationalError) and "no such" in text:
        return another_file()
    return text


def another_file() -> str:
    """Why a log is not used that holds other tables than ours, and what to do."""
    return "it is another file than the one that belongs there; put that one back or move it away"


def _gone(path: Path) -> str:
    """Why something is not there: the first folder on the way to it that is missing, or itself."""
    missing = next((f for f in reversed(path.parents) if not f.is_dir()), path)
    return (
        f"{_shown(missing)} is not there any more (deleted, moved, or its disk is not attached); "
        "put it back, or open the collection where it is now"
    )


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _shown(path: str | Path) -> str:
    from contrast_engine.store.collection import shown  # needs numpy, and only faults are worded

    return shown(path)

"""Writing so that a crash at any moment leaves either the old file or the new one."""

import contextlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from contrast_engine.access import need_to_write
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.disk_faults import UNCHANGED
from contrast_engine.store.disk_faults import is_full as is_full
from contrast_engine.store.disk_faults import reason as reason
from contrast_engine.store.half_written import TEMPORARY as TEMPORARY
from contrast_engine.store.half_written import file_in

if TYPE_CHECKING:
    import numpy as np

    from contrast_engine.arrays import Json

MOST_JSON = 2**28
"""Bytes of a JSON file that is read; that of a result of a million images has a tenth."""

OPEN_FILES_STAY = os.name == "nt"
"""True where the system replaces and removes no file that somebody has open just now."""

_WAITS = (0.002, 0.01, 0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries: readers hold a file for milliseconds, a virus scanner for a second."""

Given = TypeVar("Given")


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file as a whole: written aside, flushed to the disk, then renamed.

    Raises:
        WorkspaceError: The disk is full or read-only; the old file is as it was.
    """
    write_chunks(path, (data,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace a file as `write_bytes` does, by what comes piece by piece.

    Raises:
        WorkspaceError: The disk is full or read-only; the old file is as it was.
        NotAllowed: Who this acts for may not.
    """
    need_to_write(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with file_in(path.parent) as (handle, aside):
            try:
                with os.fdopen(handle, "wb") as file:
                    file.writelines(chunks)
                    file.flush()
                    os.fsync(file.fileno())
                aside.chmod(0o644)
                patiently(lambda: aside.replace(path))
            except BaseException:
                with contextlib.suppress(OSError):
                    aside.unlink()
                raise
        flush_folder(path.parent)
    except OSError as error:
        raise WorkspaceError(
            f"{path} could not be written: {reason(error, path)}; {UNCHANGED}"
        ) from error


def patiently(act: Callable[[], Given]) -> Given:
    """What an act on a file gives; tried for a second where open files are in its way.

    Raises:
        OSError: It failed to the end, or for another reason.
    """
    for seconds in _WAITS if OPEN_FILES_STAY else ():
        try:
            return act()
        except PermissionError:
            time.sleep(seconds)
    return act()


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, where the system offers it."""
    if not hasattr(os, "O_DIRECTORY"):
        return  # Windows opens no folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def json_text(value: Any) -> str:
    """The one JSON text of a value: sorted keys, ASCII, numpy numbers as numbers.

    Raises:
        ValueError: The value holds NaN or infinity, which JSON has no word for.
    """
    return json.dumps(value, sort_keys=True, allow_nan=False, default=_plain)


def write_json(path: Path, value: "Json") -> None:
    """Replace a JSON file as a whole.

    Raises:
        WorkspaceError: The disk is full or read-only; the old file is as it was.
    """
    write_bytes(path, json_text(value).encode() + b"\n")


def read_json(path: Path) -> "Json | None":
    """The JSON object in a file, or None where there is none or it is damaged."""
    try:
        if path.stat().st_size > MOST_JSON:
            return None
        value = json.loads(patiently(path.read_bytes))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def read_whole(path: Path) -> bytes:
    """The content of a file.

    Raises:
        WorkspaceError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{path} could not be read: {reason(error, path)}") from error


def write_array(path: Path, array: "np.ndarray[Any, np.dtype[Any]]") -> None:
    """Replace an .npy file as a whole.

    Raises:
        WorkspaceError: The disk is full or read-only; the old file is as it was.
    """
    import numpy as np

    whole = io.BytesIO()
    np.save(whole, array, allow_pickle=False)
    write_bytes(path, whole.getvalue())


_NO_ARRAY = (
    OSError, ValueError, EOFError, TypeError, OverflowError, RecursionError, MemoryError,
    SyntaxError,
)  # fmt: skip


def read_array(path: Path, *, is_mapped: bool = False) -> "np.ndarray[Any, np.dtype[Any]] | None":
    """The array in an .npy file, or None where there is none or it is damaged; never a pickle.

    Args:
        path: The file, which may be somebody else's: an archive, or a header that lies, is none.
        is_mapped: Read rows when they are asked for.
    """
    import tokenize

    import numpy as np

    try:
        with path.open("rb") as file:
            if file.read(6) != b"\x93NUMPY":  # else an archive would be opened as one
                return None
        found: np.ndarray[Any, np.dtype[Any]] = np.load(
            path, mmap_mode="r" if is_mapped else None, allow_pickle=False
        )
    except (*_NO_ARRAY, tokenize.TokenError):
        return None
    return found


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes whenever the file is replaced, or None without a file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@contextlib.contextmanager
def locked(path: Path, busy: str, timeout: float = 10.0) -> Iterator[None]:
    """Hold a lock that the system itself releases when this process dies.

    Another thread of this process waits for it as another process does.

    Args:
        path: The lock file; it stays behind, empty.
        busy: The message when someone else holds it for the whole `timeout`.
        timeout: Seconds to wait.

    Raises:
        WorkspaceError: Someone else holds the lock, or the file cannot be made.
    """
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # a lock of its own for every call, so that threads exclude each other too
        lock = FileLock(path, thread_local=False)
        lock.acquire(timeout, poll_interval=0.03)
    except Timeout:
        raise WorkspaceError(busy) from None
    except OSError as error:
        raise WorkspaceError(f"{path} could not be written: {reason(error, path)}") from error
    try:
        yield
    finally:
        lock.release()


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numbers and arrays of numpy, which is not loaded for this
        return value.tolist()
    if isinstance(value, Sequence):  # of ids
        return list(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")

"""Files that say that a process lives: the system itself lets go of them when it dies."""

import contextlib
from pathlib import Path

from filelock import FileLock, Timeout


class Held:
    """A file that is held until it is closed, or the process ends.

    Args:
        path: The file; made here, removed when it is closed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path, thread_local=False)
        self._lock.acquire(timeout=1)

    def close(self) -> None:
        """Let go of it, and remove it."""
        self._lock.release()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """True while a living process holds a file."""
    if not path.exists():
        return False
    lock = FileLock(path, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False

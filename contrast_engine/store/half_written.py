"""Files and folders on their way: named so that nothing reads them, held so that others see it.

While its writer lives, the system keeps a lock on what is half-written, and lets go of it when
the process ends, however that is. So what a killed process left is told at once from what a living
one is writing.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

TEMPORARY = ".writing-"
"""Files of this prefix are half-written: nothing ever reads them."""

HELD = f"{TEMPORARY}held-"
"""Those that are locked while they are written."""

IS_HELD = os.name == "posix"
"""Whether they are: on Windows an open file cannot be renamed."""

_TRIES = 20


@contextlib.contextmanager
def file_in(folder: Path) -> Iterator[tuple[int, Path]]:
    """A new file, open, for what is renamed in the end; whoever takes it closes and removes it.

    Raises:
        OSError: It cannot be made.
    """
    for _ in range(_TRIES):
        handle, name = tempfile.mkstemp(prefix=HELD if IS_HELD else TEMPORARY, dir=folder)
        if not IS_HELD or _holds(handle, Path(name)):
            break
        os.close(handle)
    if not IS_HELD:
        yield handle, Path(name)
        return
    hold = os.dup(handle)  # until it is renamed, also where the file itself is closed before
    try:
        yield handle, Path(name)
    finally:
        os.close(hold)


@contextlib.contextmanager
def folder_in(folder: Path) -> Iterator[Path]:
    """A new folder for what is renamed in the end; whoever takes it removes it.

    Raises:
        OSError: It cannot be made.
    """
    if not IS_HELD:
        yield Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
        return
    for _ in range(_TRIES):
        made = Path(tempfile.mkdtemp(prefix=HELD, dir=folder))
        handle = os.open(made, os.O_RDONLY)
        if _holds(handle, made):
            break
        os.close(handle)
    try:
        yield made
    finally:
        os.close(handle)


@contextlib.contextmanager
def if_left(path: Path) -> Iterator[bool | None]:
    """Whether no living process writes this; nobody can begin to while the block lasts.

    None where the system does not say: it holds no locks here, or there is nothing any more.
    """
    if not IS_HELD or not path.name.startswith(HELD) or path.is_symlink():
        yield None
        return
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        yield None
        return
    try:
        try:
            is_left: bool | None = _is_taken(handle)
        except OSError:
            is_left = None
        yield is_left
    finally:
        os.close(handle)


def _holds(handle: int, path: Path) -> bool:
    """False where somebody who tidies up was faster; true also where there are no locks."""
    try:
        if not _is_taken(handle):
            return False
    except OSError:
        return True
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _is_taken(handle: int) -> bool:
    """Whether the lock of an open file is now held through it.

    Raises:
        OSError: There are no locks here.
    """
    from filelock import lock_descriptor

    return lock_descriptor(handle, blocking=False)

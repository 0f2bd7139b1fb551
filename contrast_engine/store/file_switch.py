"""Several small files replaced together: after a crash all are as before or all as wanted.

A journal says first what is to be done, then it is done, then the journal goes. Whoever opens the
workspace next does what an interrupted switch still had to do.
"""

from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from contrast_engine.arrays import Json
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import (
    flush_folder,
    read_json,
    read_whole,
    write_bytes,
    write_json,
)

JOURNAL = "switching.json"

Done = Callable[[Json], object]
"""What is told once all files are replaced; told again after a crash, so it must bear that."""


def copied(root: Path, names: Iterable[str], into: Path) -> None:
    """Keep the files of these names as they are now; one that is not there is kept as absent.

    Args:
        root: Where they lie.
        names: Relative to it.
        into: The folder that is to hold the copies.

    Raises:
        WorkspaceError: One cannot be read, or the disk is full.
    """
    for name in names:
        source, copy = root / name, into / name
        if source.exists():
            write_bytes(copy, read_whole(source))
        else:
            copy.unlink(missing_ok=True)


def is_same(root: Path, kept: Path, name: str) -> bool:
    """True where a file is, byte for byte, as the copy in `kept`, or neither is there."""
    one, other = root / name, kept / name
    if one.exists() != other.exists():
        return False
    return not one.exists() or read_whole(one) == read_whole(other)


def switch(root: Path, kept: Path, names: Iterable[str], event: Json, done: Done) -> None:
    """Replace the files of these names by those in a folder, all or none.

    Args:
        root: Where they lie.
        kept: A folder inside `root` with the files as wanted; one that is not there is removed.
        names: Relative to both.
        event: What is told to `done`, and kept in the journal until then.
        done: Told once the files are replaced.

    Raises:
        WorkspaceError: The disk is full or read-only. The next use of `finish` goes on.
    """
    journal = {"kept": kept.relative_to(root).as_posix(), "names": sorted(names), "event": event}
    write_json(root / JOURNAL, journal)
    finish(root, done)


def is_interrupted(root: Path) -> bool:
    """True while a switch is under way, or was when its process died."""
    return (root / JOURNAL).exists()


def finish(root: Path, done: Done) -> None:
    """Do what a switch has still to do; nothing where none is under way.

    Raises:
        WorkspaceError: As `switch`; or the journal is none of ours: whoever made the workspace
            could have any file of this computer replaced by it. Nothing is done then.
    """
    journal = read_json(root / JOURNAL)
    if journal is None:
        return
    if not _is_ours(journal):
        raise WorkspaceError(
            f"{root / JOURNAL} is not followed: it names files that no decision replaces; "
            "delete that one file"
        )
    kept = root / journal["kept"]
    for name in journal["names"]:
        if is_same(root, kept, name):
            continue
        if (kept / name).exists():
            write_bytes(root / name, read_whole(kept / name))
        else:
            (root / name).unlink(missing_ok=True)
            flush_folder((root / name).parent)
    done(journal["event"])
    (root / JOURNAL).unlink(missing_ok=True)
    flush_folder(root)


def _is_ours(journal: Json) -> bool:
    """Whether a journal names nothing but files in the workspace, and says what was decided."""
    names, event = journal.get("names"), journal.get("event")
    return (
        isinstance(names, list)
        and all(map(_is_inside, [*names, journal.get("kept")]))
        and isinstance(event, dict)
        and isinstance(event.get("who"), str)
        and isinstance(event.get("token"), str)
        and isinstance(event.get("body"), dict)
        and isinstance(event["body"].get("what"), str)
        and isinstance(event.get("switched", {}), dict)
        and all(
            isinstance(one, list) and len(one) == 2 for one in event.get("switched", {}).values()
        )
    )


def _is_inside(name: object) -> bool:
    """Whether something is the name of a file below a folder, whatever the system."""
    if not isinstance(name, str) or not name or any(mark in name for mark in "\\:\0"):
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts

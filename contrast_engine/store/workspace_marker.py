"""The one small file that makes a folder a workspace."""

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import TEMPORARY, locked, read_json, reason, write_json

if TYPE_CHECKING:
    from contrast_engine.arrays import Json

FORMAT = 2
"""Version of the folder's layout; a higher one is refused."""

WHOLE = 1
"""The layout in which every table is one file, as versions of before read it: a new folder's."""

PARTED = 2
"""The layout in which tables have parts beside them."""

MARK = "workspace.json"

READING = "reading"
"""The key of the reading options that are not as usual; absent where all are."""

SINCE = "since"
"""The key of the days on which sources were added."""

HOME = "home"
"""The key of where the folder lay when it was given its id: its path, and its inode."""

MOST_ROOTS = 100_000
"""Sources of one collection; a mark that names more is damaged, or was made to keep us busy."""

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")

_OWN = {"images.parquet", "labels.sqlite", "jobs"}
"""A folder that holds one of these was a workspace, even if its mark was deleted."""


def is_workspace(folder: str | Path) -> bool:
    """True if this folder is a workspace."""
    try:
        return Path(folder, MARK).is_file()
    except (OSError, ValueError):  # not ours to look into, or no name of a folder at all
        return False


def read_mark(root: Path) -> "Json":
    """What the mark says: format, id and roots.

    Raises:
        WorkspaceError: It is damaged or gone, or of a newer format.
    """
    facts = read_json(root / MARK) or {}
    if not _is_whole(facts):
        raise WorkspaceError(_fault_of_mark(root))
    if facts["format"] > FORMAT:
        raise WorkspaceError(
            f"{_shown(root)} was made by a newer version (format {facts['format']}, this one reads "
            f"{FORMAT}); update contrast-engine"
        )
    return facts


def _is_whole(facts: "Json") -> bool:
    """Whether a mark says what it must, each in its own type: it may be somebody else's."""
    roots, since, layout = facts.get("roots", []), facts.get(SINCE, {}), facts.get("format")
    return (
        type(layout) is int
        and layout > 0
        and isinstance(facts.get("id"), str)
        and _ID.fullmatch(facts["id"]) is not None
        and isinstance(roots, list)
        and len(roots) <= MOST_ROOTS
        and all(isinstance(one, str) and "\0" not in one for one in roots)
        and isinstance(since, dict)
        and isinstance(facts.get(READING, {}), dict)
    )


def raise_format(root: Path, layout: int) -> None:
    """Have programs that do not know a layout refuse this workspace, with words.

    Raises:
        WorkspaceError: The mark is damaged, or cannot be written.
    """
    if read_mark(root)["format"] >= layout:
        return
    with locked(root / "locks" / "workspace.lock", f"another process is working in {_shown(root)}"):
        facts = read_mark(root)
        if facts["format"] < layout:
            write_json(root / MARK, {**facts, "format": layout})


def has_id(root: Path, known: str) -> bool:
    """Whether a workspace of this id lies there now."""
    try:
        return is_workspace(root) and read_mark(root)["id"] == known
    except WorkspaceError:  # damaged: nothing of it is served
        return False


def home_of(root: Path) -> "Path | None":
    """Where the workspace lay that was given this id, as its mark says; None where it does not.

    A copy says where its original lies. Whoever made it could have named any place: it is to be
    looked at only where we look anyway.

    Raises:
        WorkspaceError: The mark is damaged.
    """
    named = _home(read_mark(root)).get("path", "")
    is_local = isinstance(named, str) and not named.startswith(("//", "\\\\")) and "\0" not in named
    return Path(named) if is_local and named and Path(named).is_absolute() else None


def is_at_home(root: Path) -> bool:
    """Whether a workspace lies where it was given its id, or is that very folder, moved.

    Raises:
        WorkspaceError: The mark is damaged.
    """
    facts, here = _home(read_mark(root)), _here(root)
    is_same_folder = bool(facts.get("inode")) and facts.get("inode") == here["inode"]
    return facts.get("path") == here["path"] or is_same_folder


def _home(facts: "Json") -> "Json":
    found = facts.get(HOME)
    return found if isinstance(found, dict) else {}


def _here(root: Path) -> "Json":
    """What a mark says of where its folder lies."""
    return {"path": str(root.resolve()), "inode": root.stat().st_ino}


def renew_id(root: Path, original: Path) -> None:
    """Write an id of its own into a copy of another workspace, so that no address means both.

    Raises:
        WorkspaceError: The mark is damaged, or cannot be written.
    """
    busy = f"another process is working in {_shown(root)}"
    try:
        with locked(root / "locks" / "workspace.lock", busy):
            facts = read_mark(root)
            if facts["id"] == read_mark(original)["id"]:
                write_json(root / MARK, {**facts, "id": secrets.token_hex(4), HOME: _here(root)})
    except (OSError, WorkspaceError) as error:
        raise WorkspaceError(
            f"{_shown(root)} is a copy of {_shown(original)} under the same id, and could not be "
            f"given one of its own ({error}); open it where it can be written, or move the other"
        ) from error


def _fault_of_mark(root: Path) -> str:
    """Why the mark says nothing, and what to do."""
    mark = root / MARK
    try:
        mark.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        if not root.is_dir():
            return (
                f"the collection {_shown(root)} is not there any more (deleted, moved, or its disk "
                "is not attached); nothing can be saved in it: put it back, or open it where it "
                "is now"
            )
        what = "is gone; open the folder"
    except OSError as error:
        return f"{_shown(mark)} could not be read: {reason(error, mark)}"
    else:
        what = "is damaged; delete that one file"
    return f"{_shown(mark)} {what} and scan again: images, labels and results stay"


def make_mark(root: Path) -> None:
    """Make the folder and its mark where there is none yet; check it where there is one.

    Raises:
        WorkspaceError: The folder holds something else, is of a newer format, or cannot be
            written.
    """
    mark = root / MARK
    try:
        if mark.exists():
            read_mark(root)
            return
        root.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in root.iterdir() if not path.name.startswith(TEMPORARY)}
    except OSError as error:
        raise WorkspaceError(
            f"no workspace can be made at {_shown(root)}: {reason(error, root)}"
        ) from error
    if names - {"locks"} and not names & {MARK, *_OWN}:  # another process may have made it just now
        raise WorkspaceError(
            f"{_shown(root)} is a folder with other files, not a workspace; "
            "name a new folder for the workspace"
        )
    with locked(root / "locks" / "workspace.lock", f"another process is making {_shown(root)}"):
        if not mark.exists():
            own = {"id": secrets.token_hex(4), HOME: _here(root)}
            write_json(mark, {"format": WHOLE, **own, "roots": []})
    read_mark(root)


def _shown(path: str | Path) -> str:
    from contrast_engine.store.collection import shown  # needs numpy, and only faults are worded

    return shown(path)

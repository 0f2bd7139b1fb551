"""A workspace is folders and files of its own: no way out of it, nothing that is neither."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.errors import WorkspaceError
from contrast_engine.store import confirmed_roots
from contrast_engine.store.disk_faults import reason

_DEEP = 4
"""Folders within each other that a workspace has."""

_NOT_OURS = ("imports",)
"""Below these lie photographs, which are held to their place when they are opened."""

_looked_at: dict[str, object] = {}


def check_own(root: Path, may_lead_to: Iterable[str] = ()) -> None:
    """Refuse a folder in which a link leads out of it, or something is neither folder nor file.

    Whoever makes a workspace could otherwise have another person's program write or wait elsewhere.
    What somebody changes in it while it is open is not seen; they can write there anyway.

    Args:
        root: The folder of the workspace.
        may_lead_to: Where links may lead, as this person confirmed.

    Raises:
        WorkspaceError: There is such a thing.
    """
    try:
        status = root.stat()
    except (OSError, ValueError):
        return  # whoever goes on finds no folder there
    mark = status.st_dev, status.st_ino, status.st_mtime_ns
    if _looked_at.get(os.fspath(root)) == mark:
        return
    home = root.resolve()
    for entry in _entries(root):
        _check(entry, root, [home, *map(Path, may_lead_to)])
    _looked_at[os.fspath(root)] = mark


def links_out(root: Path) -> list[str]:
    """Where links in a workspace lead out of it."""
    home = root.resolve()
    found = (Path(entry.path).resolve() for entry in _entries(root) if entry.is_symlink())
    return sorted({os.fspath(one) for one in found if not one.is_relative_to(home)})


def trust_links(root: str | Path) -> list[str]:
    """Confirm where links in a workspace lead, for this person on this computer.

    Args:
        root: The folder of the workspace.

    Returns:
        Where they lead.
    """
    need(Act.OPEN)
    home = Path(root).expanduser().absolute()
    found = links_out(home)
    confirmed_roots.confirm(links_of(home), found)
    return found


def links_of(root: Path) -> str:
    """Under which name it is remembered where links in a folder may lead."""
    return f"links of {root}"


def _entries(folder: Path, deep: int = 1) -> "Iterator[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                yield entry
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder and deep < _DEEP and not (deep == 1 and entry.name in _NOT_OURS):
                    yield from _entries(Path(entry.path), deep + 1)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return  # removed meanwhile, or closed to us as well


def _check(entry: "os.DirEntry[str]", root: Path, inside: list[Path]) -> None:
    from contrast_engine.store.image_file import shown  # needs numpy, and only faults are worded

    name = shown(os.path.relpath(entry.path, root))
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve()
        except (OSError, RuntimeError) as error:
            why = reason(error) if isinstance(error, OSError) else "it goes in a circle"
            raise WorkspaceError(
                f"{shown(root)} is not opened: {name} in it is a link that leads nowhere ({why}); "
                "remove the link"
            ) from error
        if not any(target.is_relative_to(folder) for folder in inside):
            raise WorkspaceError(
                f"{shown(root)} is not opened: {name} in it is a link that leads out of the "
                f"collection, to {shown(target)}; remove the link, or, if it is yours, say so: "
                f"contrast doctor {shown(root)} --trust-roots"
            )
    elif not entry.is_file(follow_symlinks=False) and not entry.is_dir(follow_symlinks=False):
        raise WorkspaceError(
            f"{shown(root)} is not opened: {name} in it is neither a file nor a folder (a pipe, a "
            "socket or a device); remove it"
        )

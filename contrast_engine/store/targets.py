"""Files that people name to be written to: in a folder that is there, and not over another."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.store.collection import shown

if TYPE_CHECKING:
    from contrast_engine.store.workspace import Workspace

_WRITTEN = {".csv", ".jsonl", ".parquet", ".html", ".htm", ".md", ".pdf", ".zip"}
"""Endings of what people may have written into the folder of a collection, and replace."""


def checked_target(
    path: str | Path, *, overwrite: bool = True, of: "Workspace | None" = None
) -> Path:
    """The file to write to, as a full path.

    Args:
        path: As it was named.
        overwrite: Whether a file that is there may be replaced.
        of: The collection that it is made from, whose own files and sources always stay.

    Raises:
        OptionError: It is a folder, the folder is not there, or the file is and is to stay.
    """
    target = Path(path).expanduser().absolute()
    if target.is_dir():
        raise OptionError(f"{shown(target)} is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OptionError(
            f"there is no folder {shown(target.parent)} to write to; make it first or name another"
        )
    if not overwrite and is_taken(target):
        raise OptionError(
            f"{shown(target)} is there already and stays as it is; name another file, or replace "
            "it (--overwrite)"
        )
    if of is not None and is_taken(target):
        _spare(target, of)
    return target


def _spare(target: Path, workspace: "Workspace") -> None:
    """Refuse to replace what a collection consists of."""
    place, root = target.resolve(), workspace.root.resolve()
    if place.is_relative_to(root):
        folder, *inside = place.relative_to(root).parts
        is_own = folder != "report" if inside else place.suffix.lower() not in _WRITTEN
        if is_own or folder == "images.parquet":
            raise OptionError(
                f"{shown(target)} is a file of the collection itself; name one outside its folder"
            )
    if place in {Path(source).resolve() for source in workspace.roots} or _is_image(
        target, workspace
    ):
        raise OptionError(
            f"{shown(target)} is one of the files that were scanned, and stays; name another"
        )


def _is_image(target: Path, workspace: "Workspace") -> bool:
    try:
        workspace.images.find(target)
    except UnknownName:
        return False
    return True


def is_taken(path: str | Path) -> bool:
    """True if something of that name is there, a link that leads nowhere too."""
    return os.path.lexists(Path(path).expanduser())

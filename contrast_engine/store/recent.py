"""The collections that this person opened last."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from contrast_engine.data_folder import data_folder
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import read_json, write_json
from contrast_engine.store.workspace_marker import is_workspace

REMEMBERED = 12
"""So many collections that were opened are kept in mind."""


def recent_collections() -> tuple[Path, ...]:
    """The folders of the collections opened last, newest first; only those still there."""
    return tuple(folder for folder in _known() if is_workspace(folder))


def remember_collection(root: Path) -> None:
    """Put a collection first among those opened last.

    Where that cannot be written, it is not remembered: nobody asked for it, and nothing is lost.
    """
    known = _known()
    if known[:1] == [root]:
        return
    kept: Sequence[Path] = [root, *(one for one in known if one != root)][:REMEMBERED]
    with contextlib.suppress(WorkspaceError, OSError):
        data_folder().mkdir(parents=True, exist_ok=True)
        write_json(_file(), {"collections": [os.fspath(one) for one in kept]})


def _known() -> list[Path]:
    named = (read_json(_file()) or {}).get("collections", [])
    return [Path(str(one)) for one in named] if isinstance(named, list) else []


def _file() -> Path:
    return data_folder() / "recent.json"

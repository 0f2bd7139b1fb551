"""The folders and files that this person added photographs from last."""

import contextlib
import os
from pathlib import Path

from contrast_engine.data_folder import data_folder
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import read_json, write_json

REMEMBERED = 12
"""So many places are kept in mind."""


def recent_places() -> tuple[Path, ...]:
    """The places named last, newest first; only those still there."""
    return tuple(place for place in _known() if place.exists())


def remember_place(place: Path) -> None:
    """Put a place first among those named last.

    Where that cannot be written, it is not remembered: nobody asked for it, and nothing is lost.
    """
    known = _known()
    kept = [place, *(one for one in known if one != place)][:REMEMBERED]
    if kept == known:
        return
    with contextlib.suppress(WorkspaceError, OSError):
        data_folder().mkdir(parents=True, exist_ok=True)
        write_json(_file(), {"places": [os.fspath(one) for one in kept]})


def _known() -> list[Path]:
    named = (read_json(_file()) or {}).get("places", [])
    return [Path(str(one)) for one in named] if isinstance(named, list) else []


def _file() -> Path:
    return data_folder() / "places.json"

"""The folder beside a report in Markdown: its pictures and charts, and which of them are ours."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.steps.output.destination import ABOUT, MADE_BY
from contrast_engine.store.atomic_files import read_json, write_bytes, write_json
from contrast_engine.store.collection import shown
from contrast_engine.store.disk_faults import reason
from contrast_engine.store.leftovers import remove_leftovers


def write_folder(folder: Path, files: Mapping[str, bytes]) -> int:
    """Write the files of a report, and take away what the report before left of its own.

    A file that somebody put there, or changed since, stays. `contrast.json` says which are ours.

    Args:
        folder: Beside the report; made where there is none.
        files: Content by name.

    Returns:
        The bytes of all that belongs to the report.

    Raises:
        WorkspaceError: It cannot be made or written.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"{shown(folder)} for the pictures of the report could not be made: "
            f"{reason(error, folder)}; name another file"
        ) from error
    remove_leftovers(folder)
    before = _written_before(folder)
    now = {name: _digest(data) for name, data in files.items()}
    # those of before are listed until they are gone, also where this is broken off
    write_json(folder / ABOUT, {"made_by": MADE_BY, "files": {**before, **now}})
    for name, data in files.items():
        write_bytes(folder / name, data)
    for name in before.keys() - now.keys():
        _remove(folder / name, before[name])
    write_json(folder / ABOUT, {"made_by": MADE_BY, "files": now})
    return sum(map(len, files.values())) + (folder / ABOUT).stat().st_size


def _written_before(folder: Path) -> dict[str, str]:
    """The digest of each file that a report wrote into a folder, by its name."""
    about = read_json(folder / ABOUT) or {}
    files = about.get("files")
    if about.get("made_by") != MADE_BY or not isinstance(files, dict):
        return {}
    return {name: str(said) for name, said in files.items() if name == Path(name).name != ABOUT}


def _remove(path: Path, digest: str) -> None:
    try:
        if not path.is_symlink() and _digest(path.read_bytes()) == digest:
            path.unlink()
    except OSError:
        return  # it is gone, or stays: the report does not show it


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

"""The curation record: the script, and what people said, as files in a folder."""

from collections.abc import Mapping
from pathlib import Path

from contrast_engine.reproduce.plan import Plan, plan
from contrast_engine.reproduce.script import script
from contrast_engine.reproduce.versions import versions
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.workspace import Workspace

SCRIPT = "rebuild.sh"


def write_record(found: Plan, made_with: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """The files that were written: the script, then what it reads.

    Raises:
        WorkspaceError: They could not be written.
    """
    target = folder / SCRIPT
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(target, script(found, made_with, files_beside=True))
    return (target, *write_files(found.files, folder))


def script_of(workspace: Workspace) -> bytes:
    """The script that makes the results in use again, with all that it reads in it."""
    return script(plan(workspace), versions())


def write_files(files: Mapping[str, bytes], folder: Path) -> tuple[Path, ...]:
    """The files of the record, written into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(path, data)
        written.append(path)
    return tuple(written)

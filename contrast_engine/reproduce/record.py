"""The curation record: the script, and what people said, as files in a folder."""

from collections.abc import Mapping
from pathlib import Path

from contrast_engine.reproduce.plan import Plan
from contrast_engine.reproduce.script import script
from contrast_engine.store.atomic_files import write_bytes

SCRIPT = "rebuild.sh"


def write_record(plan: Plan, versions: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """The files that were written: the script, then what it reads.

    Raises:
        WorkspaceError: They could not be written.
    """
    target = folder / SCRIPT
    folder.mkdir(parents=True, exist_ok=True)
    write_bytes(target, script(plan, versions, files_beside=True))
    return (target, *write_files(plan.files, folder))


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

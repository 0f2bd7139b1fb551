"""Where an export goes: one file, a folder or a zip, of which all appears or nothing."""

import contextlib
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import flush_folder, patiently, read_json
from contrast_engine.store.collection import shown
from contrast_engine.store.disk_faults import UNCHANGED, reason
from contrast_engine.store.half_written import file_in, folder_in
from contrast_engine.store.leftovers import BEFORE, remove_leftovers
from contrast_engine.store.targets import checked_target, is_taken

ABOUT = "contrast.json"
"""In every folder and zip: what wrote it, from what, and which images were left out."""

MADE_BY = "contrast-engine"

_OF_FILES = {".csv", ".parquet", ".json", ".jsonl", ".html", ".txt"}
"""Endings that nobody gives to a folder."""


class Destination:
    """Takes files by name, one after another, each in pieces."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.names: list[str] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a file; slashes in its name are folders."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing more comes."""


class FileDestination(Destination):
    """One file; `path` is where to write it."""

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write it, whatever it is called."""
        with self.path.open("wb") as file:
            file.writelines(pieces)


class FolderDestination(Destination):
    """A folder of files."""

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write a file into the folder."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            file.writelines(pieces)
        self.names.append(name)


class ZipDestination(Destination):
    """The same files in a zip; the same files give the same bytes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._packed = zipfile.ZipFile(path, "w")  # stored: photographs are compressed already

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Put a file into the zip."""
        with self._packed.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
        self.names.append(name)

    def close(self) -> None:
        """Write the list of what is in it."""
        self._packed.close()


def checked_destination(
    path: str | Path, ending: str, *, overwrite: bool, of: Workspace | None = None
) -> Path:
    """Where to write to, as a full path, after everything that can be refused was.

    Args:
        path: As it was named.
        ending: Of the one file; "" for a folder or a .zip.
        overwrite: Whether what is there is replaced; of folders only what an export wrote.
        of: The collection that it is made from, whose own files and sources always stay.

    Raises:
        OptionError: It cannot or must not be written there.
    """
    target, suffix = Path(path).expanduser().absolute(), Path(path).suffix.lower()
    if ending and suffix != ending:
        raise OptionError(f"{shown(target.name)} must end in {ending}: this format is one file")
    if ending or suffix == ".zip":
        return checked_target(target, overwrite=overwrite, of=of)
    if suffix in _OF_FILES:
        raise OptionError(
            f"{shown(target.name)} is the name of a file; this format writes a folder, or a .zip "
            "of it"
        )
    if not target.parent.is_dir():
        raise OptionError(
            f"there is no folder {shown(target.parent)} to write to; make it first or name another"
        )
    if is_taken(target) and not _is_empty(target):
        _may_replace(target, overwrite)
    return target


@contextlib.contextmanager
def written_whole(target: Path, ending: str, about: Json) -> Iterator[Destination]:
    """Takes the files of an export; they appear when the block ends well, else nothing does.

    Args:
        target: As `checked_destination` gave it.
        ending: Of the one file; "" for a folder or a .zip.
        about: What is written down in folders and zips at the end; filled in the meantime.

    Raises:
        WorkspaceError: It could not be written; what was there is as it was.
    """
    remove_leftovers(target.parent)
    try:
        if ending or target.suffix.lower() == ".zip":
            with _one_file(target, ending, about) as to:
                yield to
        else:
            with _folder(target, about) as to:
                yield to
    except OSError as error:
        raise WorkspaceError(
            f"{shown(target)} could not be written: {reason(error, target)}; {UNCHANGED}"
        ) from error


@contextlib.contextmanager
def _one_file(target: Path, ending: str, about: Json) -> Iterator[Destination]:
    with file_in(target.parent) as (handle, aside):
        os.close(handle)
        yield from _into_file(aside, target, ending, about)
    flush_folder(target.parent)


def _into_file(aside: Path, target: Path, ending: str, about: Json) -> Iterator[Destination]:
    try:
        to = FileDestination(aside) if ending else ZipDestination(aside)
        try:
            yield to
            if not ending:
                _say(to, about)
        finally:
            to.close()
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.chmod(0o644)
        patiently(lambda: aside.replace(target))
    except BaseException:
        with contextlib.suppress(OSError):
            aside.unlink()
        raise


@contextlib.contextmanager
def _folder(target: Path, about: Json) -> Iterator[Destination]:
    with folder_in(target.parent) as aside:
        try:
            to = FolderDestination(aside)
            yield to
            _say(to, about)
            aside.chmod(0o755)
            _swap(aside, target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    flush_folder(target.parent)


def _say(to: Destination, about: Json) -> None:
    said = {**about, "made_by": MADE_BY, "files": len(to.names) + 1}
    to.add(ABOUT, [json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"])


def _swap(aside: Path, target: Path) -> None:
    """Put a whole folder where an empty one, one of before, or none is."""
    if not is_taken(target):
        patiently(lambda: aside.rename(target))
        return
    with folder_in(target.parent) as before:
        try:
            patiently(lambda: target.rename(before / BEFORE))
            try:
                patiently(lambda: aside.rename(target))
            except OSError:
                (before / BEFORE).rename(target)
                raise
        finally:
            shutil.rmtree(before, ignore_errors=True)


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())


def _may_replace(target: Path, overwrite: bool) -> None:
    """Refuse to replace what was not asked to be replaced, or what no export wrote."""
    about = read_json(target / ABOUT) if target.is_dir() and not target.is_symlink() else None
    if about is None or about.get("made_by") != MADE_BY:
        raise OptionError(f"{shown(target)} is there already, and no export wrote it; name another")
    if not overwrite:
        raise OptionError(
            f"{shown(target)} is there already and stays as it is; name another folder, or replace "
            "it (--overwrite)"
        )
    files = sum(path.is_file() or path.is_symlink() for path in target.rglob("*"))
    if files != about.get("files"):
        raise OptionError(
            f"{shown(target)} holds {files:,} files, and the export wrote {about.get('files')}; "
            "move yours elsewhere, or name another folder"
        )

"""Zip archives: unpacked once into the workspace, trusting nothing they say."""

import contextlib
import dataclasses
import hashlib
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import is_full, patiently, read_json, reason, write_json
from contrast_engine.store.collection import shown
from contrast_engine.store.file_names import holdable
from contrast_engine.store.sources.finding import LARGEST_FILE, Search
from contrast_engine.store.sources.folders import is_passed_over, walk

MOST_FILES = 1_000_000
LARGEST_GROWTH = 100
"""An archive may unpack to this many times its size (or to `SMALL`): images barely compress."""

SMALL = 1 << 30
SPARE = 100 << 20
"""Bytes that must stay free on the disk."""

_BLOCK = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, RuntimeError,
    ValueError, OverflowError,
)  # fmt: skip


@dataclass
class _Unpacking:
    """What became of the entries of one archive."""

    problems: dict[str, str]
    ignored: list[str]
    renamed: dict[str, str]


def is_archive(path: str) -> bool:
    """True for a zip, by name or by content."""
    if path.lower().endswith(".zip"):
        return True
    with contextlib.suppress(OSError), Path(path).open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
    return False


def unpack(archive: str, imports: Path, found: Search, heartbeat: Callable[[str], None]) -> None:
    """Take in the images of a zip, unpacking it unless that was done before.

    Entries that are encrypted, damaged, links or named to land elsewhere are problems.

    Raises:
        WorkspaceError: The disk has no room for them.
    """
    try:
        folder = imports / digest_of(archive, imports)
        record = folder.with_suffix(".json")
        done = read_json(record) if folder.is_dir() else None
        if done is None:
            heartbeat(f"unpacking {shown(Path(archive).name)}")
            outcome = _unpacked(archive, folder, heartbeat)
            done = dataclasses.asdict(outcome)
            write_json(record, done)
    except _DAMAGED as error:
        found.refuse(archive, archive, f"{shown(Path(archive).name)}: {_damage(error)}")
        return
    except OSError as error:
        why = f"{shown(archive)} cannot be unpacked: {reason(error)}"
        if is_full(error):
            raise WorkspaceError(why) from error
        found.refuse(archive, archive, why)
        return
    for name, why in done["problems"].items():
        found.refuse(f"{archive}/{name}", archive, why)
    for name in done["ignored"]:
        found.ignore(f"{archive}/{name}")
    for name, new in done.get("renamed", {}).items():
        found.renamed[shown(f"{archive}/{name}")] = shown(new)
    walk(str(folder), archive, found, heartbeat)


def digest_of(archive: str, imports: Path) -> str:
    """The name of a file by its content; it is only read when its size or date changed."""
    status = Path(archive).stat()
    mark = [status.st_size, status.st_mtime_ns]
    index = imports / "index.json"
    known = read_json(index) or {}
    if known.get(archive, [None])[:2] == mark:
        return str(known[archive][2])
    digest = hashlib.blake2b(digest_size=8)
    with Path(archive).open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    write_json(index, {**known, archive: [*mark, digest.hexdigest()]})
    return digest.hexdigest()


def _unpacked(archive: str, folder: Path, heartbeat: Callable[[str], None]) -> _Unpacking:
    part = folder.with_suffix(".part")
    for leftover in (part, folder):
        if leftover.exists():
            shutil.rmtree(leftover)
    part.mkdir(parents=True)
    outcome = _Unpacking({}, [], {})
    with zipfile.ZipFile(archive) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        _refuse_bombs(archive, entries, part)
        for done, entry in enumerate(entries):
            if done % 50 == 0:
                heartbeat(f"unpacking {shown(Path(archive).name)}, {done} of {len(entries)}")
            _unpack_one(opened, entry, part, outcome)
    patiently(lambda: part.rename(folder))
    return outcome


def _refuse_bombs(archive: str, entries: list[zipfile.ZipInfo], part: Path) -> None:
    packed = Path(archive).stat().st_size
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES or total > max(SMALL, LARGEST_GROWTH * packed):
        raise zipfile.BadZipFile(
            f"its {len(entries)} entries unpack to {total >> 20} MiB, which no archive of images "
            "does (a zip bomb); unpack it yourself if you trust it"
        )
    free = shutil.disk_usage(part).free
    if total + SPARE > free:
        raise WorkspaceError(
            f"{shown(archive)} unpacks to {total >> 20} MiB but the disk has {free >> 20} MiB "
            "free; free some space and scan again"
        )


def _unpack_one(
    opened: zipfile.ZipFile, entry: zipfile.ZipInfo, part: Path, outcome: _Unpacking
) -> None:
    from contrast_engine.images import IMAGE_SUFFIXES, looks_like_image

    name = entry.filename
    path = PurePosixPath(name.replace("\\", "/"))
    is_named_image = path.suffix.lower() in IMAGE_SUFFIXES
    if any(is_passed_over(folder) for folder in path.parts[:-1] if folder != ".."):
        outcome.ignored.append(name)
        return
    why = _why_not(entry, path)
    if why is None:
        parts = [holdable(part) for part in path.parts]
        target = part.joinpath(*parts)
        try:
            target = free_name(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(opened, entry, target)
        except OSError as error:
            if is_full(error):
                raise
            why = reason(error)
        except _DAMAGED as error:
            why = _damage(error)
        else:
            if not is_named_image and not looks_like_image(target):
                target.unlink()
                outcome.ignored.append(name)
            elif parts != list(path.parts):
                outcome.renamed[name] = target.relative_to(part).as_posix()
            return
        with contextlib.suppress(OSError):
            target.unlink()
    outcome.problems[name] = f"{shown(path.name)} in the archive: {why}"


def _why_not(entry: zipfile.ZipInfo, path: PurePosixPath) -> str | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a link is not followed"
    if kind not in (0, stat.S_IFREG):
        return "not a file"
    if path.is_absolute() or ".." in path.parts or path.parts[:1] == ():
        return "its name leads outside the archive"
    if path.parts[0].endswith(":"):
        return "its name leads outside the archive"
    if entry.flag_bits & 1:
        return "it is encrypted; unpack it with its password first"
    if entry.file_size > LARGEST_FILE:
        return f"it unpacks to {entry.file_size >> 20} MiB, more than an image has"
    return None


def _copy(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    left = entry.file_size
    with opened.open(entry) as packed, target.open("xb") as file:
        while block := packed.read(_BLOCK):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile("it unpacks to more than it declares")
            file.write(block)


def free_name(target: Path) -> Path:
    """A name not taken yet: an archive may hold one name twice."""
    unique, number = target, 2
    while unique.exists():
        unique = target.with_stem(f"{target.stem}~{number}")
        number += 1
    return unique


def _damage(error: BaseException) -> str:
    if isinstance(error, zipfile.BadZipFile) and "bomb" in str(error):
        return str(error)
    return "the archive is damaged here or packed in a way not read; pack it again"

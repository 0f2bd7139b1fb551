"""What a backup holds: two entries of its own, and the files of a workspace in their order."""

import os
from collections.abc import Iterator
from pathlib import Path

from contrast_engine.store.atomic_files import TEMPORARY

FORMAT = 1
"""Version of the file's layout; a higher one is refused."""

FIRST = "contrast-backup.json"
"""The entry that says what the file is."""

LAST = "contrast-backup-files.json"
"""The entry that lists the files, each with its size and hash; a file without it was cut short."""

CACHE = "cache"
"""The folder of what can be made again from the images."""

_LEFT_OUT = {"locks", "jobs"}
"""What belongs to the processes of one machine."""

_SIDE_FILES = ("-wal", "-shm", "-journal")
_RANKS = range(4)

_DEEPEST, _LONGEST = 12, 255
_REFUSED = {"\\"} if os.name != "nt" else set('\\:*?"<>|')


def stages(root: Path, *, with_cache: bool) -> Iterator[list[Path]]:
    """The files of a workspace in the order of their copying, looked for stage by stage.

    What names something is copied before what it names is looked for, as programs write it the
    other way round: so all that the copy names is in the copy, whatever is written meanwhile.
    """
    for rank in _RANKS:
        found = [path for path in _files(root, with_cache) if _rank(path, root) == rank]
        yield sorted(found, key=lambda path: path.stat().st_size) if rank == 1 else found


def _rank(path: Path, root: Path) -> int:
    """Which result is in use, then the logs, then what lists files, then all others."""
    if path.name == "current":
        return 0
    if is_database(path):
        return 1
    return 2 if path.suffix == ".json" or path.parent == root else 3


def is_database(path: Path) -> bool:
    """True for a file that several processes may be writing to."""
    return path.suffix == ".sqlite"


def _files(root: Path, with_cache: bool) -> Iterator[Path]:
    """All files below a workspace that go in, in the order of their names; no link is followed."""
    left_out = _LEFT_OUT if with_cache else _LEFT_OUT | {CACHE}
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        if here == root:
            folders[:] = [name for name in folders if name not in left_out]
        folders[:] = sorted(name for name in folders if not name.startswith(TEMPORARY))
        for name in sorted(names):
            path = here / name
            is_ours = not name.startswith(TEMPORARY) and not name.endswith(_SIDE_FILES)
            if is_ours and not path.is_symlink() and path.is_file():
                yield path


def is_harmless(name: str) -> bool:
    """True for a relative path that stays below its folder on every system."""
    parts = name.split("/")
    return len(parts) <= _DEEPEST and all(
        0 < len(os.fsencode(part)) <= _LONGEST
        and part not in {".", ".."}
        and not set(part) & _REFUSED
        and all(ord(letter) >= 32 for letter in part)
        for part in parts
    )

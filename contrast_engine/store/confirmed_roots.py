"""Which places of this computer a collection may have its photographs in, as this person said.

Whoever makes a workspace writes into it where its photographs lie. On the computer of somebody else
that could be any place. So what was scanned here is remembered here, beside the workspaces, and
nothing outside of a workspace is opened for it that was not.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from contrast_engine.data_folder import data_folder
from contrast_engine.errors import ContrastError, WorkspaceError
from contrast_engine.store.atomic_files import locked, read_json, stamp, write_json
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.image_file import shown

ALLOWED = "CONTRAST_ROOTS"
"""The variable that names the only folders in which photographs may lie, as on a team's server."""

REMEMBERED = 1_000
"""Collections of which it is remembered; the one confirmed longest ago is forgotten first."""

_SAMPLE = 24
"""Files of a place that are looked at where nobody confirmed it (own choice)."""

_KNOWN_TO_ALL = (
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/net", "/proc", "/run", "/sbin", "/sys",
    "/usr",
)  # fmt: skip
"""Below these lie files of which a stranger can know size and date."""

_OF_ALL = ("/home", "/media", "/mnt", "/opt", "/srv", "/tmp", "/var")

_here: set[tuple[str, str]] = set()
"""What was confirmed in this process, where it cannot be written."""


def allowed_roots() -> tuple[str, ...] | None:
    """The folders of CONTRAST_ROOTS; None where it is not set."""
    named = os.environ.get(ALLOWED, "")
    if not named.strip():
        return None
    return tuple(os.path.realpath(one) for one in named.split(os.pathsep) if one.strip())


def check_allowed(roots: Iterable[str]) -> None:
    """Refuse places outside of the folders of CONTRAST_ROOTS, where it is set.

    Raises:
        WorkspaceError: One lies outside.
    """
    allowed = allowed_roots()
    wrong = [] if allowed is None else [one for one in roots if not _is_within(one, allowed)]
    if wrong:
        raise WorkspaceError(
            f"{shown(wrong[0])} is not opened: photographs of this server lie in "
            f"{', '.join(map(shown, allowed or ()))} ({ALLOWED}); put them there, or ask who runs "
            "it"
        )


def confirm(collection: str, roots: Iterable[str]) -> None:
    """Remember that the photographs of a collection lie in some places, as this person said.

    Args:
        collection: The id of the workspace.
        roots: The places, as full paths.
    """
    new = [root for root in roots if root not in confirmed(collection)]
    if not new:
        return
    _here.update((collection, root) for root in new)
    with contextlib.suppress(ContrastError, OSError, UnicodeEncodeError):
        data_folder().mkdir(parents=True, exist_ok=True)
        with locked(data_folder() / "roots.lock", "being written", 2.0):
            known = _known()
            kept = [*known.pop(collection, ()), *new]
            known[collection] = list(dict.fromkeys(kept))
            newest = list(known.items())[-REMEMBERED:]
            write_json(_file(), {"order": [name for name, _ in newest], "roots": dict(newest)})


def confirmed(collection: str) -> frozenset[str]:
    """The places that this person confirmed for a collection."""
    here = {root for name, root in _here if name == collection}
    return frozenset({*_known().get(collection, ()), *here})


def version() -> object:
    """What changes with every confirmation."""
    return stamp(_file()), len(_here), os.environ.get(ALLOWED, "")


def are_of_here(files: FileColumns, root: str) -> bool:
    """True if the files that a collection has in a place lie there just as it says.

    So a collection of before, or one that was moved, needs no word: only here are files of just
    these sizes and dates, to the nanosecond. A place of which anybody can know that is none.
    """
    if _is_common(root):
        return False
    rows = np.flatnonzero((files.within([root]) | files.roots.are([root])) & ~files.missing)
    if not len(rows):
        return False
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, _SAMPLE).astype(np.int64))]
    same = sum(_is_as_said(files, int(row)) for row in rows)
    return 2 * same >= len(rows)


def is_below(location: str, roots: Sequence[str]) -> bool:
    """True if a location is one of some places or lies below one, by its name alone."""
    plain = os.path.normpath(location)
    return any(
        plain == root or plain.startswith(os.path.join(root, ""))  # noqa: PTH118
        for root in map(os.path.normpath, roots)
    )


def _is_as_said(files: FileColumns, row: int) -> bool:
    location = os.fsdecode(files.locations[row])
    if is_below(location, _KNOWN_TO_ALL) or location.startswith(("\\\\", "//")):
        return False
    try:
        status = Path(location).stat()
    except (OSError, ValueError):
        return False
    return (status.st_size, status.st_mtime_ns) == (files.bytes[row], files.mtime_ns[row])


def _is_common(root: str) -> bool:
    """True for a place that holds all of a person or a system, or is reached over a network."""
    plain = os.path.normpath(root)
    if plain != root.rstrip(os.sep) or root.startswith(("\\\\", "//")) or "\0" in root:
        return True
    if any(part.startswith(".") for part in Path(plain).parts):
        return True
    home = os.path.normpath(Path.home())
    return plain in _OF_ALL or is_below(home, [plain]) or is_below(plain, _KNOWN_TO_ALL)


def _is_within(path: str, folders: Iterable[str]) -> bool:
    try:
        real = Path(os.path.realpath(path))
    except ValueError:  # NUL
        return False
    return any(real.is_relative_to(folder) for folder in folders)


def _known() -> dict[str, list[str]]:
    value = read_json(_file()) or {}
    named, order = value.get("roots", {}), value.get("order", [])
    if not isinstance(named, dict) or not isinstance(order, list):
        return {}
    return {name: [str(one) for one in named[name]] for name in order if name in named}


def _file() -> Path:
    return data_folder() / "roots.json"

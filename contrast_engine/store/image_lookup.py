"""Which ids are images of a collection and where each lies, looked up without loading it.

One command about one image must not read a table of a million. The file holds the ids in order and
the paths behind each other; a look reads some twenty places of it. It is made from the collection,
says which state of the collection it is of, and is passed over where that is another one: deleted
it is made again. What scans added since lies beside it, in a file of its own that is small.
"""

import contextlib
import json
import mmap
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import read_json, stamp, write_chunks, write_json

if TYPE_CHECKING:
    from contrast_engine.store.collection import Collection
    from contrast_engine.store.workspace import Workspace

FILE = "lookup.bin"
SINCE = "lookup-since.json"
"""Of parts of the table of files that are not in the other one: images, and all their paths."""

_PARTS = "images"

_HEAD = 4096
"""Bytes of the header: what the rest is of, as JSON."""

_LARGEST = 2**21
"""Bytes of parts beyond which all is written anew (own choice)."""

_RESTS_ON = ("images.parquet", "unmeasurable.json", "removed.json")


class ImageLookup:
    """The images of one collection, in a file.

    Args:
        content: The file.
        n: How many images it holds.
        new: Images of which something was found out since, with their paths.
        touched: Paths and images of which something was found out since.
    """

    def __init__(
        self,
        content: "mmap.mmap",
        n: int,
        new: Mapping[str, str] | None = None,
        touched: frozenset[str] = frozenset(),
    ) -> None:
        self._content = content
        self._n = n
        self._new = new or {}
        self._touched = touched

    def path(self, image: str) -> str | None:
        """Where an image lies, as text that can be shown; None where that is not known here.

        Args:
            image: An id.
        """
        if image in self._new:
            return self._new[image]
        found = self._path(image)
        return None if self._touched and {image, found} & self._touched else found

    def _path(self, image: str) -> str | None:
        wanted = bytes.fromhex(image)
        low, high = 0, self._n
        while low < high:
            middle = (low + high) // 2
            if self._at(_HEAD, middle) < wanted:
                low = middle + 1
            else:
                high = middle
        if low == self._n or self._at(_HEAD, low) != wanted:
            return None
        ends = _HEAD + 8 * self._n
        start, end = (int.from_bytes(self._at(ends, row)) for row in (low, low + 1))
        paths = ends + 8 * (self._n + 1)
        return self._content[paths + start : paths + end].decode()

    def _at(self, begin: int, row: int) -> bytes:
        return self._content[begin + 8 * row : begin + 8 * row + 8]


@contextlib.contextmanager
def image_lookup(root: Path) -> Iterator[ImageLookup | None]:
    """The images of the collection in a folder; None where no file says what it holds now."""
    with contextlib.ExitStack() as opened:
        found = None
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            file = opened.enter_context((root / FILE).open("rb"))
            content = opened.enter_context(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
            head = _head(content, root)
            if head is not None:
                new, touched = _since(root, head)
                found = ImageLookup(content, int(str(head["images"])), new, touched)
        yield found


def _head(content: "mmap.mmap", root: Path) -> "dict[str, object] | None":
    """What the file says of itself; None where it is damaged or of another state."""
    try:
        head = json.loads(content[:_HEAD])
    except RecursionError as error:
        raise ValueError("it is brackets in brackets") from error
    n = int(str(head["images"]))
    is_whole = head["bytes"] == len(content) >= _HEAD + 16 * n + 8
    return head if is_whole and head["of"] == _state(root) else None


def _since(root: Path, head: "dict[str, object]") -> tuple[dict[str, str], frozenset[str]]:
    """What was found out since.

    Raises:
        ValueError: No file says it.
    """
    later = _later(root, head)
    if not later:
        return {}, frozenset()
    said = read_json(root / SINCE) or {}
    if said.get("of") != head["of"] or said.get("parts") != later:
        raise ValueError("it is of another state")
    new = {str(image): str(path) for image, path in dict(said["new"]).items()}
    return new, frozenset(map(str, said["touched"]))


def _later(root: Path, head: "dict[str, object]") -> list[str]:
    known = head.get("parts", [])
    return [name for name in _parts(root) if name not in known]  # type: ignore[operator]


def keep_image_lookup(workspace: "Workspace") -> None:
    """Bring the file up to date where there is one: somebody asks about single images."""
    if (workspace.root / FILE).exists():
        write_image_lookup(workspace)


def write_image_lookup(workspace: "Workspace") -> None:
    """Write what is not written yet, where the folder can be written."""
    images = workspace.images
    with (
        contextlib.suppress(OSError, ValueError, TypeError, KeyError, WorkspaceError),
        (workspace.root / FILE).open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        head = _head(content, workspace.root)
        if head is not None and _write_since(workspace, images, head):
            return
    _write_all(workspace, images)


def _write_since(workspace: "Workspace", images: "Collection", head: "dict[str, object]") -> bool:
    """Write down what later parts hold; False where they are many."""
    from contrast_engine.store.file_table import decode_part

    root, later = workspace.root, _later(workspace.root, head)
    if sum((root / _PARTS / name).stat().st_size for name in later) > _LARGEST:
        return False
    new: dict[str, str] = {}
    touched: set[str] = set()
    for name in later:
        for row in decode_part((root / _PARTS / name).read_bytes(), root).files:
            touched.add(row.path)
            if row.id is not None:
                touched.add(row.id)
                if row.id in images:
                    new[row.id] = images.path(row.id)
    if workspace.images is not images:  # somebody is scanning: the next one writes it
        return True
    said = {"of": head["of"], "parts": later, "new": new, "touched": sorted(touched)}
    write_json(root / SINCE, said)
    return True


def _write_all(workspace: "Workspace", images: "Collection") -> None:
    import numpy as np

    root = workspace.root
    of, parts = _state(root), _parts(root)
    ids = images.images  # in the order of their ids
    ends, paths = images.files.locations.take(images.rows(ids)).shown
    size = _HEAD + 16 * len(ids) + 8 + len(paths)
    head = json.dumps({"of": of, "images": len(ids), "bytes": size, "parts": parts}).encode()
    if len(head) > _HEAD or (of, parts) != (_state(root), _parts(root)):
        return
    with contextlib.suppress(WorkspaceError):  # the next command finds its image the long way
        write_chunks(
            root / FILE,
            (head.ljust(_HEAD), ids.packed, np.asarray(ends, ">i8").tobytes(), paths),
        )


def _parts(root: Path) -> list[str]:
    """The parts of the table of files that there are now."""
    try:
        found = [path.name for path in (root / _PARTS).iterdir()]
    except OSError:
        return []
    return sorted(name for name in found if name.endswith(".parquet") and name[0] != ".")


def _state(root: Path) -> list[object]:
    """What changes whenever the images of a collection, or how their paths are shown, may."""
    stamps = [stamp(root / name) for name in _RESTS_ON]
    return [os.fspath(root), *(list(one) if one else None for one in stamps)]

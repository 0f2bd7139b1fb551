"""Which ids are images of a collection and where each lies, looked up without loading it.

One command about one image must not read a table of a million. The file holds the ids in order and
the paths behind each other; a look reads some twenty places of it. It is made from the collection,
says which state of the collection it is of, and is passed over where that is another one: deleted
it is made again.
"""

import contextlib
import json
import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import stamp, write_chunks

if TYPE_CHECKING:
    from contrast_engine.store.workspace import Workspace

FILE = "lookup.bin"

_HEAD = 4096
"""Bytes of the header: what the rest is of, as JSON."""

_RESTS_ON = ("images.parquet", "unmeasurable.json", "removed.json")


class ImageLookup:
    """The images of one collection, in a file.

    Args:
        content: The file.
        n: How many images it holds.
    """

    def __init__(self, content: "mmap.mmap", n: int) -> None:
        self._content = content
        self._n = n

    def path(self, image: str) -> str | None:
        """Where an image lies, as text that can be shown; None where it is not in the collection.

        Args:
            image: An id.
        """
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
            head = json.loads(content[:_HEAD])
            n = int(head["images"])
            is_whole = head["bytes"] == len(content) >= _HEAD + 16 * n + 8
            if is_whole and head["of"] == _state(root):
                found = ImageLookup(content, n)
        yield found


def write_image_lookup(workspace: "Workspace") -> None:
    """Write the file anew, where the folder can be written and it is of another state."""
    import numpy as np

    from contrast_engine.imageset import ImageIds

    of = _state(workspace.root)
    images = workspace.images
    ids = ImageIds.of(images.ids)
    order = np.argsort(ids.numbers)
    texts = list(images.paths.values())  # all at once, in the order of the ids
    paths = [texts[row].encode("utf-8", "backslashreplace") for row in order.tolist()]
    ends = np.cumsum([0, *map(len, paths)], dtype=np.int64)
    size = _HEAD + 16 * len(ids) + 8 + int(ends[-1])
    head = json.dumps({"of": of, "images": len(ids), "bytes": size}).encode()
    if len(head) > _HEAD or of != _state(workspace.root):
        return
    with contextlib.suppress(WorkspaceError):  # the next command finds its image the long way
        write_chunks(
            workspace.root / FILE,
            (
                head.ljust(_HEAD), ids.numbers[order].astype(">u8").tobytes(),
                ends.astype(">i8").tobytes(), b"".join(paths),
            ),
        )  # fmt: skip


def _state(root: Path) -> list[object]:
    """What changes whenever the images of a collection, or how their paths are shown, may."""
    stamps = [stamp(root / name) for name in _RESTS_ON]
    return [os.fspath(root), *(list(one) if one else None for one in stamps)]

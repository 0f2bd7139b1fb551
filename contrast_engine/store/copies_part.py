"""A part of the training copies while it is written: copies in the order in which they come."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from contrast_engine.arrays import Bytes
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import reason
from contrast_engine.store.copies_index import CopyNames
from contrast_engine.vectors import ImageId


class Part:
    """Copies in the order in which they came, on disk.

    Args:
        file: Where they go; empty.
        held: Names of those that have a copy already.
    """

    def __init__(self, file: BinaryIO, held: Sequence[CopyNames] = ()) -> None:
        self._file = file
        self._held = held
        self.ids: list[ImageId] = []

    def add(self, image: ImageId, copy: Bytes) -> None:
        """Keep the (size, size, 3) copy of an image that has none yet.

        Raises:
            WorkspaceError: The disk is full.
        """
        if any(image in names for names in self._held):
            return
        with saying_why():
            self._file.write(copy.tobytes())
        self.ids.append(image)


@contextmanager
def saying_why() -> Iterator[None]:
    """Say of what the disk refuses that it is the cache that could not be written."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"the training cache could not be written: {reason(error)}") from error

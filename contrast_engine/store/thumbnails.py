"""Small pictures of every image, in one file that many threads read at once."""

import json
import sqlite3
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np

from contrast_engine.imageset import ImageId, ImageSet, numbered
from contrast_engine.store.database import Database

_SCHEMA = "CREATE TABLE IF NOT EXISTS thumbnails (id TEXT PRIMARY KEY, webp BLOB NOT NULL)"


MOST_BYTES = 2**20
"""Bytes of a thumbnail; ours have a hundredth."""

MOST_PIXELS = 2**22
"""Pixels of a thumbnail; ours have a hundredth."""

_FEW = 8
"""Fewer than one in so many of all that there may be are looked for one by one."""

_BLOCK = 10_000


class Thumbnails:
    """WebP thumbnails by image id."""

    def __init__(self, path: str | Path) -> None:
        self._database = Database(path, _SCHEMA)

    def get(self, image: ImageId) -> bytes | None:
        """The WebP bytes of one image, or None where there is no thumbnail."""
        with self._database.reading() as connection:
            if connection is None:
                return None
            found = connection.execute(
                "SELECT webp FROM thumbnails WHERE id = ? AND typeof(webp) = 'blob' "
                "AND length(webp) <= ?",
                (image, MOST_BYTES),
            ).fetchone()
        if found is None or not _is_picture(found[0]):  # of a workspace that somebody else made
            return None
        return bytes(found[0])

    def newest(self, count: int) -> tuple[ImageId, ...]:
        """The ids whose thumbnails were stored last, the newest first."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                "SELECT id FROM thumbnails ORDER BY rowid DESC LIMIT ?", (count,)
            ).fetchall()
        return tuple(ImageId(image) for (image,) in rows)

    def put(self, many: Iterable[tuple[ImageId, bytes]]) -> None:
        """Store thumbnails, all of them or none.

        Raises:
            WorkspaceError: They could not be written.
        """
        with self._database.writing() as connection:
            connection.executemany("INSERT OR REPLACE INTO thumbnails VALUES (?, ?)", many)

    def ids(self) -> frozenset[ImageId]:
        """The ids that have a thumbnail."""
        with self._database.reading() as connection:
            if connection is None:
                return frozenset()
            rows = connection.execute("SELECT id FROM thumbnails").fetchall()
        return frozenset(ImageId(image) for (image,) in rows)

    def among(self, images: ImageSet) -> ImageSet:
        """Those of some images that have a thumbnail; only these are looked for."""
        with self._database.reading() as connection:
            if connection is None or not len(images):
                return ImageSet.of(())
            asked = "SELECT id FROM thumbnails"
            if len(images) * _FEW < _most(connection):
                asked += " WHERE id IN (SELECT value FROM json_each(?))"
                blocks = (images[at : at + _BLOCK] for at in range(0, len(images), _BLOCK))
                every = [connection.execute(asked, (json.dumps([*some]),)) for some in blocks]
            else:
                every = [connection.execute(asked)]
            found = [
                numbered([ImageId(image) for (image,) in rows])
                for cursor in every
                for rows in iter(partial(cursor.fetchmany, _BLOCK), [])
            ]
        return images & ImageSet(np.concatenate([np.zeros(0, np.uint64), *found]))

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()


def _most(connection: sqlite3.Connection) -> int:
    """How many thumbnails there may be: no fewer than there are, known without a count."""
    return int(connection.execute("SELECT max(rowid) FROM thumbnails").fetchone()[0] or 0)


def _is_picture(data: bytes) -> bool:
    """Whether bytes are a WebP picture of the size of a thumbnail; nothing is decoded."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return False
    size = _size(data)
    return size is None or 0 < size[0] * size[1] <= MOST_PIXELS


def _size(data: bytes) -> tuple[int, int] | None:
    """Width and height that a WebP header says; None where it says nothing."""
    kind = data[12:16]
    if kind == b"VP8 " and len(data) >= 30:
        return tuple(int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))  # type: ignore[return-value]
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X" and len(data) >= 30:
        return tuple(int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))  # type: ignore[return-value]
    return None

"""Small pictures of every image, in one file that many threads read at once."""

from collections.abc import Iterable
from pathlib import Path

from contrast_engine.store.database import Database
from contrast_engine.vectors import ImageId

_SCHEMA = "CREATE TABLE IF NOT EXISTS thumbnails (id TEXT PRIMARY KEY, webp BLOB NOT NULL)"


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
                "SELECT webp FROM thumbnails WHERE id = ?", (image,)
            ).fetchone()
        return None if found is None else bytes(found[0])

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

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()

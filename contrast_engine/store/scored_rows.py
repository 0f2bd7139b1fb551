"""Rows of a long run, each on the disk as soon as it is made: a killed run loses none."""

import contextlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.disk_faults import reason

_SCHEMA = """
CREATE TABLE IF NOT EXISTS header (text TEXT NOT NULL, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rows (
    number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL,
    modified INTEGER NOT NULL, body TEXT NOT NULL, features BLOB, picture BLOB, batch INTEGER);
CREATE INDEX IF NOT EXISTS rows_batch ON rows (batch);
"""


class FileKey(NamedTuple):
    """A file as it was when it was looked at: changed since, it is another one."""

    path: str
    bytes: int
    modified: int


class RowToLog(NamedTuple):
    """A row that the log of scored images has not taken yet."""

    body: str
    features: bytes | None
    picture: bytes | None


class ScoredRows:
    """The rows of one run, by file; one process at a time.

    A row that was added is there after `kill -9`; after a power cut it may have to be made again.

    Args:
        path: The file, made if needed.
        header: What all rows have in common. Rows of a run with another header are dropped.

    Attributes:
        token: A name for the run, the same however often it is taken up again.

    Raises:
        WorkspaceError: The disk is full or read-only.
    """

    def __init__(self, path: Path, header: str) -> None:
        self._path = path
        try:
            try:
                self._connection = self._opened(header)
            except sqlite3.DatabaseError:  # cut short by a power cut: begun anew
                self._remove()
                self._connection = self._opened(header)
            if self._one("SELECT text FROM header") != header:
                self._connection.close()
                self._remove()
                self._connection = self._opened(header)
            self.token = str(self._one("SELECT token FROM header"))
        except (sqlite3.Error, OSError) as error:
            raise self._refused(error) from error

    def has(self, key: FileKey) -> bool:
        """True where the row of this very file is known."""
        return self.body(key) is not None

    def body(self, key: FileKey) -> str | None:
        """The row of a file, None where it is not made yet."""
        found = self._one(
            "SELECT body FROM rows WHERE path = ? AND bytes = ? AND modified = ?", *key
        )
        return None if found is None else str(found)

    def add(
        self, key: FileKey, body: str, features: bytes | None = None, picture: bytes | None = None
    ) -> None:
        """Keep a row that was made now.

        Raises:
            WorkspaceError: The disk is full.
        """
        self._run(
            "INSERT OR REPLACE INTO rows (path, bytes, modified, body, features, picture) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (*key, body, features, picture),
        )

    def keep(self, rows: Iterator[tuple[FileKey, str]]) -> None:
        """Keep rows of an earlier run, which need no logging; those known already stay."""
        self._run("BEGIN")
        for key, body in rows:
            self._run(
                "INSERT OR IGNORE INTO rows (path, bytes, modified, body, batch) "
                "VALUES (?, ?, ?, ?, 0)",
                (*key, body),
            )
        self._run("COMMIT")

    def next_batch(self, size: int, *, is_last: bool = False) -> int | None:
        """The number of a batch for the log: its rows are the same whenever it is asked for.

        Args:
            size: How many rows make a batch.
            is_last: Whether fewer do.
        """
        waiting = self._one("SELECT min(batch) FROM rows WHERE batch > 0")
        if waiting is not None:
            return int(waiting)
        loose = int(self._one("SELECT count(*) FROM rows WHERE batch IS NULL") or 0)
        if loose < (1 if is_last else size):
            return None
        number = int(self._one("SELECT coalesce(-min(batch), 0) + 1 FROM rows"))
        self._run(
            "UPDATE rows SET batch = ? WHERE number IN (SELECT number FROM rows "
            "WHERE batch IS NULL ORDER BY number LIMIT ?)",
            (number, size),
        )
        return number

    def of_batch(self, number: int) -> Sequence[RowToLog]:
        """The rows of a batch."""
        return [
            RowToLog(*row)
            for row in self._connection.execute(
                "SELECT body, features, picture FROM rows WHERE batch = ? ORDER BY number",
                (number,),
            )
        ]

    def logged(self, number: int) -> None:
        """Remember that a batch is in the log; what only the log needs is dropped."""
        self._run(
            "UPDATE rows SET batch = -batch, features = NULL, picture = NULL WHERE batch = ?",
            (number,),
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _opened(self, header: str) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.execute("PRAGMA synchronous=NORMAL")  # flushed now and then, not each row
            connection.executescript(_SCHEMA)
            if connection.execute("SELECT count(*) FROM header").fetchone() == (0,):
                connection.execute(
                    "INSERT INTO header VALUES (?, ?)", (header, secrets.token_hex(8))
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def _remove(self) -> None:
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self._path.with_name(self._path.name + end).unlink()

    def _run(self, statement: str, values: Sequence[object] = ()) -> None:
        try:
            self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def _one(self, query: str, *values: object) -> Any:
        found = self._connection.execute(query, values).fetchone()
        return None if found is None else found[0]

    def _refused(self, error: sqlite3.Error | OSError) -> WorkspaceError:
        return WorkspaceError(f"{self._path} could not be written: {reason(error, self._path)}")

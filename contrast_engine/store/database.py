"""One SQLite file that many threads and processes may use at once, and no crash can halve."""

import contextlib
import queue
import sqlite3
import weakref
from collections.abc import Iterator
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import locked

_WAIT_SECONDS = 20
_KEPT_OPEN = 4
_FROZEN = "?immutable=1"


class _Frozen(sqlite3.Connection):
    """A connection that never looks for what others write: used once, then closed."""


class Database:
    """A pool of connections: write-ahead log, every transaction flushed to the disk.

    Args:
        path: The file, made on the first write.
        schema: `CREATE ... IF NOT EXISTS` statements.
        version: Stored in the file; a file of a higher version is refused.
    """

    def __init__(self, path: str | Path, schema: str, version: int = 1) -> None:
        self.path = Path(path)
        self._schema = schema
        self._version = version
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._close = weakref.finalize(self, _close_all, self._idle)

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk when the block ends, or none of it.

        Raises:
            WorkspaceError: The disk is full or read-only, or the file is damaged.
        """
        try:
            with self._connection() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise WorkspaceError(
                f"{self.path} could not be written: {_reason(error)}; "
                "what was saved before is unchanged"
            ) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A connection to read from, or None while the file does not exist.

        Raises:
            WorkspaceError: The file is damaged or of a newer version.
        """
        if not self.path.exists():
            yield None
            return
        try:
            with self._connection(may_write=False) as connection:
                yield connection
        except sqlite3.Error as error:
            raise WorkspaceError(f"{self.path} could not be read: {_reason(error)}") from error

    def close(self) -> None:
        """Close every idle connection; the next use opens a new one."""
        _close_all(self._idle)

    @contextlib.contextmanager
    def _connection(self, may_write: bool = True) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._open(may_write)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self._idle.qsize() < _KEPT_OPEN and not isinstance(connection, _Frozen):
            self._idle.put(connection)
        else:
            connection.close()

    def _open(self, may_write: bool) -> sqlite3.Connection:
        try:
            return self._opened(f"{self.path.absolute().as_uri()}?mode=rwc")
        except sqlite3.OperationalError:
            if may_write:
                raise
        # a read-only folder has no room for the log's index: read the file as it stands
        return self._opened(f"{self.path.absolute().as_uri()}{_FROZEN}")

    def _opened(self, address: str) -> sqlite3.Connection:
        is_frozen = address.endswith(_FROZEN)
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=_Frozen if is_frozen else sqlite3.Connection,
        )
        try:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
            if found > self._version:
                raise WorkspaceError(
                    f"{self.path} was written by a newer version (format {found}, this one reads "
                    f"{self._version}); update contrast-engine"
                )
            if not is_frozen:
                if found < self._version:
                    self._found(connection)
                connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _found(self, connection: sqlite3.Connection) -> None:
        # two processes that both switch to the log at once would fail, whatever the timeout
        lock = self.path.parent / "locks" / f"{self.path.name}.lock"
        with locked(lock, f"another process is making {self.path}; try again"):
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.executescript(self._schema)
            connection.execute(f"PRAGMA user_version={self._version}")


def _close_all(idle: "queue.LifoQueue[sqlite3.Connection]") -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            idle.get_nowait().close()


def _reason(error: sqlite3.Error) -> str:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return "the disk is full or failing; free some space and try again"
    if "readonly" in text or "unable to open" in text:
        return "it is not permitted; check who may read and write there"
    if "locked" in text:
        return "another program has held it for too long; close that program and try again"
    if isinstance(error, sqlite3.DatabaseError) and ("malformed" in text or "not a d" in text):
        return "the file is damaged; restore it from a backup or move it away"
    return text

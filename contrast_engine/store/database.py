"""One SQLite file that many threads and processes may use at once, and no crash can halve."""

import contextlib
import queue
import sqlite3
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import locked

_WAIT_SECONDS = 20
_MOST_IDLE = 4
_FROZEN = "?immutable=1"


class _Frozen(sqlite3.Connection):
    """A connection that never looks for what others write: used once, then closed."""


@dataclass(frozen=True)
class Migration:
    """How a file of one version becomes one of the next.

    Args:
        change: Statements that bring the file to the new version.
        view: Statements that make a file of the version before look like the new one for one
            reading: temporary views, which hide the tables of their names and change no file.
    """

    change: str
    view: str


class Database:
    """A pool of connections: write-ahead log, every transaction flushed to the disk.

    A file of an earlier version is migrated by the first write; reading changes no file.

    Args:
        path: The file, made on the first write.
        schema: `CREATE ... IF NOT EXISTS` statements of version 1.
        migrations: What came after it, one for each further version; the number of the version
            is stored in the file, and a file of a higher one is refused.
    """

    def __init__(self, path: str | Path, schema: str, migrations: Sequence[Migration] = ()) -> None:
        self.path = Path(path)
        self._steps = (schema, *(migration.change for migration in migrations))
        self._views = tuple(migration.view for migration in migrations)
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
                if self._version_of(connection) < len(self._steps):
                    self._migrate(connection)
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
        """A connection to read from, all of it at one moment; None while nothing was written.

        Raises:
            WorkspaceError: The file is damaged or of a newer version.
        """
        if not self.path.exists():
            yield None
            return
        try:
            with self._connection(may_write=False) as connection:
                connection.execute("BEGIN")
                try:
                    version = self._version_of(connection)
                    for view in self._views[max(version - 1, 0) :]:
                        _execute(connection, view)
                    yield connection if version else None
                finally:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")  # takes the views away again
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
        if self._idle.qsize() < _MOST_IDLE and not isinstance(connection, _Frozen):
            self._idle.put(connection)
        else:
            connection.close()

    def _open(self, may_write: bool) -> sqlite3.Connection:
        try:
            mode = "rwc" if may_write else "rw"
            return self._opened(f"{self.path.absolute().as_uri()}?mode={mode}")
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
            self._version_of(connection)
            connection.execute("PRAGMA temp_store=MEMORY")
            if not is_frozen:
                connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _version_of(self, connection: sqlite3.Connection) -> int:
        """The version of the file, 0 while it is empty."""
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found > len(self._steps):
            raise WorkspaceError(
                f"{self.path} was written by a newer version (format {found}, this one reads "
                f"{len(self._steps)}); update contrast-engine"
            )
        return int(found)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring the file to this version in one transaction: all of it, or nothing changes."""
        # two processes that both switch to the log at once would fail, whatever the timeout
        lock = self.path.parent / "locks" / f"{self.path.name}.lock"
        with locked(lock, f"another process is making {self.path}; try again"):
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            connection.execute("BEGIN IMMEDIATE")
            try:
                for step in self._steps[self._version_of(connection) :]:
                    _execute(connection, step)
                connection.execute(f"PRAGMA user_version={len(self._steps)}")
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise


def _execute(connection: sqlite3.Connection, statements: str) -> None:
    """Run some statements within the transaction, which `executescript` would end."""
    waiting = ""
    for part in statements.split(";"):
        waiting += f"{part};"
        if sqlite3.complete_statement(waiting):  # a trigger holds semicolons of its own
            if waiting.strip("; \n"):
                connection.execute(waiting)
            waiting = ""


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

"""One SQLite file that many threads and processes may use at once, and no crash can halve."""

import contextlib
import queue
import re
import sqlite3
import threading
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.access import need_to_write
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import locked
from contrast_engine.store.database_schema import foreign_schema
from contrast_engine.store.disk_faults import UNCHANGED, another_file, reason
from contrast_engine.store.write_ahead_log import whole

_WAIT_SECONDS = 20
_MOST_IDLE = 4
_MOST_IN_MEMORY = 2**29
"""Bytes up to which a file is read as a whole where its log cannot be read otherwise: a log of
labels is far smaller. Of thumbnails beyond it, the newest are then missing."""

_MOST_IN_ONE = 2**28
"""Bytes of one text or blob; the selection of a million images has a tenth."""

_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)")

Mark = tuple[int, int]
"""What names a file on its disk, whatever its path: its device and its number there."""


class _Connection(sqlite3.Connection):
    """A connection that knows which file it opened, whatever lies at its path by now."""

    mark: Mark | None = None


class _Frozen(_Connection):
    """A connection that never looks for what others write: used once, then closed."""


@dataclass(frozen=True)
class Migration:
    """How a file of one version becomes one of the next.

    Args:
        change: Statements that bring the file to the new version.
        view: Statements that make a file of the version before look like one of the newest for
            one reading: temporary views, which hide the tables of their names and change no file.
    """

    change: str
    view: str


class Database:
    """A pool of connections: write-ahead log, every transaction flushed to the disk.

    A file of an earlier version is migrated by the first write; reading changes no file. One that
    was replaced while it was open is opened anew, one that is gone is not begun anew in silence.

    Args:
        path: The file, made on the first write.
        schema: `CREATE ... IF NOT EXISTS` statements of version 1.
        migrations: What came after it, one for each further version; the number of the version
            is stored in the file, and a file of a higher one is refused.
        is_lasting: False for what is of no worth after a power cut: a transaction then does not
            wait for the disk, and the file still is whole.
    """

    def __init__(
        self,
        path: str | Path,
        schema: str,
        migrations: Sequence[Migration] = (),
        *,
        is_lasting: bool = True,
    ) -> None:
        self.path = Path(path)
        self._flushing = "FULL" if is_lasting else "NORMAL"
        self._steps = (schema, *(migration.change for migration in migrations))
        self._views = tuple(migration.view for migration in migrations)
        self._tables = frozenset(_TABLE.findall(schema))
        self._mark: Mark | None = None
        self._log_mark: Mark | None = None
        self._settling = threading.Lock()
        self._idle: queue.LifoQueue[_Connection] = queue.LifoQueue()
        self._close = weakref.finalize(self, _close_all, self._idle)

    @property
    def mark(self) -> Mark | None:
        """Which file was used last; another one than before if it was replaced meanwhile."""
        return self._mark

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk when the block ends, or none of it.

        Raises:
            WorkspaceError: The disk is full or read-only, or the file is damaged, gone or another.
            NotAllowed: Who this acts for may not.
        """
        need_to_write(self.path)
        self._settle("written")
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
                f"{self.path} could not be written: {reason(error, self.path)}; {UNCHANGED}"
            ) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[_Connection | None]:
        """A connection to read from, all of it at one moment; None while nothing was written.

        Raises:
            WorkspaceError: The file is damaged, gone, another or of a newer version.
        """
        if self._settle("read") is None:
            yield None
            return
        try:
            with self._connection(may_write=False) as connection:
                connection.execute("BEGIN")
                try:
                    version = self._version_of(connection)
                    for view in self._views[max(version - 1, 0) :][:1]:
                        _execute(connection, view)
                    yield connection if version else None
                finally:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")  # takes the views away again
        except sqlite3.Error as error:
            raise WorkspaceError(
                f"{self.path} could not be read: {reason(error, self.path)}"
            ) from error

    def close(self) -> None:
        """Close every idle connection; the next use opens whatever file lies there then."""
        _close_all(self._idle)
        self._mark = self._log_mark = None

    @contextlib.contextmanager
    def _connection(self, may_write: bool = True) -> Iterator[_Connection]:
        connection = self._idle_one() or self._open(may_write)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._mark, self._log_mark = connection.mark, _mark_of(self._log)
        if self._idle.qsize() < _MOST_IDLE and not isinstance(connection, _Frozen):
            self._idle.put(connection)
        else:
            connection.close()

    def _idle_one(self) -> _Connection | None:
        """A connection to the file that lies there now, where one is idle."""
        with contextlib.suppress(queue.Empty):
            while True:
                connection = self._idle.get_nowait()
                if connection.mark == self._mark:
                    return connection
                connection.close()  # it was in use while the file was replaced
        return None

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _settle(self, done: str) -> Mark | None:
        """Which file lies there now; connections to one that lay there before are let go.

        What was written through them would be in a file that has no name any more.
        """
        try:
            now = _mark_of(self.path)
            with self._settling:
                if self._mark in {None, now}:
                    return now
                if now is not None:
                    self._let_go()
                    return now
        except OSError as error:
            raise WorkspaceError(
                f"{self.path} could not be {done}: {reason(error, self.path)}"
            ) from error
        raise WorkspaceError(
            f"{self.path} could not be {done}: it is not there any more (deleted or moved while it "
            "was in use, or its disk is not attached); put it back, or open the collection where "
            "it is now"
        )

    def _let_go(self) -> None:
        """Close what is open; what the log still held goes into the file of before, where it is."""
        with (
            contextlib.suppress(queue.Empty, sqlite3.Error),
            contextlib.closing(self._idle.get_nowait()) as connection,
        ):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _close_all(self._idle)
        if self._log_mark is not None and _mark_of(self._log) == self._log_mark:
            if self._log.stat().st_size:  # not this file's, and not ours to delete
                self._log.replace(self._log.with_name(f"{self._log.name}.of-replaced"))
            self.path.with_name(f"{self.path.name}-shm").unlink(missing_ok=True)
        self._mark = self._log_mark = None

    def _open(self, may_write: bool) -> _Connection:
        address = self.path.absolute().as_uri()
        try:
            return self._opened(f"{address}?mode={'rwc' if may_write else 'rw'}", _Connection)
        except sqlite3.OperationalError:
            if may_write:
                raise
        # a disk that is read-only or full has no room for the log's index: read what is there
        log = self._log.stat().st_size if self._log.exists() else 0
        if not log or self.path.stat().st_size > _MOST_IN_MEMORY:
            return self._opened(f"{address}?immutable=1", _Frozen)
        return self._opened(
            ":memory:", _Frozen, whole(self.path.read_bytes(), self._log.read_bytes())
        )

    def _opened(
        self, address: str, kind: type[_Connection], content: bytes | None = None
    ) -> _Connection:
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=_WAIT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            factory=kind,
        )
        try:
            if content is not None:
                connection.deserialize(content)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_IN_ONE)
            self._version_of(connection)
            self._refuse_another(connection)
            connection.mark = _mark_of(self.path)
            connection.execute("PRAGMA temp_store=MEMORY")
            if kind is not _Frozen:
                connection.execute(f"PRAGMA synchronous={self._flushing}")
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

    def _refuse_another(self, connection: sqlite3.Connection) -> None:
        """Refuse a file that holds tables, but not ours: nothing is to be written into it."""
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        there = {name for (name,) in rows}
        if there and not self._tables <= there:
            raise WorkspaceError(f"{self.path} is not used: {another_file()}")
        if there and (found := foreign_schema(connection, self._steps)):
            raise WorkspaceError(
                f"{self.path} is not used: it has {found}, which this program puts into no file, "
                "and which could do something else than what is asked; take it from a backup"
            )

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


def _close_all(idle: "queue.LifoQueue[_Connection]") -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            idle.get_nowait().close()


def _mark_of(path: Path) -> Mark | None:
    """Which file lies at a path; None where there is none."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return status.st_dev, status.st_ino

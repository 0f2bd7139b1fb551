"""The files of a collection on disk: one table, and beside it what was found out since.

What a scan finds is added as a part, `images/<number>-<hex>.parquet`: rows that stand in the place
of those of the same location, and rows of files that are no longer in the table. Parts are never
changed. When they are many they are joined: with each other, or with the table, which says up to
which number it holds them. A small table is written anew instead.
"""

import contextlib
import functools
import re
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex

from contrast_engine.access import need_to_write
from contrast_engine.errors import WorkspaceError
from contrast_engine.store.atomic_files import locked, read_whole, stamp, write_bytes
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.file_table import StoredRows, decode_part, encode_files, header_of
from contrast_engine.store.image_file import ImageFile, shown
from contrast_engine.store.workspace_marker import PARTED, raise_format, read_mark

PARTS = "images"
"""The folder of the parts."""

SMALL = 50_000
"""Rows of a table that is written anew in less time than it takes to read one photograph."""

_MOST_PARTS = 16
"""More are joined: each is one more file to open."""

_SHARE = 4
"""What is a larger part of the table than one in so many is written into it (own choice)."""

_NAME = re.compile(r"\d{8}-[0-9a-f]{8}\.parquet")
_TRIES = 50


class StoredFiles:
    """The table of files of one workspace.

    Args:
        home: The folder of the workspace: what lies in it is named relative to it.
        folder: Where the table is kept, if not there; it is then always one file.
    """

    def __init__(self, home: Path, folder: Path | None = None) -> None:
        self._home = home
        self._table = (folder or home) / "images.parquet"
        self._parts = (folder or home) / PARTS
        self._is_one_file = folder is not None
        self._last: tuple[object, weakref.ref[FileColumns]] | None = None

    @property
    def version(self) -> tuple[object, ...]:
        """What changes whenever the table does."""
        return stamp(self._table), *self._names()

    @property
    def is_in_parts(self) -> bool:
        """True if something was found out since the table was written."""
        return bool(self._names())

    @property
    def readers(self) -> frozenset[str]:
        """How files were read, of those that it was written down of; no row is read for it."""
        tables = [self._table, *(self._parts / name for name in self._names())]
        return frozenset().union(*(header_of(table).readers for table in tables))

    def read(self) -> FileColumns:
        """All files, in the order of their locations.

        Raises:
            WorkspaceError: The table is damaged, or the folder of the collection is gone.
        """
        for _ in range(_TRIES):
            before = self.version
            if before == (None,):
                read_mark(self._home)  # no table yet; without its folder it is no collection
                return FileColumns.of(())
            with contextlib.suppress(FileNotFoundError):  # a part was joined meanwhile
                found = self._as_of(before)
                if self.version == before:
                    self._last = before, weakref.ref(found)
                    return found
        raise WorkspaceError(
            f"the table of images in {shown(self._home)} changes all the time; try again later"
        )

    def replace(self, files: Iterable[ImageFile]) -> None:
        """Put other files in the place of all.

        Raises:
            WorkspaceError: They could not be written; the table is as it was.
        """
        read_mark(self._home)  # a folder that was moved away is not begun anew
        rows = FileColumns.of(files).sorted()
        with self._writing():
            self._replace(rows)

    def add(self, files: Iterable[ImageFile], gone: Iterable[str] = ()) -> None:
        """Put some files in the place of those of the same location, and drop others.

        Args:
            files: New rows.
            gone: Locations of files that are no longer in the table.

        Raises:
            WorkspaceError: They could not be written; the table is as it was.
        """
        read_mark(self._home)
        dropped = FileColumns.of(ImageFile(location, "") for location in gone)
        new = _Change(FileColumns.of(files).sorted(), dropped)
        if not len(new):
            return
        with self._writing():
            if self._is_one_file or not self._outgrows(len(new)):
                self._replace(new.applied(self.read()))
                return
            raise_format(self._home, PARTED)
            self._write_part(new, self._joined() + 1)
            if len(self._names()) > _MOST_PARTS:
                self._join_parts()

    def join(self) -> None:
        """Have all in one table, for those who copy or compare that one file.

        Raises:
            WorkspaceError: It could not be written.
        """
        if self.is_in_parts:
            with self._writing():
                self._replace(self.read())

    def _outgrows(self, more: int) -> bool:
        """True if the table is so large that `more` rows are not written into it."""
        rows = header_of(self._table).rows
        return rows >= SMALL and more * _SHARE < rows

    def _as_of(self, version: tuple[object, ...]) -> FileColumns:
        names = [str(name) for name in version[1:]]
        known = self._known(version)
        if known is not None:
            found, read = known
        else:
            table = decode_part(read_whole(self._table), self._home)
            found, read = table.files, [name for name in names if _number(name) <= table.joined]
        new = [_Change.of(self._part(name)) for name in names if name not in read]
        # all of them at once: putting one into a large table is a look at all of its rows
        return functools.reduce(_Change.then, new).applied(found) if new else found

    def _known(self, version: tuple[object, ...]) -> tuple[FileColumns, list[str]] | None:
        """What was read last and is in use still, if only parts were added since."""
        if self._last is None:
            return None
        before, files = self._last[0], self._last[1]()
        is_begun = isinstance(before, tuple) and version[: len(before)] == before
        return (files, [str(name) for name in before[1:]]) if files and is_begun else None  # type: ignore[index]

    def _part(self, name: str) -> StoredRows:
        return decode_part((self._parts / name).read_bytes(), self._home)

    def _replace(self, files: FileColumns) -> None:
        names = self._names()
        joined = self._joined() if names else header_of(self._table).joined
        write_bytes(self._table, encode_files(files, self._home, joined=joined))
        self._remove(names)

    def _join_parts(self) -> None:
        names, held = self._names(), header_of(self._table).joined
        whole = _Change(FileColumns.of(()), FileColumns.of(()))
        for name in names:
            if _number(name) > held:
                whole = whole.then(_Change.of(self._part(name)))
        if self._outgrows(len(whole)):
            self._write_part(whole, self._joined())
            self._remove(names)
        else:
            self._replace(self.read())

    def _write_part(self, change: "_Change", number: int) -> None:
        rows = change.files.with_later(change.gone)
        is_gone = change.gone.hold(rows)
        name = f"{number:08d}-{token_hex(4)}.parquet"
        write_bytes(self._parts / name, encode_files(rows, self._home, gone=is_gone))

    def _names(self) -> tuple[str, ...]:
        try:
            found = [path.name for path in self._parts.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def _joined(self) -> int:
        """The number of the last part there was."""
        return max([header_of(self._table).joined, *map(_number, self._names())])

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):  # open elsewhere: the table says that it holds it
                (self._parts / name).unlink()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        need_to_write(self._table)  # before a lock is made for it
        busy = f"another process is writing the table of images of {shown(self._home)}; wait for it"
        with locked(self._home / "locks" / "images.lock", busy, 60.0):
            yield


class _Change:
    """Rows to put into a table, and rows to take out of it.

    Args:
        files: New rows, in order.
        gone: Rows whose locations are no longer in the table; never also new.
    """

    def __init__(self, files: FileColumns, gone: FileColumns) -> None:
        self.files = files
        self.gone = gone.chosen(~files.hold(gone))

    @classmethod
    def of(cls, part: StoredRows) -> "_Change":
        return cls(part.files.chosen(~part.gone), part.files.chosen(part.gone))

    def __len__(self) -> int:
        return len(self.files) + len(self.gone)

    def applied(self, files: FileColumns) -> FileColumns:
        """A table with this change made."""
        return files.chosen(~self.gone.hold(files)).with_later(self.files)

    def then(self, later: "_Change") -> "_Change":
        """This change and a later one as one."""
        gone = self.gone.chosen(~later.files.hold(self.gone))
        return _Change(later.applied(self.files), gone.with_later(later.gone))


def _number(name: str) -> int:
    return int(name[:8])

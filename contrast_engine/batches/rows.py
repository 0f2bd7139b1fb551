"""Rows of an Arrow table, one at a time, and tables of a fixed schema made from rows."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from contrast_engine.arrays import Json
from contrast_engine.errors import ContrastError, ImageError, OptionError
from contrast_engine.store.collection import file_name, shown

if TYPE_CHECKING:
    import pyarrow as pa

Batch = TypeVar("Batch", "pa.Table", "pa.RecordBatch")


@dataclass(frozen=True, slots=True)
class FileRow:
    """The contents of one file as a batch holds them.

    Args:
        path: Where it was read, as text.
        id: The name that the batch gives it, None without one.
        mtime_ns: When the file was last changed, None where the batch does not say.
        data: Its bytes, None where there are none.
        problem: Why it could not be read, said by whoever tried; None where it could.
    """

    path: str
    id: str | None
    mtime_ns: int | None
    data: bytes | None
    problem: str | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return file_name(self.path) or "the image"

    def contents(self) -> bytes:
        """Its bytes.

        Raises:
            ImageError: There are none.
        """
        if self.problem is not None:
            raise ImageError(self.problem)
        if self.data is None:
            raise ImageError(f"{self.name} came without its bytes; it could not be read")
        return self.data


def file_rows(batch: "pa.Table | pa.RecordBatch") -> Iterator[FileRow]:
    """The rows of a batch with a column "bytes", one held in memory at a time.

    Columns "path", "id", "mtime_ns" and "problem" are used where they are there.

    Raises:
        OptionError: It has no such column.
    """
    names = batch.schema.names
    if "bytes" not in names:
        raise OptionError(
            f"the batch needs a column 'bytes' with the contents of files; it has: "
            f"{', '.join(map(repr, names)) or 'none'}"
        )
    columns = {name: batch.column(name) for name in _COLUMNS if name in names}
    for row in range(batch.num_rows):
        given = {name: column[row].as_py() for name, column in columns.items()}
        mtime = given.get("mtime_ns")
        yield FileRow(
            path=_text(given.get("path")) or "",
            id=_text(given.get("id")),
            mtime_ns=mtime if isinstance(mtime, int) else None,
            data=_contents(given["bytes"]),
            problem=_text(given.get("problem")),
        )


_COLUMNS = ("bytes", "path", "id", "mtime_ns", "problem")


def row_or_problem(facts: Json, judge: Callable[[], Json]) -> Json:
    """What is known about a file with what looking at it gave, or with why it gave nothing."""
    try:
        return {**facts, **judge()}
    except ContrastError as error:
        return {**facts, "problem": str(error)}
    except MemoryError:
        return {**facts, "problem": "it needs more memory than there is"}
    except Exception as error:  # noqa: BLE001 - one file must not stop the work of a cluster
        return {**facts, "problem": f"an unexpected error, {type(error).__name__}: {error}"}


def table_like(batch: Batch, rows: list[Json], schema: "pa.Schema") -> Batch:
    """A table or a record batch, as `batch` is one, of rows that leave out what is null."""
    # the types are told apart by pyarrow, whose stubs know neither
    return cast("Batch", cast("Any", type(batch)).from_pylist(rows, schema=schema))


def safe(text: str) -> str:
    """Text that any encoding can write: a half of a surrogate pair is spelt out."""
    return text.encode("utf-8", "backslashreplace").decode()


def _text(value: object) -> str | None:
    if value is None:
        return None
    return shown(os.fsdecode(value)) if isinstance(value, bytes) else safe(str(value))


def _contents(value: object) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return value if isinstance(value, bytes) else None

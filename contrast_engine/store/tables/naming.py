"""By which columns the rows of a table name images: an id, a path, the image itself, an index."""

import re
from collections.abc import Callable, Iterable, Sequence

from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.store.tables.delimited import TextTable
from contrast_engine.store.tables.parquet_table import ParquetTable
from contrast_engine.store.tables.records_table import RecordsTable
from contrast_engine.store.tables.table import column, folded

INDEX = ("__index_level_0__", "unnamed: 0", "")
"""What pandas calls an index without a name, in Parquet and in text."""

PATHS = ("path", "file_name", "filepath", "image", "file")
"""Columns that name the file of an image: the first that is there counts."""

ID = re.compile(r"[0-9a-f]{16}")
"""What an id of ours looks like."""

_NUMBER = re.compile(r"\s*[+-]?[\d.,]*\s*")


def naming(table: TextTable | ParquetTable | RecordsTable) -> tuple[int, ...]:
    """The columns that name images, the most trusted first; none if none does."""
    wanted = (column(table, "id"), column(table, *PATHS))
    found = [at for at in wanted if at is not None]
    if isinstance(table, ParquetTable):
        found += [at for at in _images(table) if at not in found]
    if not found:
        index = _index(table)
        found += [] if index is None or _counts(table, index) else [index]
    return tuple(found)


def is_by_id(table: TextTable | ParquetTable | RecordsTable, named: Sequence[int]) -> bool:
    """True where the first of the columns that name images may hold ids, and others name them too.

    Such an id counts only where it is one of ours: numbers that another tool counts its rows by
    are no names of images.
    """
    return len(named) > 1 and folded(table.columns[named[0]]) == "id"


def find_named(
    cells: Iterable[str], find: Callable[[str], ImageId], *, by_id: bool = False
) -> tuple[ImageId, int]:
    """The image that a row names, and which of the cells that name it was used.

    A cell that names nothing known is passed over: a spreadsheet turns an id like 12e4567890123456
    into a number, and the path beside it still says which image is meant.

    Args:
        cells: What the columns of `naming` hold.
        find: From an id or a path to the image.
        by_id: What `is_by_id` says of the columns.

    Raises:
        UnknownName: No cell names an image; blank ones are no names.
    """
    why: UnknownName | None = None
    for at, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        if by_id and at == 0 and not ID.fullmatch(text.lower()):
            why = UnknownName(f"its id {text[:40]!r} is none of ours (16 hex digits)")
            continue
        try:
            return find(text.lower() if ID.fullmatch(text.lower()) else text), at
        except UnknownName as error:
            why = error
    raise why or UnknownName("it names no image: its id and its path are blank")


def _images(table: ParquetTable) -> list[int]:
    import pyarrow as pa

    return [
        at
        for at, field in enumerate(table.fields)
        if (pa.types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0)
        or (folded(field.name) == "image" and pa.types.is_binary(field.type))
    ]


def _index(table: TextTable | ParquetTable | RecordsTable) -> int | None:
    """The column of an index without a name."""
    if INDEX[0] in table.columns:
        return table.columns.index(INDEX[0])
    is_first = bool(table.columns) and folded(table.columns[0]) in INDEX
    return 0 if is_first else None


def _counts(table: TextTable | ParquetTable | RecordsTable, at: int) -> bool:
    """True where a column only counts the rows."""
    first = next(iter(table.rows([at])), None)
    return first is None or _NUMBER.fullmatch(first.cells[0]) is not None

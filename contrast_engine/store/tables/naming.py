"""By which columns the rows of a table name images: an id, a path, the image itself, an index."""

import re
from collections.abc import Callable, Iterable

from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageId
from contrast_engine.store.tables.delimited import TextTable
from contrast_engine.store.tables.parquet_table import ParquetTable
from contrast_engine.store.tables.table import column, folded

INDEX = ("__index_level_0__", "unnamed: 0", "")
"""What pandas calls an index without a name, in Parquet and in text."""

_ID = re.compile(r"[0-9a-f]{16}")
_NUMBER = re.compile(r"\s*[+-]?[\d.,]*\s*")


def naming(table: TextTable | ParquetTable) -> tuple[int, ...]:
    """The columns that name images, the most trusted first; none if none does."""
    found = [at for name in ("id", "path") if (at := column(table, name)) is not None]
    if isinstance(table, ParquetTable):
        found += _images(table)
    if not found:
        index = _index(table)
        found += [] if index is None or _counts(table, index) else [index]
    return tuple(found)


def find_named(cells: Iterable[str], find: Callable[[str], ImageId]) -> tuple[ImageId, int]:
    """The image that a row names, and which of the cells that name it was used.

    A cell that names nothing known is passed over: a spreadsheet turns an id like 12e4567890123456
    into a number, and the path beside it still says which image is meant.

    Args:
        cells: What the columns of `naming` hold.
        find: From an id or a path to the image.

    Raises:
        UnknownName: No cell names an image; blank ones are no names.
    """
    why: UnknownName | None = None
    for at, cell in enumerate(cells):
        text = cell.strip()
        if not text:
            continue
        try:
            return find(text.lower() if _ID.fullmatch(text.lower()) else text), at
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


def _index(table: TextTable | ParquetTable) -> int | None:
    """The column of an index without a name."""
    if INDEX[0] in table.columns:
        return table.columns.index(INDEX[0])
    is_first = bool(table.columns) and folded(table.columns[0]) in INDEX
    return 0 if is_first else None


def _counts(table: TextTable | ParquetTable, at: int) -> bool:
    """True where a column only counts the rows."""
    first = next(iter(table.rows([at])), None)
    return first is None or _NUMBER.fullmatch(first.cells[0]) is not None

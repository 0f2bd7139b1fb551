"""How much a Parquet file may hold: a few kilobytes can say that they are a thousand gigabytes."""

from collections.abc import Iterable
from typing import Any

MOST_ROWS = 20_000_000
"""Rows of a table of a collection: twenty times as many images as it is made for."""

MOST_COLUMNS = 50_000
MOST_GROUPS = 20_000

MOST_BYTES = 2**35
"""Bytes of all columns once they are unpacked; they are read one after the other."""

MOST_TEXT = 2**33
"""Bytes of a column of texts that are written once and meant many times."""

_DICTIONARY = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}


def check_bounds(metadata: Any, as_codes: Iterable[str] = ()) -> None:
    """Refuse a table that is larger than any collection, by what its footer says.

    Args:
        metadata: The footer, as pyarrow has it.
        as_codes: Columns of texts that are read as codes, and never unpacked.

    Raises:
        ValueError: It is larger.
    """
    rows, columns, groups = metadata.num_rows, metadata.num_columns, metadata.num_row_groups
    if not (0 <= rows <= MOST_ROWS and columns <= MOST_COLUMNS and groups <= MOST_GROUPS):
        raise ValueError(f"a table of {rows:,} rows and {columns:,} columns is none of ours")
    if columns * groups > 10 * MOST_COLUMNS:
        raise ValueError(f"a table of {groups:,} groups of {columns:,} columns is none of ours")
    codes, unpacked = set(as_codes), 0
    text: dict[str, int] = {}
    for at in range(groups):
        group = metadata.row_group(at)
        for number in range(columns):
            column = group.column(number)
            size, name = int(column.total_uncompressed_size), column.path_in_schema
            if size < 0 or column.num_values > MOST_ROWS:
                raise ValueError(f"the column {name} has an impossible size")
            unpacked += size
            if (
                column.physical_type == "BYTE_ARRAY"
                and name not in codes
                and _DICTIONARY & set(column.encodings)
            ):
                text[name] = text.get(name, 0) + size * int(column.num_values)
    if unpacked > MOST_BYTES or max(text.values(), default=0) > MOST_TEXT:
        raise ValueError("it would unpack to more than any collection has")

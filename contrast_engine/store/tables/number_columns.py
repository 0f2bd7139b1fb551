"""The columns of a table as numbers.

Nothing is chosen here: an integer column is as often a label as a dimension, and only a person
knows which.
"""

from contrast_engine.store.tables.delimited import TextTable
from contrast_engine.store.tables.number_column import FLOATS, LIST, OF_NUMBERS, NumberColumn
from contrast_engine.store.tables.parquet_columns import columns_of_parquet
from contrast_engine.store.tables.parquet_table import ParquetTable
from contrast_engine.store.tables.records_table import RecordsTable
from contrast_engine.store.tables.text_columns import columns_of_text

__all__ = ["FLOATS", "LIST", "OF_NUMBERS", "NumberColumn", "number_columns"]


def number_columns(table: TextTable | ParquetTable | RecordsTable) -> tuple[NumberColumn, ...]:
    """Every column, in the order of the table.

    Raises:
        CollectionError: A row has more cells than the header, or the table is damaged or too large.
    """
    if isinstance(table, ParquetTable):
        return columns_of_parquet(table)
    return columns_of_text(table)

"""Parquet tables people bring: their columns as text, one block of rows at a time."""

import json
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.table import Row

_BLOCK = 4096


@dataclass(frozen=True)
class ParquetTable:
    """A Parquet file, of which so far only the schema was read."""

    path: Path
    columns: tuple[str, ...]
    read_as = "Parquet"
    codec = None

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        """The pyarrow field of each column."""
        with opened(self.path) as file:
            return tuple(file.schema_arrow)

    def rows(self, columns: Sequence[int]) -> Iterator[Row]:
        """Every row with the text of some columns."""
        texts = [self._text(at) for at in columns]
        for number, values in enumerate(self.values(columns), start=2):
            cells = tuple(text(v) for text, v in zip(texts, values, strict=True))
            has_zero = any("\0" in cell for cell in cells)
            yield Row(number, cells, "it holds zero bytes" if has_zero else None)

    def values(self, columns: Sequence[int], block: int = _BLOCK) -> Iterator[tuple[Any, ...]]:
        """The values of some columns, row by row."""
        for batch in self.blocks(columns, block):
            try:
                lists = [column.to_pylist() for column in batch]
            except (ValueError, OverflowError) as error:  # text that is no UTF-8, years after 9999
                raise CollectionError(
                    f"{shown(self.path)} holds values that cannot be read; write it again"
                ) from error
            yield from zip(*lists, strict=True)

    def blocks(self, columns: Sequence[int], block: int = _BLOCK) -> Iterator[tuple[Any, ...]]:
        """The pyarrow arrays of some columns, so many rows at a time.

        Raises:
            CollectionError: The file is damaged, or two of its columns have one name.
        """
        names = [self.columns[at] for at in columns]
        for name in names:
            if self.columns.count(name) > 1:
                raise CollectionError(
                    f"{shown(self.path)} has {self.columns.count(name)} columns named {name!r}; "
                    "keep one of them"
                )
        with opened(self.path) as file:
            for batch in file.iter_batches(
                batch_size=block, columns=list(dict.fromkeys(names)), use_threads=False
            ):
                yield tuple(batch.column(batch.schema.names.index(name)) for name in names)

    def _text(self, at: int) -> Callable[[Any], str]:
        """What turns a value of a column into text.

        A class of a data set becomes its name, an image its content id, or its path without bytes.
        """
        names = _class_names(self.fields[at].name, self._metadata)
        if not names:
            return _plain
        known = dict(enumerate(names))
        return lambda value: known.get(value, "" if value is None or value == -1 else str(value))

    @cached_property
    def _metadata(self) -> dict[bytes, bytes]:
        with opened(self.path) as file:
            return dict(file.schema_arrow.metadata or {})


def open_parquet(path: Path) -> ParquetTable:
    """A Parquet file with its schema read.

    Raises:
        CollectionError: It is damaged, or no Parquet file.
        OSError: It cannot be read.
    """
    with opened(path) as file:
        return ParquetTable(path, tuple(file.schema_arrow.names))


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file, opened by pyarrow; whatever is wrong with it becomes one plain sentence.

    Raises:
        CollectionError: It is damaged, or no Parquet file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    # opened here, so that a file name that is no UTF-8 works too
    with path.open("rb") as file:
        try:
            yield pq.ParquetFile(file)
        except MemoryError:
            raise CollectionError(
                f"{shown(path)} needs more memory than there is; write it in parts"
            ) from None
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            raise CollectionError(
                f"{shown(path)} is not a readable parquet table; write it again"
            ) from error


def is_image(data: bytes) -> bool:
    """True for bytes that begin as an image file does."""
    from contrast_engine.images import formats

    return formats.family(data[:512]) is not None


def _plain(value: Any) -> str:
    if isinstance(value, dict) and "bytes" in value:
        value = value["bytes"] or value.get("path")
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bytes):
        from contrast_engine.images import content_id

        return content_id(value) if is_image(value) else os.fsdecode(value)
    if isinstance(value, list | dict):  # as a table of JSON has it
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _class_names(column: str, metadata: dict[bytes, bytes]) -> list[str]:
    """The names a Hugging Face data set gives the numbers of a column, if it does."""
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        feature = features[column]
        names = feature["names"] if feature["_type"] == "ClassLabel" else []
    except (KeyError, TypeError, ValueError, RecursionError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []

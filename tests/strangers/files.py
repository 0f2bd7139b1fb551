"""Tables of files that lead elsewhere, or are far larger than they say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.strangers.making import MAKERS, MARKUP, maker


def files_of(home: Path, /, **columns: Any) -> None:
    """Change columns of the table of files."""
    path = home / "images.parquet"
    table = pq.read_table(path)
    for name, values in columns.items():
        at = table.schema.get_field_index(name)
        given = [values] * len(table) if not isinstance(values, list) else values
        field = table.schema.field(name)
        table = table.set_column(at, field, pa.array(given, field.type))
    pq.write_table(table, path)


def _of_files(name: str, **columns: Any) -> None:
    MAKERS[f"files: {name}"] = lambda home, _: files_of(home, **columns)


_of_files("/etc/passwd", path=b"/etc/passwd", root=b"/etc")
_of_files("a device", path=b"/dev/zero", root=b"/dev")
_of_files("endless", path=b"/dev/stdin", root=b"/dev")
_of_files("NUL in a path", path=b"/tmp/\x00x", root=b"\x00")
_of_files("paths that are no path", path=b"", root=b"")
_of_files("a share of another machine", path=b"//server/share/x.jpg", root=b"//server/share")
_of_files("up and up", path=b"../../../../etc/passwd", root=b"..")
_of_files("negative sizes", bytes=-1, width=-5, height=-(2**63), mtime_ns=-(2**63))
_of_files("sizes beyond all", bytes=2**63 - 1, width=2**62, height=2**62, mtime_ns=2**63 - 1)
_of_files("one id for all", id="0" * 16)
_of_files("markup", notes=MARKUP, problem=MARKUP, format=MARKUP)
_of_files("a very long problem", problem="x" * 3_000_000)


def _table_of(name: str, of: Callable[[], pa.Table]) -> None:
    MAKERS[f"files: {name}"] = lambda root, _: pq.write_table(of(), root / "images.parquet")


_table_of("another schema", lambda: pa.table({"path": [1, 2], "x": [None, None]}))
_table_of("nested lists", lambda: pa.table({"path": [[["x"]]], "id": [{"a": 1}]}))
_table_of("no columns", lambda: pa.table({}))


@maker("files: twenty-five million rows in few kilobytes")
def _(root: Path, _: Path) -> None:
    bomb(root / "images.parquet", pq.read_schema(root / "images.parquet"))


@maker("files: long texts, a million times each")
def _(root: Path, _: Path) -> None:
    schema = pq.read_schema(root / "images.parquet")
    bomb(root / "images.parquet", schema, rows=10**6, text="x" * 100_000)


@maker("files: a header that says very much")
def _(root: Path, _: Path) -> None:
    table = pq.read_table(root / "images.parquet")
    said = {"readers": json.dumps([["x", 10**12]]), "gone": json.dumps([10**9]), "joined": "9" * 99}
    pq.write_table(table.replace_schema_metadata(said), root / "images.parquet")


@maker("files: runs without end")
def _(root: Path, _: Path) -> None:
    table = pq.read_table(root / "images.parquet")
    said = {"readers": json.dumps([["x", 10**12]])}
    pq.write_table(table.replace_schema_metadata(said), root / "images.parquet")


def bomb(path: Path, schema: pa.Schema, rows: int = 25 * 10**6, text: str = "x") -> None:
    """A small Parquet file of very many rows, all the same."""
    block, done = min(rows, 5 * 10**6), 0
    arrays = []
    for field in schema:
        value = (
            text
            if field.type == pa.string()
            else (text.encode() if field.type == pa.binary() else 1)
        )
        if field.name == "id":
            value = "0" * 16
        one = pa.array([value], field.type if field.type != pa.bool_() else pa.bool_())
        kept = pa.DictionaryArray.from_arrays(pa.array(np.zeros(block, np.int32)), one)
        arrays.append(kept)
    names = [field.name for field in schema]
    batch = pa.table(dict(zip(names, arrays, strict=True)))
    with pq.ParquetWriter(path, batch.schema, compression="zstd", store_schema=False) as writer:
        while done < rows:
            writer.write_table(batch, row_group_size=block)
            done += block

"""Which way of storing a table of features costs least for what is done with one.

    python tests/benchmarks/table_formats.py [ROWS]

A million rows of an id and 37 float64 columns, and on each format: write it, open it and read one
column, take 30 % of the rows by a column, append 1,000 rows, and read one column of what was
appended to. Each step in a process of its own; processor seconds and the most memory of that
process. Formats that are not installed are left out. Not part of the test suite.
"""

import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

COLUMNS, MORE = 37, 1000
STEPS = ("import", "write", "open + 1 column", "30 % of rows", "append 1,000", "1 column after it")
NAMES = [f"feature_{number:02d}" for number in range(COLUMNS)]


class Npy:
    """A folder of one plain .npy file for each column and batch."""

    needs = "numpy"

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write one batch as files of their own."""
        at.mkdir(exist_ok=True)
        number = len(list(at.glob("id-*.npy")))
        np.save(at / f"id-{number}.npy", ids)
        for name, column in zip(NAMES, values.T, strict=True):
            np.save(at / f"{name}-{number}.npy", np.ascontiguousarray(column))

    append = write

    def column(self, at: Path, name: str) -> Any:
        """One column."""
        parts = len(list(at.glob("id-*.npy")))
        return np.concatenate(
            [np.load(at / f"{name}-{i}.npy", mmap_mode="r") for i in range(parts)]
        )

    def where(self, at: Path, name: str, least: float) -> Any:
        """The ids of rows, and another column of theirs."""
        chosen = self.column(at, name) >= least
        return self.column(at, "id")[chosen], self.column(at, NAMES[-1])[chosen]


class ParquetParts:
    """A folder of immutable Parquet files with checksums of pages; ids are 8 bytes."""

    needs = "pyarrow"
    compression: str = "zstd"
    options: ClassVar[dict[str, Any]] = {"write_page_checksum": True}

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write one batch as a file of its own."""
        import pyarrow.parquet as pq

        at.mkdir(exist_ok=True)
        number = len(list(at.glob("*.parquet")))
        pq.write_table(
            _arrow(ids, values), at / f"{number}.parquet", compression=self.compression,
            use_dictionary=False, write_statistics=False, **self.options,
        )  # fmt: skip

    append = write

    def column(self, at: Path, name: str) -> Any:
        """One column."""
        import pyarrow.parquet as pq

        parts = []
        for path in sorted(at.glob("*.parquet")):
            with pq.ParquetFile(
                path, page_checksum_verification="write_page_checksum" in self.options
            ) as file:
                parts.append(file.read([name], use_threads=False).column(0).to_numpy())
        return np.concatenate(parts)

    where = Npy.where


class ParquetSplit(ParquetParts):
    """The same, with the bytes of a float split into streams before they are compressed."""

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write one batch as a file of its own."""
        type(self).options = {
            **ParquetParts.options,
            "column_encoding": dict.fromkeys(NAMES, "BYTE_STREAM_SPLIT"),
        }
        super().write(at, ids, values)

    append = write


class ParquetPlain(ParquetParts):
    """The same, not compressed."""

    compression = "none"


class ArrowFile:
    """A folder of Arrow IPC files that are mapped into memory."""

    needs = "pyarrow"

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write one batch as a file of its own."""
        import pyarrow as pa

        at.mkdir(exist_ok=True)
        table = _arrow(ids, values)
        number = len(list(at.glob("*.arrow")))
        with (
            pa.OSFile(str(at / f"{number}.arrow"), "wb") as sink,
            pa.ipc.new_file(sink, table.schema) as file,
        ):
            file.write_table(table)

    append = write

    def column(self, at: Path, name: str) -> Any:
        """One column."""
        import pyarrow as pa

        parts = []
        for path in sorted(at.glob("*.arrow")):
            table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
            parts.append(table.column(name).to_numpy())
        return np.concatenate(parts)

    where = Npy.where


class DuckDb:
    """One DuckDB file."""

    needs = "duckdb"

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write the first batch."""
        with _duck(at) as connection:
            batch = _arrow(ids, values)  # noqa: F841 - named in the query
            connection.execute("CREATE TABLE t AS SELECT * FROM batch")

    def append(self, at: Path, ids: Any, values: Any) -> None:
        """Append a batch."""
        with _duck(at) as connection:
            batch = _arrow(ids, values)  # noqa: F841 - named in the query
            connection.execute("INSERT INTO t SELECT * FROM batch")

    def column(self, at: Path, name: str) -> Any:
        """One column."""
        with _duck(at) as connection:
            return connection.execute(f"SELECT {name} FROM t").fetchnumpy()[name]

    def where(self, at: Path, name: str, least: float) -> Any:
        """The ids of rows, and another column of theirs."""
        with _duck(at) as connection:
            found = connection.execute(f"SELECT id, {NAMES[-1]} FROM t WHERE {name} >= ?", [least])
            return found.fetchnumpy()["id"], None


class Lance:
    """A Lance data set."""

    needs = "lance"

    def write(self, at: Path, ids: Any, values: Any) -> None:
        """Write the first batch."""
        import lance

        lance.write_dataset(_arrow(ids, values), str(at))

    def append(self, at: Path, ids: Any, values: Any) -> None:
        """Append a batch."""
        import lance

        lance.write_dataset(_arrow(ids, values), str(at), mode="append")

    def column(self, at: Path, name: str) -> Any:
        """One column."""
        import lance

        return lance.dataset(str(at)).to_table(columns=[name]).column(0).to_numpy()

    def where(self, at: Path, name: str, least: float) -> Any:
        """The ids of rows, and another column of theirs."""
        import lance

        found = lance.dataset(str(at)).to_table(
            columns=["id", NAMES[-1]], filter=f"{name} >= {least}"
        )
        return found.column(0).to_numpy(), found.column(1).to_numpy()


FORMATS: dict[str, Any] = {
    "npy, a file a column": Npy, "Parquet parts, zstd": ParquetParts,
    "Parquet parts, split + zstd": ParquetSplit, "Parquet parts, plain": ParquetPlain,
    "Arrow IPC, mapped": ArrowFile, "DuckDB": DuckDb, "Lance": Lance,
}  # fmt: skip


def _arrow(ids: Any, values: Any) -> Any:
    import pyarrow as pa

    columns = [pa.array(ids), *(pa.array(np.ascontiguousarray(column)) for column in values.T)]
    return pa.Table.from_arrays(columns, names=["id", *NAMES])


def _duck(at: Path) -> Any:
    import duckdb

    return duckdb.connect(str(at), config={"threads": 1})


def _rows(n: int, seed: int) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    return random.integers(0, 2**63, n).astype(np.uint64), random.normal(size=(n, COLUMNS))


def _one(name: str, step: str, at: Path, n: int) -> dict[str, float]:
    """Processor seconds and memory of one step, in this process."""
    made = FORMATS[name]()
    rows = _rows(n if step == "write" else MORE, 0 if step == "write" else 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began, walled = time.process_time(), time.monotonic()
    if step == "import":
        importlib.import_module(made.needs + (".parquet" if made.needs == "pyarrow" else ""))
    elif step == "write":
        made.write(at, *rows)
    elif step == "append 1,000":
        made.append(at, *rows)
    elif step == "30 % of rows":
        assert abs(len(made.where(at, NAMES[3], 0.5244)[0]) / n - 0.3) < 0.01
    else:
        found = made.column(at, NAMES[5])
        assert len(found) == n + (MORE if step.endswith("it") else 0), len(found)
        assert np.isfinite(found.sum())
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = time.process_time() - began
    return {
        "cpu": seconds,
        "wall": time.monotonic() - walled,
        "mb": after / 1024,
        "more": (after - before) / 1024,
    }


def _bytes(at: Path) -> float:
    files = [at] if at.is_file() else [path for path in at.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 1e6


def main() -> None:
    """Print one row for each format that is installed."""
    if len(sys.argv) == 5:
        name, step, at, n = sys.argv[1:]
        print(json.dumps(_one(name, step, Path(at), int(n))))
        return
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print("| format | " + " | ".join(f"{step}, s (MB)" for step in STEPS) + " | MB on disk |")
    print("|---|" + "---|" * (len(STEPS) + 1))
    for name, made in FORMATS.items():
        if importlib.util.find_spec(made.needs) is None:
            print(f"| {name} | not installed |", flush=True)
            continue
        folder = Path(tempfile.mkdtemp(prefix="table-formats-"))
        cells = []
        for step in STEPS:
            asked = [sys.executable, __file__, name, step, str(folder / "table"), str(n)]
            said = subprocess.run(asked, stdout=subprocess.PIPE, env=os.environ, check=True).stdout
            found = json.loads(said.splitlines()[-1])
            cells.append(f"{found['cpu']:.3f} ({found['more']:.0f})")
        print(f"| {name} | {' | '.join(cells)} | {_bytes(folder / 'table'):.0f} |", flush=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

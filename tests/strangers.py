"""Workspaces as a stranger could make them: each says something untrue, or leads out of its folder.

Each maker changes one thing in a folder that was a good workspace.
"""

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Maker = Callable[[Path, Path], None]
"""Spoils a workspace, its first argument; the second is a folder of somebody else."""

MAKERS: dict[str, Maker] = {}
SQLITE = ("labels", "comparisons", "edits", "thumbs", "team", "selections")
"""The databases that may be in a workspace."""

MARKUP = "<script>alert(1)</script>![x](http://example.org/x.png)\x1b]0;t\x07\u202e"


def maker(name: str) -> Callable[[Maker], Maker]:
    """Puts a maker into the list, under a name."""

    def add(made: Maker) -> Maker:
        MAKERS[name] = made
        return made

    return add


def marked(root: Path, **changed: Any) -> None:
    """Change what the mark says."""
    mark = root / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | changed))


def _of_mark(name: str, **changed: Any) -> None:
    MAKERS[name] = lambda root, _: marked(root, **changed)


_DEEP: Any = "x"
for _ in range(400):
    _DEEP = [_DEEP]

for _name, _roots in {
    "the whole disk": ["/", "/etc", "//server/share", r"\\server\share", "..", "../..", "~"],
    "NUL": ["\x00", "/tmp/\x00/x", "\ud800"], "numbers": [1, None, {}, []], "no list": "/etc",
    "null": None, "an object": {"/etc": 1}, "very many": [f"/{n}" for n in range(200_000)],
    "very long": ["/" + "x" * 2_000_000], "very deep": _DEEP,
}.items():  # fmt: skip
    _of_mark(f"roots: {_name}", roots=_roots)

_of_mark("since of another type", since=[1, 2])
_of_mark("an id that is a path", id="../../etc")
_of_mark("an id that is a list", id=["x"])
_of_mark("an id of markup", id=MARKUP)
_of_mark("a format that is true", format=True)
_of_mark("a format below all", format=-(2**70))
_of_mark("reading options nobody has", reading={"x": MARKUP, "white": [1]})
_of_mark("reading options of another type", reading=[1])


@maker("a mark of brackets")
def _(root: Path, _: Path) -> None:
    (root / "workspace.json").write_text("[" * 100_000)


@maker("a mark of a number with very many digits")
def _(root: Path, _: Path) -> None:
    (root / "workspace.json").write_text('{"format": ' + "9" * 100_000 + ', "id": "00000000"}')


# --- the table of files


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


# --- results


def manifests(root: Path) -> list[Path]:
    """The manifests of results."""
    return [p for p in root.glob("*/*.json") if len(p.stem) == 16 and p.parent.name != "jobs"]


def told(root: Path, **changed: Any) -> None:
    """Change what every manifest says."""
    for path in manifests(root):
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))


def _of_results(name: str, **changed: Any) -> None:
    MAKERS[f"results: {name}"] = lambda root, _: told(root, **changed)


_of_results(
    "parts elsewhere", parts=[{"file": "../../x.parquet", "rows": 1, "bytes": 1, "marks": ""}]
)
_of_results("rows beyond all", rows=10**15)
_of_results("negative rows", rows=-1)
_of_results("recipes nobody has", recipe={"method": "os.system", "options": {"x": "rm"}})
_of_results("a recipe that is a list", recipe=[1], details=[2], inputs={"x": 1})
_of_results("a type that is none", type="builtins.eval")
_of_results("steps of markup", step=MARKUP, details={"name": MARKUP})
_of_results("deep details", details={"x": _DEEP})
_of_results("a seed of text", seed="x")
_of_results("nothing is said of them", details={})
_of_results("lists for what is said of clusters", details={"summary": [1], "representatives": 7})


@maker("results: arrays that are pickles, archives, and headers that lie")
def _(root: Path, _: Path) -> None:
    for at, path in enumerate(sorted(root.rglob("*.npy"))):
        path.write_bytes(LYING_ARRAYS[at % len(LYING_ARRAYS)])


@maker("models: a header that lies")
def _(root: Path, _: Path) -> None:
    _weights(root, b"\xff\xff\xff\xff\xff\xff\xff\x7f{}")


@maker("models: a tensor that lies outside of the file")
def _(root: Path, _: Path) -> None:
    said = (
        b'{"low": {"dtype": "F64", "shape": [1000000000000], "data_offsets": [0, 8000000000000]}}'
    )
    _weights(root, len(said).to_bytes(8, "little") + said)


@maker("models: tensors one above the other, and of a negative size")
def _(root: Path, _: Path) -> None:
    one = '{"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}'
    said = f'{{"low": {one}, "high": {one}}}'.encode()
    _weights(root, len(said).to_bytes(8, "little") + said + bytes(8))


@maker("models: a pickle in an archive")
def _(root: Path, _: Path) -> None:
    _weights(root, _zipped(PICKLE))


@maker("models: recipes that are none")
def _(root: Path, _: Path) -> None:
    for path, recipe in zip(root.glob("models/*/recipe.json"), ["x"], strict=False):
        path.write_text(json.dumps({"recipe": recipe, "checksum": 7}))


def _weights(root: Path, data: bytes) -> None:
    """Put a file in place of the numbers of each model, and have the recipe vouch for it."""
    import hashlib

    for path in root.glob("models/*/recipe.json"):
        (path.parent / "weights.safetensors").write_bytes(data)
        said = json.loads(path.read_text())
        said["checksum"] = hashlib.blake2b(data, digest_size=16).hexdigest()
        path.write_text(json.dumps(said))


def _zipped(data: bytes) -> bytes:
    """An archive as torch makes it, with a pickle of one's own."""
    import io
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("a.npy", data)
    return whole.getvalue()


def _array(header: str, data: bytes = b"") -> bytes:
    said = header.encode()
    return b"\x93NUMPY\x01\x00" + len(said).to_bytes(2, "little") + said + data


@maker("results: in use is one outside")
def _(root: Path, _: Path) -> None:
    for path in root.glob("*/current"):
        path.write_text("../../../../etc/passwd\n")


@maker("results: in use is no text")
def _(root: Path, _: Path) -> None:
    for path in root.glob("*/current"):
        path.write_bytes(b"\xff\x00" * 1000)


@maker("results: tables with very many rows")
def _(root: Path, _: Path) -> None:
    for path in root.glob("*/*.parquet"):
        bomb(path, pq.read_schema(path), rows=5 * 10**6)
        _described(path)


@maker("results: numbers that are none")
def _(root: Path, _: Path) -> None:
    for path in root.glob("*/*.parquet"):
        table = pq.read_table(path)
        for at, field in enumerate(table.schema):
            if field.type == pa.float64():
                values = np.resize([np.nan, np.inf, -np.inf, 1e308], len(table))
                table = table.set_column(at, field, pa.array(values))
        pq.write_table(table, path, use_dictionary=False)
        _described(path)


@maker("results: pickles in their place")
def _(root: Path, _: Path) -> None:
    for path in root.glob("*/*.parquet"):
        path.write_bytes(PICKLE)


def _described(path: Path) -> None:
    """Have the manifest describe the table that lies there now, as its maker would."""
    from contrast_engine.store.table_parts import described

    manifest = path.with_suffix(".json")
    if manifest.exists():
        value = json.loads(manifest.read_text())
        part = described(path.name, path.read_bytes(), pq.read_metadata(path).num_rows)
        value |= {"parts": [part.as_json()], "rows": part.rows}
        manifest.write_text(json.dumps(value))


HARMED = Path(tempfile.gettempdir()) / "harmed-by-a-pickle"


class _Harm:
    def __reduce__(self) -> Any:
        return (os.system, (f"touch {HARMED}",))


def _pickled() -> bytes:
    import pickle

    return pickle.dumps(_Harm())


PICKLE = _pickled()
"""What makes a file where it is read as a pickle."""

LYING_ARRAYS = (
    PICKLE,
    _zipped(PICKLE),
    b"PK\x03\x04" + b"x" * 99,
    _array("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}\n", PICKLE),
    _array("{'descr': '|u1', 'fortran_order': False, 'shape': (10000000000000,)}\n"),
    _array("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 64, 64, 3)}\n", b"xx"),
    _array("-" * 9000 + "1"),
    _array("(" * 9000),
)
"""Files of arrays that are none."""


# --- databases


def _of_databases(name: str, statements: str) -> None:
    def spoil(root: Path, _: Path) -> None:
        for one in SQLITE:
            path = root / f"{one}.sqlite"
            if path.exists():
                with closing(sqlite3.connect(path)) as connection:
                    tables = connection.execute(
                        "SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'"
                    ).fetchall()
                    for (table,) in tables:
                        connection.executescript(statements.replace("TABLE_", table))
                    connection.commit()

    MAKERS[f"databases: {name}"] = spoil


_of_databases(
    "a trigger that empties them",
    "CREATE TRIGGER harm_TABLE_ AFTER INSERT ON TABLE_ BEGIN DELETE FROM TABLE_; END;",
)
_of_databases(
    "a view without end",
    "ALTER TABLE TABLE_ RENAME TO kept_TABLE_; CREATE VIEW TABLE_ AS WITH RECURSIVE n(x) AS "
    "(SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT kept_TABLE_.* FROM n, kept_TABLE_;",
)
_of_databases(
    "a column that is computed",
    "ALTER TABLE TABLE_ ADD COLUMN harm BLOB GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL;",
)
_of_databases(
    "an index of an expression", "CREATE INDEX harm_TABLE_ ON TABLE_ (hex(zeroblob(90000)));"
)

_of_databases(
    "a rule that gives up other rows",
    "PRAGMA writable_schema=1; UPDATE sqlite_master SET sql = "
    "replace(sql, 'UNIQUE', 'UNIQUE ON CONFLICT REPLACE') WHERE name = 'TABLE_';",
)


@maker("databases: bodies of brackets")
def _(root: Path, _: Path) -> None:
    _bodies(root, "[" * 100_000)


@maker("databases: bodies that lack all")
def _(root: Path, _: Path) -> None:
    _bodies(root, "{}")


@maker("databases: bodies that are lists")
def _(root: Path, _: Path) -> None:
    _bodies(root, "[]")


def _bodies(root: Path, text: str) -> None:
    for one in ("labels", "edits"):
        with closing(sqlite3.connect(root / f"{one}.sqlite")) as connection:
            connection.execute("UPDATE events SET body = ? WHERE body IS NOT NULL", (text,))
            connection.commit()


@maker("team: a trigger that gives all away")
def _(root: Path, _: Path) -> None:
    from contrast_engine.store.team import _SCHEMA as SCHEMA

    with closing(sqlite3.connect(root / "team.sqlite")) as connection:
        connection.executescript(SCHEMA)
        connection.execute(
            "CREATE TRIGGER harm AFTER INSERT ON presence BEGIN DELETE FROM leases; END"
        )
        connection.execute("PRAGMA user_version=1")
        connection.commit()


@maker("databases: a blob of hundreds of megabytes")
def _(root: Path, _: Path) -> None:
    with closing(sqlite3.connect(root / "thumbs.sqlite")) as connection:
        connection.execute(
            "UPDATE thumbnails SET webp = zeroblob(300000000) WHERE rowid = "
            "(SELECT min(rowid) FROM thumbnails)"
        )
        connection.commit()


@maker("databases: pages that are damaged")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        path = root / f"{one}.sqlite"
        if path.exists():
            data = bytearray(path.read_bytes())
            data[200:] = np.random.default_rng(1).bytes(len(data) - 200)
            path.write_bytes(data)


@maker("databases: a log from elsewhere")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        if (root / f"{one}.sqlite").exists():
            (root / f"{one}.sqlite-wal").write_bytes(os.urandom(4096))


@maker("databases: a version below all")
def _(root: Path, _: Path) -> None:
    for one in SQLITE:
        path = root / f"{one}.sqlite"
        if path.exists():
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA user_version=-7")


@maker("thumbnails: a page with a script")
def _(root: Path, _: Path) -> None:
    _thumbnail(root, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")


@maker("thumbnails: a picture far larger than it says")
def _(root: Path, _: Path) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "png")
    _thumbnail(root, out.getvalue())


@maker("thumbnails: numbers and texts")
def _(root: Path, _: Path) -> None:
    _thumbnail(root, 7)


def _thumbnail(root: Path, value: object) -> None:
    with closing(sqlite3.connect(root / "thumbs.sqlite")) as connection:
        connection.execute("UPDATE thumbnails SET webp = ?", (value,))
        connection.commit()


@maker("labels of markup, of very long names, of another type")
def _(root: Path, _: Path) -> None:
    with closing(sqlite3.connect(root / "labels.sqlite")) as connection:
        connection.execute(
            "UPDATE events SET label = ?, who = ?, why = ?", (MARKUP, MARKUP, MARKUP)
        )
        connection.execute("UPDATE events SET label = ? WHERE seq % 3 = 0", ("x" * 5_000_000,))
        connection.execute("UPDATE events SET who = 7, at = x'ff' WHERE seq % 3 = 1")
        connection.commit()


# --- links, and what is no file

FOLDERS = (
    "locks",
    "jobs",
    "imports",
    "maps",
    "features",
    "clusterings",
    "cache",
    "images",
    "models",
)


def _link(name: str, target: str = "") -> Maker:
    def make(root: Path, other: Path) -> None:
        path = root / name
        aside = root.parent / f"aside-{path.name}"
        if path.is_dir():
            path.rename(aside)
        elif path.exists():
            path.unlink()
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(other / target if target else other)

    return make


for _folder in FOLDERS:
    MAKERS[f"links: {_folder}"] = _link(_folder)
for _file in (
    "workspace.json", "images.parquet", "labels.sqlite", "thumbs.sqlite", "annotators.json",
    "lookup.bin", "locks/scan.lock", "locks/workspace.lock", "locks/labels.sqlite.lock", "jobs/00000000000000aa.lock",
    "labels.sqlite-wal",
):  # fmt: skip
    MAKERS[f"links: {_file}"] = _link(_file, "diary.txt")


def _pipe(name: str) -> Maker:
    def make(root: Path, _: Path) -> None:
        path = root / name
        path.unlink(missing_ok=True)
        path.parent.mkdir(exist_ok=True)
        os.mkfifo(path)

    return make


for _file in (
    "images.parquet",
    "labels.sqlite",
    "annotators.json",
    "lookup.bin",
    "report.md",
    "maps/current",
):
    MAKERS[f"pipes: {_file}"] = _pipe(_file)


# --- jobs


def _job(name: str, **said: Any) -> None:
    def make(root: Path, _: Path) -> None:
        (root / "jobs").mkdir(exist_ok=True)
        job = "00000000000000aa"
        value = {"id": job, "step": "scan", "params": {"paths": ["/etc"]}, "state": "queued",
                 "started": 1.0} | said  # fmt: skip
        (root / "jobs" / f"{job}.json").write_text(json.dumps(value))
        (root / "jobs" / f"{job}.lock").touch()
        (root / "jobs" / f"{job}.metrics.jsonl").write_text('{"x": 1}\nnot json\n[1]\n')
        (root / "jobs" / f"{job}.log").write_text(MARKUP)

    MAKERS[f"jobs: {name}"] = make


_job("one that waits to be run")
_job("one that runs until the end of time", state="running", alive_until=1e300, pid=1)
_job("a state that is a list", state=["running"])
_job("a start that is a word", started="now", done="x", total=[1])
_job("a time that is a word", alive_until="never")
_job("markup", step=MARKUP, note=MARKUP, error=MARKUP, state="failed")
_job("results of another type", state="done", result=[1, 2], params=7)
_job(
    "a share of another type",
    state="running",
    overall="x",
    overall_from=1,
    part_done="x",
    part_at=1,
    updated=2,
    alive_until=1e12,
)


# --- what lies beside


def _text(name: str, data: bytes) -> None:
    def make(root: Path, _: Path) -> None:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_bytes(data)

    MAKERS[f"beside: {name}, {data[:12]!r}"] = make


for _data in (
    b'{"x": ' + b"[" * 100_000,
    b"[1, 2]",
    b'{"names": 7, "images": "x", "problems": [1]}',
    np.random.default_rng(0).bytes(3000),
    PICKLE,
):
    for _file in (
        "annotators.json",
        "unmeasurable.json",
        "removed.json",
        "lookup.bin",
        "switching.json",
        "report.json",
    ):
        _text(_file, _data)


@maker("beside: a journal that replaces a file elsewhere")
def _(root: Path, other: Path) -> None:
    (root / "kept").mkdir()
    (root / "kept" / "diary.txt").write_text("harm")
    # what is joined to a folder and is a whole path is that path
    journal = {"kept": "kept", "names": [str(other / "diary.txt")], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


@maker("beside: a journal that takes a file elsewhere from here")
def _(root: Path, other: Path) -> None:
    journal = {"kept": "..", "names": [f"../{other.name}/diary.txt"], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


@maker("beside: a journal that reads a file elsewhere")
def _(root: Path, other: Path) -> None:
    journal = {"kept": str(other), "names": ["diary.txt"], "event": _EVENT}
    (root / "switching.json").write_text(json.dumps(journal))


_EVENT = {"who": "x", "token": "x", "body": {"what": "accept"}}

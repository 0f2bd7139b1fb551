"""Results, arrays and models that are none: manifests, pickles, headers that lie."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.strangers.files import bomb
from tests.strangers.making import DEEP, MAKERS, MARKUP, maker


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
_of_results("deep details", details={"x": DEEP})
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

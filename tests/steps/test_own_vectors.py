"""Vectors a person brings: only floats are taken unasked, and what became of the rest is said."""

import contextlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.cli import main
from contrast_engine.errors import CollectionError
from contrast_engine.store import Workspace, array_files
from contrast_engine.store.tables.number_columns import number_columns

N = 6
VALUES = np.random.default_rng(0).normal(size=(N, 4)).astype(np.float16).astype(np.float64)
"""Numbers that 16-bit floats hold exactly, so that every layout must give the same."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, photographs) -> Workspace:
    folder = tmp_path_factory.mktemp("own")
    photographs(folder / "photos", N)
    workspace = Workspace(folder / "w.contrast")
    steps.scan(workspace, [folder / "photos"])
    return workspace


@pytest.fixture
def ids(workspace):
    return list(workspace.images.ids)


@pytest.fixture
def paths(workspace):
    return [workspace.images.path(image) for image in workspace.images.ids]


def brought(workspace, path, columns=()):
    """The report, and the vectors in the order of the images."""
    report = steps.embed(workspace, str(path), columns=columns)
    return report, workspace.load(report.key).take(workspace.images.ids).values


def parquet(folder, columns, **options):
    target = folder / "mine.parquet"
    pq.write_table(pa.table(columns), target, **options)
    return target


def lists(kind):
    return pa.array(VALUES.astype(kind.value_type.to_pandas_dtype()).tolist(), kind)


def nested(values, width=2):
    return [np.reshape(row, (width, -1)).tolist() for row in values]


def npz(folder, **arrays):
    np.savez(folder / "mine.npz", **arrays)
    return folder / "mine.npz"


def npy(folder, array, names, text="{}\n"):
    np.save(folder / "mine.npy", array)
    (folder / "mine.txt").write_text("".join(text.format(name) for name in names))
    return folder / "mine.npy"


def csv_of(folder, names, separator=",", point="."):
    lines = [separator.join(["id", "v0", "v1", "v2", "v3"])]
    lines += [separator.join([name, *(repr(v).replace(".", point) for v in row)])
              for name, row in zip(names, VALUES.tolist(), strict=True)]  # fmt: skip
    (folder / "mine.csv").write_text("\n".join(lines))
    return folder / "mine.csv"


def listed_csv(folder, names, between):
    lines = ["id,label,e"]
    lines += [f'{name},1,"[{between.join(map(repr, row))}]"'
              for name, row in zip(names, VALUES.tolist(), strict=True)]  # fmt: skip
    (folder / "mine.csv").write_text("\n".join(lines))
    return folder / "mine.csv"


FLOATS = {f"v{k}": VALUES[:, k] for k in range(4)}
LAYOUTS = {
    "list of floats": lambda f, ids, p: parquet(f, {"id": ids, "e": lists(pa.list_(pa.float32()))}),
    "list of 16-bit floats": lambda f, ids, p: parquet(
        f, {"id": ids, "e": lists(pa.list_(pa.float16()))}
    ),
    "large list": lambda f, ids, p: parquet(
        f, {"id": ids, "e": lists(pa.large_list(pa.float64()))}
    ),
    "fixed-size list": lambda f, ids, p: parquet(
        f, {"id": ids, "e": lists(pa.list_(pa.float32(), 4))}
    ),
    "list of lists": lambda f, ids, p: parquet(
        f, {"path": p, "e": pa.array(nested(VALUES), pa.list_(pa.list_(pa.float32())))}
    ),
    "tensor": lambda f, ids, p: parquet(
        f, {"id": ids, "e": pa.FixedShapeTensorArray.from_numpy_ndarray(VALUES.reshape(N, 2, 2))}
    ),
    "columns of floats": lambda f, ids, p: parquet(f, {"path": p, **FLOATS}),
    "columns of 16-bit floats": lambda f, ids, p: parquet(
        f, {"path": p, **{k: v.astype(np.float16) for k, v in FLOATS.items()}}
    ),
    "header in capitals": lambda f, ids, p: parquet(f, {" Path ": p, **FLOATS}),
    "index of pandas": lambda f, ids, p: parquet(f, {**FLOATS, "__index_level_0__": p}),
    "many row groups": lambda f, ids, p: parquet(f, {"id": ids, **FLOATS}, row_group_size=2),
    "ids of others beside paths": lambda f, ids, p: parquet(
        f, {"id": list(range(N)), "path": p, **FLOATS}
    ),
    "images": lambda f, ids, p: parquet(
        f,
        {"image": [{"bytes": Path(one).read_bytes(), "path": None} for one in p],
         "e": lists(pa.list_(pa.float32()))},
    ),
    "images by path": lambda f, ids, p: parquet(
        f, {"image": [{"bytes": None, "path": one} for one in p], **FLOATS}
    ),
    "npy": lambda f, ids, p: npy(f, VALUES, ids),
    "npy, 16-bit": lambda f, ids, p: npy(f, VALUES.astype(np.float16), ids),
    "npy, Fortran order": lambda f, ids, p: npy(f, np.asfortranarray(VALUES), p),
    "npy, big-endian": lambda f, ids, p: npy(f, VALUES.astype(">f4"), ids),
    "npy, one more axis": lambda f, ids, p: npy(f, VALUES[:, None, :], ids),
    "npy, lines of Windows": lambda f, ids, p: npy(f, VALUES, ids, "{}\r\n"),
    "npz with ids": lambda f, ids, p: npz(f, embeddings=VALUES, ids=np.array(ids)),
    "npz with bytes": lambda f, ids, p: npz(f, e=VALUES, path=np.array([s.encode() for s in p])),
    "npz with labels": lambda f, ids, p: npz(f, features=VALUES, id=np.array(ids), y=np.arange(N)),
    "npz, one array an id": lambda f, ids, p: npz(f, **dict(zip(ids, VALUES, strict=True))),
    "lists in cells": lambda f, ids, p: listed_csv(f, ids, ", "),
    "lists in cells, as NumPy prints": lambda f, ids, p: listed_csv(f, ids, " "),
    "commas": lambda f, ids, p: csv_of(f, ids),
    "tabs": lambda f, ids, p: csv_of(f, ids, "\t"),
    "semicolons and decimal commas": lambda f, ids, p: csv_of(f, ids, ";", ","),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_vectors(workspace, ids, paths, tmp_path, layout):
    report, values = brought(workspace, LAYOUTS[layout](tmp_path, ids, paths))
    assert np.array_equal(values, VALUES)
    assert (report.images, report.dimensions, report.ignored) == (N, 4, 0)
    assert report.columns
    assert report.read_as


LABELS = pa.array([0, 1, 0, 1, 1, 0])
BESIDE = {
    "whole numbers": {"sharp": LABELS},
    "bytes": {"sharp": LABELS.cast(pa.uint8())},
    "yes or no": {"sharp": LABELS.cast(pa.bool_())},
    "whole numbers kept as floats": {"sharp": LABELS.cast(pa.float64())},
    "a label with fractions": {"label": [0.5, 1.5, 0.5, 1.5, 1.5, 0.5]},
    "an id": {"image_id": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5]},
    "text": {"note": list("abcdef")},
    "numbers as text": {"note": ["0.5"] * N},
    "nothing": {"note": pa.nulls(N)},
    "no number": {"note": [float("nan")] * N},
    "a date": {"when": pa.array([0] * N, pa.timestamp("s"))},
    "lists of whole numbers": {"boxes": [[1, 2]] * N},
}
TAKEN = {
    "numbered": FLOATS,
    "named": dict(zip(("red", "green", "blue", "grey"), VALUES.T, strict=True)),
    "lists": {"e": lists(pa.list_(pa.float32()))},
}


NO_CELLS = {"lists of whole numbers", "a date", "numbers as text"}
"""What a table of text has no cell for."""

CASES = [("parquet", of, beside) for of in TAKEN for beside in BESIDE] + [
    ("csv", of, beside) for of in ("numbered", "named") for beside in BESIDE.keys() - NO_CELLS
]


@pytest.mark.parametrize(("ending", "vectors", "beside"), sorted(CASES))
def test_what_stands_beside_the_floats_is_left_out_and_said(
    workspace, ids, tmp_path, vectors, beside, ending
):
    columns = BESIDE[beside] | {"id": ids} | TAKEN[vectors]
    if ending == "parquet":
        path = parquet(tmp_path, columns)
    else:
        path = tmp_path / "mine.csv"
        rows = zip(*(pa.array(one).to_pylist() for one in columns.values()), strict=True)
        lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
        path.write_text("\n".join([",".join(columns), *lines]))
    report, values = brought(workspace, path)
    assert np.array_equal(values, VALUES)
    assert report.columns == tuple(TAKEN[vectors])
    assert set(report.left_out) == set(BESIDE[beside])
    assert all(report.left_out.values())


@pytest.mark.slow
def test_coin_flips_beside_noise_are_learnt_no_better_than_by_chance(tmp_path, photographs):
    """With the label column among the dimensions a classifier makes no error on coin flips."""
    random = np.random.default_rng(1)
    n = 60
    photographs(tmp_path / "photos", n, side=16)
    own = Workspace(tmp_path / "w.contrast")
    steps.scan(own, [tmp_path / "photos"])
    flips = random.integers(0, 2, n)
    signs, noise = 2.0 * flips - 1, random.normal(size=(n, 8))

    def accuracy(path, columns=()):
        report = steps.embed(own, str(path), columns=columns)
        values = own.load(report.key).take(own.images.ids).values
        design = np.column_stack([np.ones(n), values])
        hat = design @ np.linalg.pinv(design)
        own_share = np.diag(hat)
        left_out = (hat @ signs - own_share * signs) / (
            1 - own_share
        )  # leave-one-out, in closed form
        return (np.sign(left_out) == signs).mean(), report

    for more in ({f"d{k}": noise[:, k] for k in range(8)}, {"embedding": noise.tolist()}):
        path = parquet(tmp_path, {"id": list(own.images.ids), "label": flips, **more})
        found, report = accuracy(path)
        assert found < 0.75
        assert (report.dimensions, report.left_out) == (8, {"label": "whole numbers"})
        assert accuracy(path, [*more, "label"])[0] > 0.95  # asked for, it gives itself away


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        (["label"], ("label",)),
        (["v1", "label"], ("v1", "label")),
        (["v*"], ("v0", "v1", "v2", "v3")),
        (["v"], ("v0", "v1", "v2", "v3")),
        (["V[23]"], None),
        (["v[23]"], ("v2", "v3")),
        (["LABEL"], ("label",)),
        (["*"], ("label", "v0", "v1", "v2", "v3")),
        (["none"], None),
        (["note"], None),
    ],
)
@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_columns_are_taken_as_they_are_named(workspace, ids, tmp_path, asked, taken, ending):
    columns = {"id": ids, "label": LABELS, "note": list("abcdef"), **FLOATS}
    path = parquet(tmp_path, columns)
    if ending == "csv":
        rows = zip(*(pa.array(one).to_pylist() for one in columns.values()), strict=True)
        path = tmp_path / "mine.csv"
        path.write_text("\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]))
    if taken is None:
        with pytest.raises(CollectionError, match=r"no column|holds text"):
            steps.embed(workspace, str(path), columns=asked)
        return
    report, values = brought(workspace, path, asked)
    assert report.columns == taken
    assert values.shape == (N, len(taken))


WHOLE = np.arange(N * 4, dtype=np.uint8).reshape(N, 4)
ONLY_WHOLE = {
    "parquet": lambda f, ids: parquet(f, {"id": ids, **{f"q{k}": WHOLE[:, k] for k in range(4)}}),
    "parquet, lists": lambda f, ids: parquet(f, {"id": ids, "q": WHOLE.tolist()}),
    "npy": lambda f, ids: npy(f, WHOLE, ids),
    "npz": lambda f, ids: npz(f, q=WHOLE, id=np.array(ids)),
}


@pytest.mark.parametrize("layout", ONLY_WHOLE)
def test_vectors_of_whole_numbers_are_taken_when_they_are_named(workspace, ids, tmp_path, layout):
    path = ONLY_WHOLE[layout](tmp_path, ids)
    with pytest.raises(CollectionError, match="--columns"):
        steps.embed(workspace, str(path))
    name = "*" if layout == "npy" else "q"
    assert np.array_equal(brought(workspace, path, [name])[1], WHOLE)


@pytest.mark.parametrize(
    ("columns", "match"),
    [
        ({"a": [[1.5]] * N, "b": [[2.5]] * N}, "several columns of vectors: a, b"),
        ({f"{s}_{k}": VALUES[:, k] for s in ("clip", "dino") for k in range(4)}, "clip_0 to clip_3"),
        ({"a": [[1.5]] * (N - 1) + [[1.5, 2.5]]}, "1 and 2 numbers"),
        ({"label": LABELS}, "label: whole numbers"),
        ({"a": pa.array([[]] * N, pa.list_(pa.float32()))}, "no vector in any row"),
        ({"a": [[float("nan")]] * N}, "finite number"),
    ],
)  # fmt: skip
def test_a_table_that_leaves_the_choice_open_is_refused_with_what_to_name(
    workspace, ids, tmp_path, columns, match
):
    with pytest.raises(CollectionError, match=match):
        steps.embed(workspace, str(parquet(tmp_path, {"id": ids, **columns})))


@pytest.mark.parametrize("ending", ["parquet", "parquet, lists", "csv", "npy"])
def test_what_became_of_every_row_is_counted(workspace, ids, tmp_path, capsys, ending):
    nan, inf = float("nan"), float("inf")
    names = [ids[0], ids[0], ids[0], ids[1], ids[2], "0" * 16, "", ids[3]]
    rows = [[1.5, 2], [1.5, 2], [9.5, 9], [nan, 1], [inf, 1], [1, 1], [1, 1], [3.5, 4]]
    if ending == "npy":
        path = npy(tmp_path, np.array(rows), names)
    elif ending == "csv":
        path = tmp_path / "mine.csv"
        path.write_text("id,v0,v1\n" + "".join(
            f"{name},{a},{float(b)}\n" for name, (a, b) in zip(names, rows, strict=True)
        ))  # fmt: skip
    elif ending == "parquet":
        path = parquet(
            tmp_path, {"id": names, "v0": [r[0] for r in rows], "v1": [float(r[1]) for r in rows]}
        )
    else:
        path = parquet(tmp_path, {"id": names, "e": [[float(v) for v in row] for row in rows]})
    assert main(["embed", str(workspace.root), str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["images"], said["dimensions"], said["ignored"]) == (2, 2, 2)
    assert said["rows"] == {
        "rows": 8, "unknown": 1, "unnamed": 1, "nan": 1, "infinite": 1, "repeated": 2,
        "differing": 1, "without": N - 2,
    }  # fmt: skip
    assert main(["embed", str(workspace.root), str(path)]) == 0
    text = capsys.readouterr().out
    for words in ("1 row with a number missing", "1 row with an infinite number", "1 differ",
                  "1 row of the file are no image", "1 row without an id", "4 images of the"):  # fmt: skip
        assert words in text


def header(folder, said, data=b"", version=b"\x01\x00"):
    text = said.encode()
    width = 2 if version == b"\x01\x00" else 4
    whole = b"\x93NUMPY" + version + len(text).to_bytes(width, "little") + text + data
    (folder / "mine.npy").write_bytes(whole)
    (folder / "mine.txt").write_text("x\n")
    return folder / "mine.npy"


FINE = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s)}"


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (FINE % "10**15, 512", "no array of NumPy"),
        (FINE % "1000000000000000, 512", "declares more than"),
        (FINE % "1000, 512", "declares 512,000 numbers and holds fewer"),
        (FINE % "-1, 512", "no array of NumPy"),
        (FINE % "1, 0", "must hold a finite number"),
        ("{'descr': '|O', 'fortran_order': False, 'shape': (1, 2)}", "a pickle"),
        ("{'descr': '<c8', 'fortran_order': False, 'shape': (1, 2)}", "complex"),
        ("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 2)}", "array of floats"),
        ("__import__('os').system('false')", "no array of NumPy"),
        ("(" * 5000, "no array of NumPy"),
        ("{}", "no array of NumPy"),
        ("'" + "x" * 20000 + "'", "header of 20,002 bytes"),
    ],
)
def test_a_header_that_lies_is_refused_before_anything_is_made(workspace, tmp_path, said, match):
    with pytest.raises(CollectionError, match=match):
        steps.embed(workspace, str(header(tmp_path, said)))


def test_a_pickle_is_never_loaded(workspace, tmp_path, ids):
    class Evil:
        def __reduce__(self):
            return (Path(tmp_path / "ran").touch, ())

    objects = np.array([[Evil(), 1.0]], dtype=object)
    np.save(tmp_path / "mine.npy", objects, allow_pickle=True)
    (tmp_path / "mine.txt").write_text(ids[0])
    np.savez(tmp_path / "mine.npz", e=objects)
    for name in ("mine.npy", "mine.npz"):
        with pytest.raises(CollectionError, match="a pickle"):
            steps.embed(workspace, str(tmp_path / name))
    assert not (tmp_path / "ran").exists()


def test_an_archive_of_arrays_that_unpacks_to_too_much_is_refused(
    workspace, tmp_path, ids, monkeypatch
):
    monkeypatch.setattr(array_files, "MOST_NUMBERS", 1000)
    whole = io.BytesIO()
    np.save(whole, np.zeros((100, 100)))
    with zipfile.ZipFile(tmp_path / "mine.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("e.npy", whole.getvalue())
    with pytest.raises(CollectionError, match="more than 1,000 numbers"):
        steps.embed(workspace, str(tmp_path / "mine.npz"))


@pytest.mark.parametrize("name", ["mine.npy", "mine.npz", "mine.parquet", "mine.csv", "mine.xlsx"])
@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"PK\x03\x04 and no more", b"\x93NUMPY\x01", b"\0" * 99]
)
def test_a_damaged_file_is_one_plain_sentence(workspace, tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(CollectionError) as said:
        steps.embed(workspace, str(tmp_path / name))
    assert "Error" not in str(said.value)
    assert name in str(said.value)


def test_numbers_of_a_parquet_table_are_read_in_one_pass_of_its_blocks(tmp_path):
    from contrast_engine.store.tables import open_table

    table = {f"v{k}": np.arange(5000.0) + k for k in range(3)}
    opened = open_table(parquet(tmp_path, table))
    found = number_columns(opened)
    assert [np.array_equal(c.values[:, 0], table[c.name]) for c in found] == [True] * 3


@pytest.mark.slow
def test_whatever_is_broken_in_a_file_the_answer_is_a_sentence(workspace, tmp_path, ids, paths):
    """Bytes changed, left out, put in and cut off; the same every time."""
    random = np.random.default_rng(0)
    made = [
        LAYOUTS[name](tmp_path, ids, paths) for name in ("list of floats", "npz with ids", "tabs")
    ]
    for path in made:
        whole = path.read_bytes()
        for _ in range(40):
            data = bytearray(whole)
            for _ in range(random.integers(1, 5)):
                at = int(random.integers(len(data)))
                if random.random() < 0.6:
                    data[at] = random.integers(256)
                else:
                    data[at : at + int(random.integers(40))] = b'\0";\r'[: random.integers(5)]
            path.write_bytes(data)
            with contextlib.suppress(CollectionError):
                steps.embed(workspace, str(path))


def dotted(values):
    """Lists of floats as other tools write them into JSON."""
    return [[float(v) for v in row] for row in values]


@pytest.mark.parametrize("name", ["file_name", "filepath", "image", "file"])
@pytest.mark.parametrize("ending", ["parquet", "jsonl"])
def test_other_tools_columns_name_images_and_vectors(workspace, paths, tmp_path, name, ending):
    columns = {"id": list(range(N)), name: paths, "embedding": dotted(VALUES),
               "bbox": [[0.5, 1.5]] * N}  # fmt: skip
    if ending == "parquet":
        path = parquet(tmp_path, columns)
    else:
        path = tmp_path / "mine.jsonl"
        rows = zip(*columns.values(), strict=True)
        path.write_text("\n".join(json.dumps(dict(zip(columns, row, strict=True))) for row in rows))
    report, values = brought(workspace, path)
    assert np.array_equal(values, VALUES)
    assert (report.columns, report.rows.unknown) == (("embedding",), 0)
    assert report.left_out["bbox"] == "another column of lists"


def test_a_list_beside_numbered_columns_is_refused_until_one_is_named(workspace, paths, tmp_path):
    numbered = {f"clip_{k}": VALUES[:, k].tolist() for k in range(4)}
    path = parquet(tmp_path, {"path": paths, "embedding": dotted(VALUES), **numbered})
    with pytest.raises(CollectionError, match=r"embedding and in clip_0 to clip_3; choose with"):
        steps.embed(workspace, str(path))
    assert np.array_equal(brought(workspace, path, ["clip_*"])[1], VALUES)

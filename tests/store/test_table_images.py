"""Parquet tables that hold images: unpacked once, safely, or read where their paths lead."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError, WorkspaceError
from contrast_engine.images import content_id
from contrast_engine.store.sources import archives, root_of, search, table_images

STRUCT = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


@pytest.fixture
def photos(tmp_path, photographs):
    return [path.read_bytes() for path in photographs(tmp_path / "made", 3)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tables").mkdir()
    return tmp_path / "tables"


def table(folder, columns, **options):
    pq.write_table(pa.table(columns), folder / "t.parquet", **options)
    return folder / "t.parquet"


def look(tmp_path, root):
    found = search((root_of(root),), tmp_path / "imports", lambda note: None)
    fine = {f.location for f in found.files.values() if f.problem is None}
    problems = {Path(f.location).name: f.problem for f in found.files.values() if f.problem}
    return fine, problems, found.notes


def ids(paths):
    return {content_id(Path(path).read_bytes()) for path in paths}


LAYOUTS = {
    "bytes and path": lambda photos: {
        "image": pa.array([{"bytes": b, "path": f"{k}.jpg"} for k, b in enumerate(photos)], STRUCT)
    },
    "bytes and no path": lambda photos: {
        "image": pa.array([{"bytes": b, "path": None} for b in photos], STRUCT), "label": [0, 1, 0],
    },
    "bytes alone": lambda photos: {"picture": pa.array(photos, pa.binary())},
    "large bytes": lambda photos: {"image": pa.array(photos, pa.large_binary())},
    "bytes beside paths of files that are gone": lambda photos: {
        "path": ["x/1.jpg", "x/2.jpg", "x/3.jpg"], "image": pa.array(photos, pa.binary())
    },
    "bytes of something else first": lambda photos: {
        "mask": pa.array([b"abc"] * 3, pa.binary()), "image": pa.array(photos, pa.binary())
    },
    "one path for all": lambda photos: {
        "image": pa.array([{"bytes": b, "path": "same.jpg"} for b in photos], STRUCT)
    },
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("options", [{}, {"row_group_size": 1}, {"compression": "none"}], ids=str)
def test_images_in_a_table_are_unpacked_byte_for_byte(tmp_path, folder, photos, layout, options):
    made = table(folder, LAYOUTS[layout](photos), **options)
    fine, problems, notes = look(tmp_path, made)
    assert ids(fine) == set(map(content_id, photos))
    assert problems == {}
    assert all(path.startswith(str(tmp_path / "imports")) for path in fine)
    assert notes == ["t.parquet: read as Parquet"]


def test_a_path_that_leads_to_a_file_means_that_file(tmp_path, folder, photos):
    (folder / "a.jpg").write_bytes(photos[0])
    there = {"bytes": None, "path": "a.jpg"}
    gone = {"bytes": None, "path": "gone.jpg"}
    none = {"bytes": None, "path": None}
    fine, problems, _ = look(
        tmp_path, table(folder, {"image": pa.array([there, gone, none], STRUCT)})
    )
    assert fine == {str(folder / "a.jpg")}
    assert problems == {
        "t.parquet:row 2": "row 2 of the table has no bytes of an image and names gone.jpg, which is"
        " not there",
        "t.parquet:row 3": "row 3 of the table has no bytes of an image and has none",
    }
    small = {"path": ["a.jpg", "b.jpg"], "image": pa.array(photos[1:], pa.binary())}
    fine, _, _ = look(tmp_path, table(folder, small))
    assert ids(fine) == {content_id(photos[0]), content_id(photos[2])}


@pytest.mark.parametrize(
    "named",
    ["../evil.jpg", "/evil.jpg", "a/../../evil.jpg", "..\\evil.jpg", "C:\\evil.jpg", ".hidden/evil.jpg",
     "\\\\server\\evil.jpg", "nu\0ll.jpg", "x" * 300 + ".jpg", "..", "/", "<b>\"'\n.jpg", "é.jpg"],
    ids=ascii,
)  # fmt: skip
def test_no_name_in_a_table_writes_anywhere_else(tmp_path, folder, photos, named):
    before = set(tmp_path.rglob("*"))
    made = table(folder, {"image": pa.array([{"bytes": photos[0], "path": named}], STRUCT)})
    fine, problems, _ = look(tmp_path, made)
    assert ids(fine) == {content_id(photos[0])}, problems
    after = set(tmp_path.rglob("*")) - before - {made}
    assert all(p.is_relative_to(tmp_path / "imports") for p in after)
    assert not Path("/evil.jpg").exists()


def test_bytes_that_are_no_image_are_a_problem_of_their_row(tmp_path, folder, photos):
    cells = [{"bytes": photos[0], "path": "a.jpg"}, {"bytes": b"hello", "path": "b"},
             {"bytes": b"", "path": None}]  # fmt: skip
    fine, problems, _ = look(tmp_path, table(folder, {"image": pa.array(cells, STRUCT)}))
    assert len(fine) == 1
    assert problems["t.parquet:row 2"] == "row 2 of the table holds bytes that are no image"
    assert "row 3" in problems["t.parquet:row 3"]


def test_a_table_is_unpacked_once_and_again_when_it_changed(tmp_path, folder, photos):
    made = table(folder, LAYOUTS["bytes and path"](photos))
    first = look(tmp_path, made)
    stamps = [Path(path).stat().st_mtime_ns for path in sorted(first[0])]
    assert look(tmp_path, made) == first
    assert [Path(path).stat().st_mtime_ns for path in sorted(first[0])] == stamps
    os.utime(made, ns=(1, 1))
    table(folder, LAYOUTS["bytes and path"](photos[:2]))
    assert len(look(tmp_path, made)[0]) == 2


def test_a_table_that_unpacks_to_more_than_images_do_is_refused(
    tmp_path, folder, photos, monkeypatch
):
    made = table(folder, {"image": pa.array(photos[:1] * 500, pa.binary())})  # packed as one
    monkeypatch.setattr(archives, "SMALL", 1000)
    monkeypatch.setattr(archives, "LARGEST_GROWTH", 3)
    with pytest.raises(CollectionError, match="unpacks to more than a table of images"):
        look(tmp_path, made)
    assert not list((tmp_path / "imports").glob("*/*"))


def test_no_room_on_the_disk_is_said_before_anything_is_unpacked(
    tmp_path, folder, photos, monkeypatch
):
    monkeypatch.setattr(archives, "SPARE", 1 << 60)
    with pytest.raises(WorkspaceError, match=r"unpacks to .* free some space"):
        look(tmp_path, table(folder, LAYOUTS["bytes and path"](photos)))


def test_one_cell_larger_than_any_photograph_is_a_problem(tmp_path, folder, photos, monkeypatch):
    monkeypatch.setattr(table_images, "LARGEST_FILE", len(photos[0]) - 1)
    problems = look(tmp_path, table(folder, {"image": pa.array(photos[:1], pa.binary())}))[1]
    assert "more than an image has" in problems["t.parquet:row 1"]

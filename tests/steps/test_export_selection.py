"""Selections handed out: tables, archives, names that are safe on every system."""

import csv
import io
import zipfile
from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.steps.output.export_selection import (
    LONGEST_NAME,
    archive,
    export_selection,
    present,
    safe_name,
    selected_table,
)
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::30]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Four photographs: two of one name but for its case, one that will be gone, one from here."""
    for place, sample in (("one/same.jpg", 0), ("two/Same.JPG", 1), ("two/gone.jpg", 2)):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(SAMPLES[sample].read_bytes())
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, [tmp_path / "one", tmp_path / "two", SAMPLES[3]])
    return workspace


def test_an_archive_has_every_file_as_it_is_and_says_what_it_left_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    ids = workspace.images.ids
    (tmp_path / "two" / "gone.jpg").unlink()
    pieces = list(archive(workspace, ids))
    assert len(pieces) == 4, "one piece per file that is there, and the end"
    packed = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert packed.testzip() is None
    names = packed.namelist()
    assert len({name.casefold() for name in names}) == len(names) == 5
    assert sum(name.casefold().endswith("same.jpg") for name in names) == 2
    assert packed.read("same.jpg") == SAMPLES[0].read_bytes()
    assert "gone.jpg" in packed.read("left-out.txt").decode()
    rows = list(csv.DictReader(io.StringIO(packed.read("table.csv").decode())))
    assert {row["id"] for row in rows} == set(ids)


def test_a_selection_is_written_by_the_ending_of_its_name(
    workspace: Workspace, tmp_path: Path
) -> None:
    ids = workspace.images.ids[:2]
    for name, start in (("a.csv", b"id,path,"), ("a.parquet", b"PAR1"), ("a.ZIP", b"PK")):
        done = export_selection(workspace, [*ids, ImageId("0" * 16)], tmp_path / name)
        assert done.rows == 2
        assert (tmp_path / name).read_bytes().startswith(start)
    with pytest.raises(OptionError, match=r"\.csv, \.parquet or \.zip"):
        export_selection(workspace, ids, tmp_path / "a.txt")
    with pytest.raises(OptionError, match="there is no folder"):
        export_selection(workspace, ids, tmp_path / "no" / "a.csv")
    with pytest.raises(NotEnoughData, match="none of these images"):
        export_selection(workspace, ["0" * 16], tmp_path / "b.csv")
    assert not (tmp_path / "b.csv").exists()


def test_images_that_are_gone_are_left_out_and_the_rest_is_in_the_collections_order(
    workspace: Workspace,
) -> None:
    ids = workspace.images.ids
    assert present(workspace, [ImageId("0" * 16), ids[2], ids[0]]) == (ids[0], ids[2])
    assert {row[0] for row in selected_table(workspace, ids[:1]).rows} == {ids[0]}


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("/home/me/a photo.jpg", "a photo.jpg"),
        ("x/../..\\evil.jpg", ".._evil.jpg".strip(".")),
        ("x/con.jpg", "_con.jpg"),
        ("x/a:b|c?.png", "a_b_c_.png"),
        ("x/line\nbreak\u202e.png", "line_break_.png"),
        ("x/..", "_"),
        ("x/" + "n" * 300 + ".jpeg", "n" * (LONGEST_NAME - 12) + ".jpeg"),
    ],
)
def test_a_name_in_an_archive_is_safe_everywhere(given: str, made: str) -> None:
    assert safe_name(given) == made

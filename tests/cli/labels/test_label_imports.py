"""The ways in by command: scans that find nothing, tables with labels, class folders, undoing."""

import json
import shutil
from pathlib import Path

import pytest

from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast


@pytest.fixture
def home(tmp_path: Path, photographs) -> Path:
    """Four photographs in two folders named as classes, and a file that is none."""
    paths = photographs(tmp_path / "made", 4, side=24)
    for k, path in enumerate(paths):
        folder = tmp_path / "photos" / "train" / ("cat" if k % 2 else "dog")
        folder.mkdir(parents=True, exist_ok=True)
        path.rename(folder / f"{k}.jpg")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.jpg").write_bytes(b"no picture")
    return tmp_path


NOTHING = {
    "broken files": lambda home: home / "broken",
    "a table of files that are gone": lambda home: written(home / "l.csv", "path\ngone.jpg\n"),
    "a table of addresses": lambda home: written(home / "l.csv", "file\ns3://b/a.jpg\n"),
    "an empty folder": lambda home: (home / "empty").mkdir() or home / "empty",
}


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["scan", "gather"])
@pytest.mark.parametrize("what", NOTHING)
def test_a_scan_that_finds_no_image_fails_and_leaves_nothing(
    contrast: Contrast, home: Path, what: str, command: str
) -> None:
    source = NOTHING[what](home)
    said = contrast(command, home / "new.contrast", source)
    assert said.code == 1
    assert len(said.err.strip().splitlines()) == 1
    assert not (home / "new.contrast").exists()
    contrast("scan", home / "old.contrast", home / "photos")
    before = (home / "old.contrast" / "workspace.json").read_bytes()
    assert contrast(command, home / "old.contrast", source).code == 1
    assert (home / "old.contrast" / "workspace.json").read_bytes() == before
    old = Workspace.open(home / "old.contrast")
    assert (len(old.images), old.images.problems) == (4, ())


def test_addresses_in_a_table_are_refused_in_one_line(contrast: Contrast, home: Path) -> None:
    rows = "".join(f"s3://bucket/{k}.jpg\n" for k in range(50))
    table = written(home / "l.csv", f"path\nphotos/train/dog/0.jpg\n{rows}https://x.org/a.jpg\n")
    said = contrast("scan", home / "w.contrast", table, "--json").json
    assert said["images"] == 1
    assert [one["reason"].split(",")[0] for one in said["problems"]] == [
        "1 row names an image by https://", "50 rows name images by s3://",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("path,file_name", "{dog},gone.jpg"), ("image,file_name", "gone.jpg,{dog}"),
        ("image,filepath,file", "gone.jpg,{dog},gone.jpg"), ("file,image", "gone.jpg,{dog}"),
        ("id,file", "17,{dog}"), ("ID;Image", "0000;{uri}"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_the_first_column_of_paths_names_the_images_of_a_scan_and_of_labels(
    contrast: Contrast, home: Path, header: str, row: str, ending: str
) -> None:
    place = home / "photos" / "train" / "dog" / "0.jpg"
    separator = ";" if ";" in header else ","
    names = header.split(separator)
    cells = [
        c.format(dog="photos/train/dog/0.jpg", uri=place.as_uri()) for c in row.split(separator)
    ]
    if ending == "jsonl":
        text = json.dumps(dict(zip([*names, "label"], [*cells, "low"], strict=True)))
    else:
        text = f"{separator.join([*names, 'label'])}\n{separator.join([*cells, 'low'])}\n"
    table = written(home / f"l.{ending}", text)
    said = contrast("scan", home / "w.contrast", table, "--json").json
    assert (said["images"], said["problems"]) == (1, [])
    done = contrast("label", "import", home / "w.contrast", table, "--json").json
    assert [(one["path"], one["label"]) for one in done["labels"]] == [(str(place), "low")]


def test_the_labels_of_a_scanned_table_are_offered_until_they_are_taken(
    contrast: Contrast, home: Path
) -> None:
    table = written(
        home / "my l.csv",
        "file_name,Class\nphotos/train/dog/0.jpg,low\nphotos/train/cat/1.jpg,high\n",
    )
    workspace = home / "w.contrast"
    said = contrast("scan", workspace, table)
    command = f"contrast label import {workspace} '{table}' --label-column Class"
    assert (
        f"my l.csv: its column Class has 2 labels for 2 images: `{command}` takes them" in said.out
    )
    offer = contrast("scan", workspace, table, "--json").json["label_tables"]
    assert [(one["column"], one["labels"], one["images"]) for one in offer] == [("Class", 2, 2)]
    taken = contrast("label", "import", workspace, table, "--label-column", "Class", "--json").json
    assert taken["rows"]["labels"] == 2
    assert contrast("scan", workspace, table, "--json").json["label_tables"] == []
    assert contrast("label", "import", workspace, "--undo", "--json").json["taken_back"] == 2
    assert contrast("label", "list", workspace, "--json").json["labels"] == []
    assert contrast("label", "import", workspace, "--undo").code == 1
    assert contrast("scan", workspace, table, "--json").json["label_tables"]


def test_folders_are_labels_where_they_can_be_classes(contrast: Contrast, home: Path) -> None:
    workspace = home / "w.contrast"
    said = contrast("scan", workspace, home / "photos", "--labels-from-folders", "--json").json
    given = {Path(row["path"]).name: row["label"] for row in said["labels_from_folders"]["labels"]}
    assert given == {"0.jpg": "dog", "1.jpg": "cat", "2.jpg": "dog", "3.jpg": "cat"}
    again = contrast("label", "import", workspace, "--from-folders")
    assert "2 classes: cat (2), dog (2)" in again.out
    assert "nothing is new" in again.out
    shutil.copy(home / "photos/train/dog/0.jpg", home / "photos/train/cat/copy.jpg")
    contrast("scan", workspace)
    said = contrast("label", "import", workspace, "--from-folders", "--json").json
    assert "folders of different names" in said["problems"][0]["reason"]
    other = home / "other.contrast"
    for folder, extra, words in (
        (home / "photos/train/cat", (), "in no folder below it"),
        (home / "photos", ("--most-classes", "1"), "say --most-classes 2"),
    ):
        said = contrast("scan", other, folder, "--labels-from-folders", *extra)
        assert said.code == 1
        assert words in said.err


def test_a_dry_run_writes_nothing_and_a_command_line_says_one_thing(
    contrast: Contrast, home: Path
) -> None:
    workspace = home / "w.contrast"
    contrast("scan", workspace, home / "photos")
    said = contrast("label", "import", workspace, "--from-folders", "--dry-run", "--json").json
    assert (said["labelled"], said["import"], said["labels"]) == (4, None, [])
    assert "would be labelled" in contrast(
        "label", "import", workspace, "--from-folders", "--dry-run"
    ).out  # fmt: skip
    for words in ((), ("--undo", "--from-folders"), ("l.csv", "--undo")):
        assert contrast("label", "import", workspace, *words).code == 2
    assert contrast("label", "export", workspace, home / "l.txt").code in {1, 2}


def test_the_order_of_the_labels_that_no_file_holds_is_said(contrast: Contrast, home: Path) -> None:
    workspace = home / "w.contrast"
    assert contrast("scan", workspace, home / "photos").code == 0
    store = Workspace(workspace)
    store.labels.define(["low, dim", "high"], is_ordered=True)
    store.labels.add(store.images.ids[:2], "high", "ann")
    shown = contrast("label", "export", workspace, home / "l.csv", "--only-current").out
    assert "contrast label define WS --ordered --label 'low, dim' --label high" in shown

"""Formats of other tools: their files hold what the tools read, appear whole, and replace nothing."""

import csv
import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from contrast_engine import docs
from contrast_engine.errors import OptionError, UnknownName
from contrast_engine.progress import Cancelled
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps import scan
from contrast_engine.steps.output.destination import ABOUT
from contrast_engine.steps.output.export import export, handed_out_as
from contrast_engine.steps.output.formats import formats
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors

SCHEMAS = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "formats_of_other_tools.json").read_text("utf-8")
)
"""What the tools accepted when they were tried, by format; tests/interop asks the tools themselves."""

PHOTOS = (
    "one/a.jpg", "two/a.jpg", "two/a.png", "test_1.jpg", ".hidden.jpg", "no ending", "Ünï & ø.png",
)  # fmt: skip
LABELS = ('low & "dim"', "high <key>", "nan")

WRITTEN = {"atlas": "out.parquet", "coco": "out.json", "jsonl": "out.jsonl"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs and a workspace in which each has a place, some a label, all but one a prediction."""
    home = tmp_path_factory.mktemp("formats")
    for number, name in enumerate(PHOTOS):
        file = home / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        kind = "PNG" if name.endswith(".png") else "JPEG"
        Image.new("RGB", (6 + number, 5), (30 * number, 90, 20)).save(file, kind)
    workspace = Workspace(home / "w.contrast")
    scan(workspace, [home / "photos"])
    fill(workspace)
    workspace.close()
    return home


def fill(workspace: Workspace) -> None:
    ids = workspace.images.ids
    known = ids[:-1]  # the last one is not measured
    read = ("c_rms", "gcf", "sigma_l", "u_dr", "clip_shadows", "clip_highlights", "chroma_mean",
            "hue_diversity", "lum_contrast", "mean_y")  # fmt: skip
    measured = np.random.default_rng(1).uniform(size=(len(known), len(read)))
    values = np.random.default_rng(0).normal(size=(len(known), 2))
    share = np.linspace(0.4, 1.0, len(known))[:, None] * [1, 0, 0] + [0, 0.1, 0]
    for kind, result in (
        ("features", Vectors(known, measured, read)),
        ("maps", Vectors(known, values, ("map_x", "map_y"))),
        ("clusterings", Clustering(known, np.zeros(len(known), dtype=np.int64), values[:, 0])),
        ("predictions", Predictions(known, LABELS, share / share.sum(axis=1, keepdims=True),
                                    np.zeros(len(known), dtype=np.bool_))),
    ):  # fmt: skip
        workspace.make_current(kind, workspace.save(Artifact(kind, "test@1"), result))
    workspace.labels.define(list(LABELS))
    workspace.labels.add(ids[:2], LABELS[1])


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(made / "w.contrast", tmp_path / "w.contrast")
    return Workspace(tmp_path / "w.contrast")


@pytest.fixture
def bare(made: Path, tmp_path: Path) -> Workspace:
    """Only scanned."""
    workspace = Workspace(tmp_path / "bare.contrast")
    scan(workspace, [made / "photos"])
    return workspace


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held(path: Path) -> dict[str, bytes]:
    """The content of a file, or of each file below a folder."""
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in files}


@pytest.mark.parametrize("name", sorted(formats))
def test_every_format_is_written_twice_alike_and_named_in_the_documents(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    seen = []
    for turn in ("1", "2"):
        (tmp_path / turn).mkdir()
        target = tmp_path / turn / WRITTEN.get(name, "out")
        report = export(workspace, target, format=name, with_issues=False)
        assert (report.rows, report.images, report.left_out) == (len(PHOTOS), len(PHOTOS), ())
        assert (report.format, report.path) == (name, str(target))
        seen.append(held(target))
    assert seen[0] == seen[1]
    assert f"`{name}`" in docs.text("data-formats"), "describe it there"
    assert formats[name].title in docs.text("data-formats")
    assert not list(tmp_path.glob("**/.writing-*"))


@pytest.mark.parametrize("name", sorted(formats))
def test_where_nothing_is_known_a_format_is_written_all_the_same_and_says_so(
    bare: Workspace, tmp_path: Path, name: str
) -> None:
    report = export(bare, tmp_path / WRITTEN.get(name, "out"), format=name)
    assert report.rows == len(PHOTOS)
    for want in formats[name].wants:
        assert any(want in note for note in report.notes), report.notes
    again = export(
        Workspace(tmp_path / "none"), tmp_path / f"n-{WRITTEN.get(name, 'out')}", format=name
    )
    assert again.rows == 0


def test_an_atlas_has_the_recorded_columns_pictures_and_rows_as_neighbours(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = export(workspace, tmp_path / "a.parquet", format="atlas")
    found = pq.ParquetFile(tmp_path / "a.parquet")
    kinds = [[field.name, str(field.type)] for field in found.schema_arrow]
    assert kinds[: len(SCHEMAS["atlas"]["columns"])] == SCHEMAS["atlas"]["columns"]
    rows = found.read().to_pylist()
    assert [row["path"] for row in rows] == sorted(row["path"] for row in rows)
    for row in rows:
        assert row["image"]["bytes"][8:12] == b"WEBP"
        assert row["image"]["path"] == row["path"]
    measured = [n for n, row in enumerate(rows) if row["projection_x"] is not None]
    assert len(measured) == len(PHOTOS) - 1
    for number in measured:
        ids, apart = rows[number]["neighbors"]["ids"], rows[number]["neighbors"]["distances"]
        assert sorted(ids) == measured
        assert (ids[0], apart[0]) == (number, 0)
        assert apart == sorted(apart)
    lengths = {len(row["neighbors"]["ids"]) for row in rows}
    assert lengths == {len(measured)}, "Embedding Atlas stacks them"
    about = {k.decode(): v.decode() for k, v in found.schema_arrow.metadata.items()}
    assert about["model"] == workspace.current("predictions")
    assert {"product", "product_version", "feature_version", "neighbors"} <= set(about)
    assert "--neighbors neighbors" in report.opened_by
    assert "--x" in report.opened_by


def test_a_place_or_neighbour_that_is_not_there_is_not_in_the_command_that_opens_it(
    bare: Workspace, tmp_path: Path
) -> None:
    report = export(bare, tmp_path / "a.parquet", format="atlas")
    assert "--neighbors" not in report.opened_by
    assert "--x" not in report.opened_by


def test_what_opens_a_packed_folder_names_the_folder_that_comes_out_of_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    report = export(workspace, tmp_path / "found.zip", format="cleanvision")
    assert str(tmp_path / "found" / "issues.csv") in report.opened_by
    assert any("unpack" in note for note in report.notes)
    report = export(workspace, tmp_path / "found", format="cleanvision")
    assert str(tmp_path / "found" / "issues.csv") in report.opened_by
    assert not any("unpack" in note for note in report.notes)


def test_an_image_folder_has_every_file_once_under_a_name_that_is_no_split(
    workspace: Workspace, tmp_path: Path
) -> None:
    export(
        workspace,
        tmp_path / "out",
        format="hf",
        relative_to=workspace.images.paths[workspace.images.ids[0]] + "/../..",
    )
    rows = rows_of(tmp_path / "out" / "metadata.csv")
    assert list(rows[0])[:3] == SCHEMAS["hf"]["columns"]
    names = [row["file_name"] for row in rows]
    assert len({name.casefold() for name in names}) == len(PHOTOS)
    bad = re.compile(SCHEMAS["hf"]["split"])
    for row in rows:
        assert (tmp_path / "out" / row["file_name"]).is_file()
        assert not bad.search(row["file_name"].split("/")[1])
        assert not row["file_name"].split("/")[1].startswith((".", "__"))
        data = (tmp_path / "out" / row["file_name"]).read_bytes()
        assert data == workspace.original_bytes(row["id"])  # type: ignore[arg-type]
    assert {"images/a.jpg", "images/no ending.jpg", "images/Ünï & ø.png"} <= set(names)


def test_fiftyone_has_a_label_by_the_stem_of_each_file_with_confidence_where_a_model_gave_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    export(workspace, tmp_path / "out", format="fiftyone")
    found = json.loads((tmp_path / "out" / "labels.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMAS["fiftyone"]["labels.json"])
    assert found["classes"] == list(LABELS)
    stems = [Path(row["filepath"]).stem for row in rows_of(tmp_path / "out" / "samples.csv")]
    assert len({stem.casefold() for stem in stems}) == len(PHOTOS)
    assert set(found["labels"]) == set(stems), "FiftyOne passes over files without an entry"
    known = [one for one in found["labels"].values() if one is not None]
    assert len(known) == len(PHOTOS) - 1, "one is not measured"
    given = [one for one in known if "confidence" not in one]
    assert [one["label"] for one in given] == [LABELS[1]] * 2
    for row in rows_of(tmp_path / "out" / "samples.csv"):
        assert (tmp_path / "out" / "data" / row["filepath"]).is_file()


def test_label_studio_is_offered_every_label_and_a_prediction_names_its_model(
    workspace: Workspace, made: Path, tmp_path: Path
) -> None:
    report = export(workspace, tmp_path / "out", format="label-studio")
    tasks = json.loads((tmp_path / "out" / "tasks.json").read_text("utf-8"))
    jsonschema.validate(tasks, SCHEMAS["label-studio"]["tasks.json"])
    config = ET.parse(tmp_path / "out" / "labeling-config.xml").getroot()
    assert tuple(choice.get("value") for choice in config.iter("Choice")) == LABELS
    predicted = [one for task in tasks for one in task["predictions"]]
    assert len(predicted) == len(PHOTOS) - 1
    assert {one["model_version"] for one in predicted} == {workspace.current("predictions")}
    served = {unquote(task["data"]["image"]).split("?d=")[1] for task in tasks}
    assert served == set(PHOTOS)
    assert str(made / "photos") in " ".join(report.notes)
    assert [t["data"]["label"] for t in tasks if "label" in t["data"]] == [LABELS[1]] * 2


def test_what_label_studio_does_not_serve_is_left_out_by_name(
    workspace: Workspace, made: Path, tmp_path: Path
) -> None:
    where = made / "photos" / "two"
    report = export(workspace, tmp_path / "out", format="label-studio", relative_to=where)
    assert (report.rows, report.images, len(report.left_out)) == (2, len(PHOTOS), len(PHOTOS) - 2)
    assert "does not lie in" in report.left_out[0]


def test_coco_has_whole_picture_annotations_with_a_score_where_a_model_gave_them(
    workspace: Workspace, made: Path, tmp_path: Path
) -> None:
    export(workspace, tmp_path / "c.json", format="coco", relative_to=made)
    found = json.loads((tmp_path / "c.json").read_text("utf-8"))
    jsonschema.validate(found, SCHEMAS["coco"]["json"])
    assert {one["file_name"] for one in found["images"]} == {f"photos/{p}" for p in PHOTOS}
    assert [one["name"] for one in found["categories"]] == list(LABELS)
    assert sum("score" not in one for one in found["annotations"]) == 2
    assert len(found["annotations"]) == len(PHOTOS) - 1


def test_json_lines_hold_the_cells_of_the_table(workspace: Workspace, tmp_path: Path) -> None:
    report = export(workspace, tmp_path / "t.jsonl", relative_to="/")
    rows = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text("utf-8").splitlines()]
    assert tuple(rows[0]) == report.columns
    assert sum(row["c_rms"] is None for row in rows) == 1
    assert all(not row["path"].startswith("/") for row in rows)


@pytest.mark.parametrize("name", ["hf", "fiftyone"])
def test_originals_that_are_gone_or_changed_are_named_and_the_rest_goes_on(
    bare: Workspace, made: Path, tmp_path: Path, name: str
) -> None:
    copied = tmp_path / "photos"
    shutil.copytree(made / "photos", copied)
    workspace = Workspace(tmp_path / "mine.contrast")
    scan(workspace, [copied])
    (copied / "one" / "a.jpg").unlink()
    (copied / "two" / "a.png").write_bytes(b"something else")
    report = export(workspace, tmp_path / "out", format=name)
    assert (report.rows, report.images) == (len(PHOTOS) - 2, len(PHOTOS))
    said = "\n".join(report.left_out)
    assert "one/a.jpg" in said
    assert "two/a.png" in said
    about = json.loads((tmp_path / "out" / ABOUT).read_text("utf-8"))
    assert (about["written"], about["images"]) == (len(PHOTOS) - 2, len(PHOTOS))
    assert about["left_out"] == list(report.left_out)


def test_a_folder_is_replaced_only_when_told_and_only_what_an_export_wrote(
    workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    write: Callable[..., Any] = lambda **options: export(workspace, out, format="hf", **options)  # noqa: E731
    out.mkdir()
    write(overwrite=False)  # an empty folder is no obstacle
    before = held(out)
    with pytest.raises(OptionError, match="is there already and stays"):
        write(overwrite=False)
    write(overwrite=True)
    assert held(out) == before
    (out / "mine.txt").write_text("mine")
    with pytest.raises(OptionError, match="move yours elsewhere"):
        write(overwrite=True)
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.txt").write_text("theirs")
    with pytest.raises(OptionError, match="no export wrote it"):
        export(workspace, tmp_path / "theirs", format="hf", overwrite=True)
    assert held(tmp_path / "theirs") == {"a.txt": b"theirs"}


def test_an_export_that_is_stopped_leaves_what_was_there(
    workspace: Workspace, tmp_path: Path
) -> None:
    class Stop:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            if note == "writing" and done == 3:
                raise Cancelled

    for name, target in (("hf", "out"), ("fiftyone", "out.zip"), ("coco", "out.json")):
        with pytest.raises(Cancelled):
            export(workspace, tmp_path / target, format=name, progress=Stop())
    assert [p.name for p in tmp_path.iterdir()] == ["w.contrast"]


def test_a_zip_holds_the_same_files_as_the_folder(workspace: Workspace, tmp_path: Path) -> None:
    export(workspace, tmp_path / "out", format="fiftyone")
    export(workspace, tmp_path / "out.zip", format="fiftyone")
    with zipfile.ZipFile(tmp_path / "out.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == held(tmp_path / "out")


def test_what_is_downloaded_is_the_file_or_a_zip_of_the_folder(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name, target in (("coco", "out.json"), ("cleanvision", "out.zip")):
        export(workspace, tmp_path / target, format=name)
        assert handed_out_as(workspace, name) == (tmp_path / target).read_bytes()


def test_only_some_images_are_written_when_asked(workspace: Workspace, tmp_path: Path) -> None:
    some = workspace.images.ids[:2]
    assert export(workspace, tmp_path / "o.json", format="coco", images=some).images == 2


@pytest.mark.parametrize(
    ("path", "name", "words"),
    [
        ("out.csv", "atlas", r"must end in \.parquet"),
        ("out.json", "hf", "is the name of a file"),
        ("none/out", "hf", "there is no folder"),
    ],
)
def test_a_target_that_does_not_fit_is_refused_before_anything_is_written(
    workspace: Workspace, tmp_path: Path, path: str, name: str, words: str
) -> None:
    with pytest.raises(OptionError, match=words):
        export(workspace, tmp_path / path, format=name)
    with pytest.raises(UnknownName, match="did you mean 'atlas'"):
        export(workspace, tmp_path / "out", format="atlass")
    assert [p.name for p in tmp_path.iterdir()] == ["w.contrast"]


def test_a_copy_inside_the_scanned_folder_is_pointed_out(
    bare: Workspace, made: Path, tmp_path: Path
) -> None:
    shutil.copytree(made / "photos", tmp_path / "photos")
    workspace = Workspace(tmp_path / "mine.contrast")
    scan(workspace, [tmp_path / "photos"])
    report = export(workspace, tmp_path / "photos" / "out", format="hf")
    assert any("next scan" in note for note in report.notes)


@pytest.mark.parametrize(
    ("folder", "format", "said"),
    [
        ("a b", "fiftyone", '--dataset-dir "{place}"'),
        ("$(touch x)", "fiftyone", "--dataset-dir '{place}'"),
        ('a"b', "fiftyone", "--dataset-dir '{place}'"),
        ('a"b', "hf", "data_dir='{place}'"),
        ('a"b', "cleanvision", "read_csv('{place}/issues.csv', index_col=0)"),
    ],
)
@pytest.mark.parametrize("ending", ["", ".zip"])
def test_what_opens_it_can_be_pasted_whatever_the_folder_is_called(
    workspace: Workspace, tmp_path: Path, folder: str, format: str, said: str, ending: str
) -> None:
    target = tmp_path / folder / f"out{ending}"
    target.parent.mkdir()
    done = export(workspace, target, format=format, images=workspace.images.ids[:1])
    assert said.replace("{place}", str(tmp_path / folder / "out")) in done.opened_by
    assert any("unpack it first" in note for note in done.notes) == bool(ending)


@pytest.mark.parametrize("name", ["", *sorted(formats)])
def test_an_export_removes_what_a_killed_one_left_beside_it(
    bare: Workspace, tmp_path: Path, name: str
) -> None:
    left = tmp_path / ".writing-killed00"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    export(bare, tmp_path / WRITTEN.get(name, "out" if name else "out.csv"), format=name)
    assert not left.exists()

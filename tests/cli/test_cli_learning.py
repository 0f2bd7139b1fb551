import csv
import shutil
from pathlib import Path

import pyarrow.parquet
import pytest

from contrast_engine.features import core_names, features
from tests.cli.conftest import Contrast


@pytest.fixture
def labelled(contrast: Contrast, workspace: Path, photos: Path, tmp_path: Path) -> Path:
    """The workspace with half of its images labelled by their contrast, in three steps."""
    from contrast_engine import Workspace

    opened = Workspace.open(workspace)
    measured = opened.load(opened.current("features"))
    order = sorted(measured.ids, key=lambda image: measured.row(image)["c_rms"])
    file = tmp_path / "labels.csv"
    lines = ["id,label"]
    for place, image in enumerate(order):
        if place % 2:
            lines.append(f"{image},{('low', 'medium', 'high')[place // 10]}")
    file.write_text("\n".join(lines))
    assert contrast("label", "import", workspace, file).code == 0
    return workspace


@pytest.mark.slow
def test_pseudo_label_keeps_the_contract(contrast: Contrast, labelled: Path) -> None:
    arguments = ("pseudo-label", labelled, "--order", "low,medium,high", "--json")
    said = contrast(*arguments).json
    assert said["key"]
    assert said["method"] == "ordinal"
    assert (said["labels"], said["images"]) == (15, 30)
    assert 0 <= said["abstained"] <= 30
    held_out = said["cross_validated"]
    assert held_out["n"] == 15
    assert 0.5 < held_out["accuracy"] <= 1
    assert held_out["accuracy_low"] <= held_out["accuracy"] <= held_out["accuracy_high"]
    assert -1 <= held_out["kappa"] <= 1
    assert contrast(*arguments).json == said
    assert "cross-validated accuracy" in contrast(*arguments[:-1]).out


@pytest.mark.slow
def test_few_labels_are_called_very_rough(
    contrast: Contrast, workspace: Path, photos: Path
) -> None:
    for file, label in zip(sorted(photos.glob("*.jpg")), ("low", "high"), strict=False):
        contrast("label", "add", workspace, "--image", file, "--label", label)
    said = contrast("pseudo-label", workspace)
    assert said.code == 0, said.err
    assert "very rough" in said.out


def test_learning_from_no_labels_says_what_to_do(contrast: Contrast, workspace: Path) -> None:
    said = contrast("pseudo-label", workspace, "--json")
    assert (said.code, said.out) == (1, "")
    assert "label" in said.err


@pytest.mark.slow
def test_an_order_that_misses_a_label_is_refused(contrast: Contrast, labelled: Path) -> None:
    said = contrast("pseudo-label", labelled, "--order", "low,high")
    assert said.code == 1
    assert "medium" in said.err


@pytest.mark.slow
def test_predict_and_export_keep_the_contract(
    contrast: Contrast, labelled: Path, photos: Path, tmp_path: Path
) -> None:
    contrast("pseudo-label", labelled, "--order", "low,medium,high")
    known = sorted(photos.glob("*.jpg"))[4]
    copy = Path(shutil.copy(known, tmp_path / "new.jpg"))
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8")
    said = contrast("predict", labelled, copy, broken, "--json")
    assert said.code == 0
    good, bad = said.json["predictions"]
    assert good["path"] == str(copy)
    assert good["label"] in {"low", "medium", "high"}
    assert 1 / 3 <= good["probability"] <= 1
    assert good["abstains"] in {True, False}
    assert good["cluster"] in {0, 1, 2}
    assert bad["problem"]
    assert contrast("predict", labelled, broken).code == 1

    table = tmp_path / "out.csv"
    assert contrast("export", labelled, table, "--json").json["rows"] == 30
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = list(rows[0])
    assert columns[:2] == ["id", "path"]
    assert tuple(columns[2:22]) == core_names()
    assert set(columns[2:-7]) == set(features)
    said_and_seen = ["cluster", "label", "predicted_label", "probability", "abstains"]
    assert columns[-7:] == [*said_and_seen, "map_x", "map_y"]
    assert len(rows) == 30
    same = next(row for row in rows if row["path"] == str(known))
    assert same["predicted_label"] == good["label"], "the same picture through both doors"
    assert float(same["probability"]) == pytest.approx(good["probability"])
    assert int(same["cluster"]) == good["cluster"]

    contrast("export", labelled, tmp_path / "out.parquet")
    parquet = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert parquet.column_names == columns
    assert parquet.num_rows == 30


@pytest.mark.slow
def test_validate_keeps_the_contract(contrast: Contrast, labelled: Path) -> None:
    contrast("pseudo-label", labelled, "--order", "low,medium,high")
    findings = contrast("validate", labelled, "--json").json["findings"]
    assert len(findings) > 5
    for finding in findings:
        assert {"check", "value", "low", "high", "n", "space", "verdict", "note"} <= set(finding)
    assert {"unknown"} < {finding["verdict"] for finding in findings}
    text = contrast("validate", labelled).out
    assert all(finding["note"] in text for finding in findings)


def test_the_map_is_exported_as_a_page_coloured_as_asked(
    contrast: Contrast, labelled: Path, tmp_path: Path
) -> None:
    contrast("project", labelled, "pca")
    done = contrast("export", labelled, tmp_path / "map.html", "--colour", "gcf", "--json").json
    assert (done["path"], done["colour"]) == (str(tmp_path / "map.html"), "feature.gcf")
    assert done["images"] == 30
    assert "Global contrast factor" in (tmp_path / "map.html").read_text("utf-8")
    assert contrast("export", labelled, tmp_path / "t.csv", "--colour", "gcf").code == 2
    assert contrast("export", labelled, tmp_path / "map.html", "--issues").code == 2


def test_exporting_to_an_unknown_format_is_refused(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    said = contrast("export", workspace, tmp_path / "out.xlsx")
    assert said.code == 1
    assert ".csv" in said.err
    assert not (tmp_path / "out.xlsx").exists()

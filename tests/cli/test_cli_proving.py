"""issues: the command that says what is wrong, and how the measures are proved."""

import csv
import shutil
from pathlib import Path

from contrast_engine.issues import ISSUES
from tests.cli.conftest import Contrast


def test_issues_lists_every_issue_with_its_images_worst_first(
    contrast: Contrast, workspace: Path
) -> None:
    said = contrast("issues", workspace, "--json", "-t", "low_contrast=0.5").json
    assert said["images"] == 30
    assert [one["issue"] for one in said["issues"]] == list(ISSUES)
    low = said["issues"][0]
    scores = [image["low_contrast_score"] for image in low["images"]]
    assert low["count"] == len(scores) > 5
    assert scores == sorted(scores)
    assert scores[-1] < 0.5 == low["threshold"]
    assert not low["is_usual"]
    assert all(one["is_usual"] for one in said["issues"][1:])
    lines = contrast("issues", workspace, "-t", "low_contrast=0.5").out.splitlines()
    assert lines[1] == f"Low contrast: {low['count']} images below 0.500 as given"
    assert f"... and {low['count'] - 5} more" in lines[7]


def test_export_has_the_columns_of_issues_only_with_the_flag(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    said = contrast("issues", workspace, "--json").json
    plain = contrast("export", workspace, tmp_path / "plain.csv", "--json").json["columns"]
    assert not [name for name in plain if name.startswith("is_")]
    contrast("export", workspace, tmp_path / "out.csv", "--issues")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[: len(plain)] == plain
    for one in said["issues"]:
        flag, _ = one["columns"]
        assert sum(row[flag] == "true" for row in rows) == one["count"]


def test_a_threshold_that_is_none_is_wrong_usage(contrast: Contrast, workspace: Path) -> None:
    for wrong, why in (
        ("low_contrast", "ISSUE=SCORE"), ("low_contrast=3", "from 0 to 1"), ("x=0.1", "no issue"),
    ):  # fmt: skip
        said = contrast("issues", workspace, "-t", wrong)
        assert said.code == 2
        assert why in said.err


def test_ladders_makes_the_table_of_a_folder_and_lists_what_it_cannot_read(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    for file in sorted(photos.glob("*.jpg"))[:3]:
        shutil.copy(file, tmp_path)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8")
    few = ("--feature", "c_rms", "--feature", "gcf", "--size", "64")
    said = contrast("ladders", tmp_path, *few, "--json").json
    assert said["photographs"] == 3
    assert len(said["problems"]) == 1
    rows = {(row["measure"], row["ladder"]): row["rho"] for row in said["rows"]}
    assert len(rows) == 2 * 5
    assert rows["gcf", "scale"] == rows["c_rms", "haze"] == 1
    lines = contrast("ladders", tmp_path, *few).out.splitlines()
    assert lines[0] == "| feature | scale | haze | s_curve | gamma | clahe |"
    assert lines[2].startswith("| c_rms | 1.00 | 1.00 |")


def test_ladders_without_photographs_says_so(contrast: Contrast, tmp_path: Path) -> None:
    assert "at least one photograph" in contrast("ladders", tmp_path).err
    assert "not a folder" in contrast("ladders", tmp_path / "nowhere").err
    assert "no feature 'c_rmss'" in contrast("ladders", "--feature", "c_rmss", "--photos", "1").err

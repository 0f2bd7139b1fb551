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
    assert [one["issue"] for one in said["issues"]] == [*ISSUES, "haze"]
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


def test_a_limit_is_kept_with_who_decided_and_taken_back(
    contrast: Contrast, workspace: Path
) -> None:
    def flat(*options: object) -> dict[str, object]:
        return contrast("issues", workspace, "--json", *options).json["issues"][4]

    calibrated = flat()
    assert calibrated["whose"] == "calibrated"
    assert "less than 50 % of the scale" in str(calibrated["threshold_in_words"])
    assert flat("--worst", 10)["whose"] == "collection"
    assert flat("-t", "flat=0.9", "--keep", "--who", "Ada")["whose"] == "given"
    assert (flat()["whose"], flat()["threshold"]) == ("chosen", 0.9)
    assert flat("--calibrated")["threshold"] == calibrated["threshold"]
    assert flat("--undo", "--who", "Eva")["threshold"] == 0.9, "she decided nothing"
    assert flat("--undo", "--who", "Ada") == calibrated
    assert contrast("issues", workspace, "--keep").code == 2
    flat("-t", "flat=0.8", "--keep", "--who", "Ada")
    assert contrast("issues", workspace, "--undo", "--keep", "--who", "Ada").code == 2
    assert flat()["threshold"] == 0.8, "what cannot be meant takes nothing back"
    assert flat("--worst", 10, "--keep", "--who", "Ada")["whose"] == "collection"
    undone = contrast("issues", workspace, "--undo", "--who", "Ada").out
    assert undone.startswith("taken back: what Ada decided about low_contrast, high_contrast")
    assert flat()["threshold"] == 0.8, "one decision about every issue is taken back as one"
    assert flat("--undo", "--who", "Ada") == calibrated
    assert "nothing to undo" in contrast("issues", workspace, "--undo", "--who", "Ada").out


def test_haze_in_a_workspace_of_before_is_not_looked_for_until_asked(
    contrast: Contrast, workspace: Path
) -> None:
    for folder in (workspace / "attributes").iterdir():
        shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    said = contrast("issues", workspace, "--json").json
    assert {"issue": "haze", "images": 30} in said["not_looked_for"]
    assert [one["issue"] for one in said["issues"]] == list(ISSUES)
    asked = contrast("issues", workspace, "-t", "haze=0.5")
    assert asked.code == 2
    assert "no image was looked at for haze yet" in asked.err
    looked = contrast("issues", workspace, "--json", "--look").json
    assert looked["issues"][-1]["issue"] == "haze"
    assert looked["issues"][-1]["of"] == 30

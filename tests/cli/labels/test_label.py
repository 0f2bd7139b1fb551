import csv
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture
def two(photos: Path) -> list[Path]:
    return sorted(photos.glob("*.jpg"))[:2]


def test_an_image_is_labelled_by_path_by_id_and_by_a_copy_elsewhere(
    contrast: Contrast, workspace: Path, two: list[Path], tmp_path: Path
) -> None:
    copy = Path(shutil.copy(two[0], tmp_path / "renamed copy.jpg"))
    said = contrast("label", "add", workspace, "--image", two[0], "--label", "low", "--json").json
    image = said["labels"][0]["id"]
    for name, label in ((copy, "high"), (image, "medium")):
        again = contrast("label", "add", workspace, "--image", name, "--label", label, "--json")
        assert again.json["labels"][0]["id"] == image
        assert again.json["labels"][0]["path"] == str(two[0])


def test_the_list_keeps_the_contract(contrast: Contrast, workspace: Path, two: list[Path]) -> None:
    contrast("label", "add", workspace, "--image", two[0], "--label", "low", "--who", "ann")
    (label,) = contrast("label", "list", workspace, "--json").json["labels"]
    assert (label["path"], label["label"], label["who"]) == (str(two[0]), "low", "ann")
    assert len(label["id"]) == 16
    assert datetime.fromisoformat(label["at"]).tzinfo is not None
    assert "low: 1" in contrast("label", "list", workspace).out


def test_who_says_no_name_labels_under_that_of_the_login(
    contrast: Contrast, workspace: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "zoe")
    contrast("label", "add", workspace, "--image", two[0], "--label", "low")
    (label,) = contrast("label", "list", workspace, "--json").json["labels"]
    assert label["who"] == "zoe"


def test_a_relative_path_is_understood_where_one_stands(
    contrast: Contrast, workspace: Path, two: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(two[0].parent)
    said = contrast("label", "add", workspace, "--image", two[0].name, "--label", "low")
    assert said.code == 0


@pytest.mark.slow
def test_a_photograph_that_is_gone_keeps_its_name(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "in"))
    gone = sorted(folder.glob("*.jpg"))[0]
    root = tmp_path / "w.contrast"
    contrast("scan", root, folder)
    gone.unlink()
    contrast("scan", root)
    assert contrast("label", "add", root, "--image", gone, "--label", "low").code == 0


def test_an_image_outside_the_workspace_is_refused_with_what_to_do(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    strange = tmp_path / "strange.jpg"
    strange.write_bytes(b"other bytes")
    for name in (strange, tmp_path / "none.jpg", "0123456789abcdef"):
        said = contrast("label", "add", workspace, "--image", name, "--label", "low", "--json")
        assert (said.code, said.out) == (1, "")
        assert "scan" in said.err
    assert contrast("label", "list", workspace, "--json").json == {"labels": []}


def test_several_images_are_labelled_and_taken_back_together(
    contrast: Contrast, workspace: Path, two: list[Path]
) -> None:
    images = [word for path in two for word in ("--image", str(path))]
    added = contrast("label", "add", workspace, *images, "--label", "low", "--json").json
    assert len(added["labels"]) == 2
    undone = contrast("label", "undo", workspace, "--json").json["undone"]
    assert sorted(undone) == sorted(label["id"] for label in added["labels"])
    assert contrast("label", "list", workspace, "--json").json == {"labels": []}
    assert contrast("label", "undo", workspace).out.strip() == "nothing to undo"


def test_a_label_that_cannot_be_one_is_wrong_usage(
    contrast: Contrast, workspace: Path, two: list[Path]
) -> None:
    for label in ("", "  ", "x" * 61, "line\nbreak"):
        said = contrast("label", "add", workspace, "--image", two[0], "--label", label)
        assert said.code == 2, label
        assert said.err.startswith("contrast label add: ")


def test_label_sets_and_cluster_names_are_kept(contrast: Contrast, workspace: Path) -> None:
    said = contrast("label", "define", workspace, "low, medium,high", "--ordered", "--json").json
    known = {"labels": ["low", "medium", "high"], "is_ordered": True, "overlap": 0.2}
    assert said == known | {"is_blind": False}
    blind = contrast("label", "define", workspace, "low,medium,high", "--blind", "--json").json
    assert blind["is_blind"]
    assert contrast("label", "define", workspace, "low,low").code == 2
    assert contrast("label", "name", workspace, "1", "misty").code == 0
    clusters = contrast("cluster", workspace, "--json").json["clusters"]
    assert [c["name"] for c in clusters] == ["", "misty", ""]
    said_no = contrast("label", "name", workspace, "9", "misty")
    assert said_no.code == 2
    assert "there are: 0, 1, 2" in said_no.err


@pytest.mark.slow
def test_next_gives_images_with_reasons_that_are_not_labelled_yet(
    contrast: Contrast, workspace: Path
) -> None:
    queue = contrast("label", "next", workspace, "--count", "8", "--json").json["queue"]
    assert len({row["id"] for row in queue}) == 8
    assert all(Path(row["path"]).is_file() and row["reason"] for row in queue)
    refused = contrast("label", "next", workspace, "--strategy", "active")
    assert refused.code == 1
    assert "needs a model" in refused.err
    for number, row in enumerate(queue):
        contrast(
            "label", "add", workspace, "--image", row["id"], "--label", "ab"[number % 2],
            "--why", row["reason"],
        )  # fmt: skip
    assert contrast("pseudo-label", workspace).code == 0
    unsure = contrast("label", "next", workspace, "--count", "4", "--json").json["queue"]
    assert any("hesitates" in row["reason"] for row in unsure)
    assert not {row["id"] for row in unsure} & {row["id"] for row in queue}
    for strategy in ("medoids", "random"):
        said = contrast(
            "label", "next", workspace, "--count", "3", "--strategy", strategy, "--json"
        )
        assert len(said.json["queue"]) == 3
    assert contrast("label", "next", workspace, "--count", "0").code == 2


@pytest.mark.slow
def test_labels_of_several_people_are_settled_by_a_rule_that_every_command_names(
    contrast: Contrast, workspace: Path, photos: Path, tmp_path: Path
) -> None:
    files = sorted(photos.glob("*.jpg"))
    said = {"ann": "low low high high high", "bob": "low high high high", "cid": "low"}
    for who, labels in said.items():
        for path, label in zip(files, labels.split(), strict=False):
            contrast("label", "add", workspace, "--image", path, "--label", label, "--who", who)
    words = (
        "Majority (a consensus needs 20 shared images) of 3 people on 4 images; 1 of them disputed"
        " and left out. 1 image with one person's label."
    )
    assert words in contrast("label", "list", workspace).out
    document = contrast("label", "list", workspace, "--json").json
    assert document["settled"] == {
        "rule": "majority", "people": 3, "shared": 4, "disputed": 1, "words": words,
    }  # fmt: skip
    found = {row["path"]: (row["label"], row["settled"], row["rule"]) for row in document["labels"]}
    assert [found[str(path)] for path in files[:5]] == [
        ("low", "low", "majority of 3"),
        ("high", "", "disputed"),
        ("high", "high", "majority of 2"),
        ("high", "high", "majority of 2"),
        ("high", "high", "one person"),
    ]
    file, table = tmp_path / "labels.csv", tmp_path / "table.csv"
    assert words in contrast("label", "export", workspace, file).out
    rules = {row["path"]: row["rule"] for row in rows_of(file) if row["current"]}
    assert rules == {row["path"]: row["rule"] for row in document["labels"]}
    learnt = contrast("pseudo-label", workspace, "--json").json
    assert (learnt["settled"]["words"], learnt["labels"]) == (words, 4)
    assert words in contrast("pseudo-label", workspace).out
    contrast("export", workspace, table)
    exported = {row["path"]: (row["label"], row["label_rule"]) for row in rows_of(table)}
    assert exported[str(files[1])] == ("", "disputed")
    assert exported[str(files[0])] == ("low", "majority of 3")

import csv
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.fixture
def two(photos: Path) -> list[Path]:
    return sorted(photos.glob("*.jpg"))[:2]


def test_labels_travel_through_a_file_and_back(
    contrast: Contrast, workspace: Path, two: list[Path], tmp_path: Path
) -> None:
    contrast("label", "add", workspace, "--image", two[0], "--label", "größer, „high“")
    contrast("label", "add", workspace, "--image", two[1], "--label", "low")
    file = tmp_path / "labels.csv"
    now = tmp_path / "now.csv"
    assert contrast("label", "export", workspace, now, "--only-current", "--json").json["rows"] == 2
    assert contrast("label", "export", workspace, file, "--json").json["rows"] == 2
    before = contrast("label", "list", workspace, "--json").json["labels"]
    assert rows_of(now) == before
    contrast("label", "undo", workspace)
    contrast("label", "undo", workspace)
    done = contrast("label", "import", workspace, file, "--json").json
    assert (done["labelled"], done["problems"]) == (2, [])
    after = contrast("label", "list", workspace, "--json").json["labels"]
    assert done["labels"] == after
    assert [(r["id"], r["label"]) for r in after] == [(r["id"], r["label"]) for r in before]


def test_import_takes_paths_relative_to_the_file_and_lists_what_it_cannot_use(
    contrast: Contrast, workspace: Path, photos: Path, two: list[Path], tmp_path: Path
) -> None:
    file = tmp_path / "deep" / "labels.csv"
    file.parent.mkdir()
    shutil.copy(two[0], file.parent / "beside.jpg")
    file.write_text(
        "\ufeffnote,path,label\n"
        "x,beside.jpg,low\n"
        f"x,{two[1]},high\n"
        f"x,{two[1]},medium\n"
        f"x,{photos / 'nowhere.jpg'},low\n"
        f"x,{two[0]},\n"
        f"x,{two[0]},{'x' * 61}\n",
        encoding="utf-8",
    )
    said = contrast("label", "import", workspace, file, "--who", "ann", "--json")
    assert said.code == 0
    assert (said.json["labelled"], said.json["blank"]) == (2, 1)
    assert [problem["row"] for problem in said.json["problems"]] == [5, 7]
    labels = contrast("label", "list", workspace, "--json").json["labels"]
    assert {(r["path"], r["label"], r["who"]) for r in labels} == {
        (str(two[0]), "low", "ann"),
        (str(two[1]), "medium", "ann"),
    }


def test_a_file_without_the_columns_is_refused(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    file = tmp_path / "labels.csv"
    for text in ("", "path,name\na,b\n", "label\nlow\n"):
        file.write_text(text)
        said = contrast("label", "import", workspace, file)
        assert said.code == 1
        assert "column 'label'" in said.err
    assert contrast("label", "import", workspace, tmp_path / "none.csv").code == 1


def test_an_import_of_which_nothing_could_be_used_failed(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("path,label\nnowhere.jpg,low\n")
    said = contrast("label", "import", workspace, file, "--json")
    assert said.code == 1
    assert len(said.json["problems"]) == 1


def test_a_queue_is_labelled_in_a_file_and_stays_known_as_drawn_at_random(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    queue = tmp_path / "queue.csv"
    contrast("label", "next", workspace, "--strategy", "random", "--count", "6", "--csv", queue)
    rows = rows_of(queue)
    assert [row["label"] for row in rows] == [""] * 6
    assert contrast("label", "import", workspace, queue, "--json").json["blank"] == 6
    with queue.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row | {"label": "ab"[k % 2]} for k, row in enumerate(rows))
    contrast("label", "import", workspace, queue)
    said = contrast("label", "list", workspace, "--json").json["labels"]
    assert [row["why"] for row in said] == [row["why"] for row in sorted(rows, key=place)]
    promise = contrast("pseudo-label", workspace, "--json").json["promise"]
    assert (promise["labels"], promise["drawn"]) == (6, 6)


def place(row: dict[str, str]) -> tuple[str, str]:
    return row["path"], row["id"]

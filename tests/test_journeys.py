"""The journeys that the README promises, run as they stand there."""

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet
import pytest

from contrast_engine.cli import main
from contrast_engine.projections import projections

ROOT = Path(__file__).parents[1]
SAMPLE_DATA = ROOT / "sample_data"
EVERY = 4


def blocks(language: str) -> list[str]:
    """The code blocks of the README in one language, in order."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


@pytest.fixture
def journey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the README assumes it: photos/, photo.jpg and labels.csv, and we are in it."""
    photos = tmp_path / "photos"
    photos.mkdir()
    chosen = sorted(SAMPLE_DATA.glob("*.jpg"))[::EVERY]
    for file in chosen:
        shutil.copy(file, photos)
    shutil.copy(chosen[5], tmp_path / "photo.jpg")
    with (SAMPLE_DATA / "truth.csv").open(encoding="utf-8") as table:
        variants = {row["file"]: row["variant"] for row in csv.DictReader(table)}
    level = {"haze": "low", "low range": "low", "as is": "medium", "harsh": "high"}
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["path", "label"])
        for file in chosen:
            if variants[file.name] in level:
                writer.writerow([f"photos/{file.name}", level[variants[file.name]]])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def registered() -> Iterator[None]:
    """Takes away again what a README block registers."""
    before = dict(projections)
    yield
    projections._things.clear()
    projections._things.update(before)


@pytest.mark.slow
def test_the_ten_line_notebook_of_the_readme_runs_as_written(
    journey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = blocks("python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)
    assert float(capsys.readouterr().out) > 0
    with (journey / "holiday.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == len(list((journey / "photos").glob("*.jpg")))
    assert {row["predicted_label"] for row in rows} <= {"soft", "normal", "harsh"}
    assert all(0 < float(row["probability"]) <= 1 for row in rows)
    assert all(row["map_x"] and row["cluster"] for row in rows)


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_every_command_of_the_readme_runs_umap_and_all_as_written(
    journey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (script,) = blocks("bash")
    shutil.copytree(journey / "photos", journey / "home" / "new")
    for line in script.splitlines():
        program, *arguments = shlex.split(line.replace("~", "home"))
        assert program == "contrast"
        assert main(arguments) == 0, (line, capsys.readouterr().err)
        assert capsys.readouterr().out.strip(), line
    table = pyarrow.parquet.read_table(journey / "trip.parquet")
    assert table.num_rows == len(list((journey / "photos").glob("*.jpg")))
    assert set(table["label"].to_pylist()) - {None, ""} == {"low", "medium", "high"}
    assert pyarrow.parquet.read_table(journey / "scores.parquet").num_rows == table.num_rows


@pytest.mark.slow
@pytest.mark.usefixtures("registered")
def test_the_method_that_the_readme_adds_is_a_command_at_once(
    journey: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(blocks("python")[1], "README.md", "exec"), {"__name__": "feature_pair"})
    for command in (["scan", "w.contrast", "photos"], ["measure", "w.contrast"]):
        assert main(command) == 0
    capsys.readouterr()
    assert main(["project", "w.contrast", "feature-pair", "-o", "up=3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["images"] > 0


RESULTS = ("features", "maps", "clusterings", "predictions", "models", "reports")


def bytes_of(workspace: Path) -> dict[str, bytes]:
    """Every result on the disk, by its name."""
    return {
        str(file.relative_to(workspace)): file.read_bytes()
        for kind in RESULTS
        for file in sorted((workspace / kind).rglob("*"))
        if file.is_file() and not file.parent.name.startswith("rows-")
    }


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_two_runs_with_one_seed_give_the_same_bytes(journey: Path) -> None:
    found = []
    for name in ("one", "two"):
        for command in (
            "scan W photos", "measure W", "project W tsne --seed 5", "cluster W kmeans --seed 5",
            "label import W labels.csv", "pseudo-label W --order low,medium,high --seed 5",
            "validate W --seed 5", f"export W {name}.csv", f"export W {name}.parquet",
        ):  # fmt: skip
            words = [f"{name}.contrast" if word == "W" else word for word in command.split()]
            assert main(words) == 0, command
        found.append(bytes_of(journey / f"{name}.contrast"))
    assert {file.split("/")[0] for file in found[0]} == set(RESULTS)
    assert found[0].keys() == found[1].keys()
    assert [file for file in found[0] if found[0][file] != found[1][file]] == []
    for ending in ("csv", "parquet"):
        one, two = (journey / f"{name}.{ending}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()


def test_the_readme_lists_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `contrast ([\w-]+)", text, re.M))
    shown = subprocess.run(
        [sys.executable, "-m", "contrast_engine", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert listed == set(re.findall(r"^  ([a-z][\w-]+) +[A-Z]", shown, re.M))


def test_files_that_the_readme_links_to_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    assert links
    assert all((ROOT / link).exists() for link in links)

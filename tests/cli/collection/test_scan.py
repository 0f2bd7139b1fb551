import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace
from contrast_engine.features import core_names
from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_scan_and_measure_keep_the_contract(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "in"))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 not really")
    (folder / "readme.txt").write_text("no image")
    n = len(list(photos.glob("*.jpg")))
    root = tmp_path / "w.contrast"

    first = contrast("scan", root, folder, "--json").json
    assert (first["images"], first["added"], first["known"]) == (n, n, 0)
    assert [problem["path"] for problem in first["problems"]] == [str(folder / "broken.jpg")]
    assert first["problems"][0]["reason"]
    assert first["ignored"]

    again = contrast("scan", root, "--json").json
    assert (again["images"], again["added"], again["known"]) == (n, 0, n)

    measured = contrast("measure", root, "--json").json
    assert measured["key"]
    assert (measured["images"], measured["computed"]) == (n, n)
    assert tuple(measured["features"][:20]) == core_names()
    once_more = contrast("measure", root, "--json").json
    assert once_more == {**measured, "computed": 0}


def test_people_get_a_summary_with_the_problems(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"")
    said = contrast("scan", tmp_path / "w.contrast", photos, broken)
    assert said.code == 0
    assert said.err == ""
    assert "1 problem:" in said.out
    assert str(broken) in said.out


def test_files_that_hold_the_same_are_counted_so_that_the_numbers_add_up(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    photo = next(photos.glob("*.jpg"))
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        shutil.copy(photo, folder / name)
    said = contrast("scan", tmp_path / "w.contrast", folder).out
    assert "1 image in w: 1 added" in said
    assert "2 further files with the same content as another: `contrast duplicates" in said
    (folder / "c.jpg").unlink()
    assert "1 further file with" in contrast("scan", tmp_path / "w.contrast").out
    (folder / "b.jpg").unlink()
    assert "further" not in contrast("scan", tmp_path / "w.contrast").out


def test_scanning_what_is_not_there_is_exit_one(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("scan", tmp_path / "w.contrast", tmp_path / "nowhere", "--json")
    assert (said.code, said.out) == (1, "")
    assert "nowhere" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.slow
def test_a_name_that_is_no_text_is_measured_and_spelt_out(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg"))
    shutil.copy(next(photos.glob("*.jpg")), odd)
    assert contrast("inspect", odd, "--json").json["path"] == f"{tmp_path}/\\xff.jpg"
    root = tmp_path / "w.contrast"
    assert contrast("scan", root, odd, "--json").json["images"] == 1
    assert contrast("label", "add", root, "--image", odd, "--label", "low").code == 0
    (label,) = contrast("label", "list", root, "--json").json["labels"]
    again = contrast("label", "add", root, "--image", label["path"], "--label", "high")
    assert again.code == 0, "the path that was shown names the image too"


def test_looking_again_in_a_workspace_that_is_not_there_makes_none(
    contrast: Contrast, tmp_path: Path
) -> None:
    said = contrast("scan", tmp_path / "mistyped.contrast")
    assert said.code == 1
    assert "no workspace" in said.err
    assert not (tmp_path / "mistyped.contrast").exists()


@pytest.mark.parametrize(
    ("answer", "code", "is_made"), [("y\n", 0, True), ("\n", 2, False), (None, 0, True)]
)
def test_a_name_like_that_of_a_workspace_beside_it_is_asked_about_where_somebody_sits(
    contrast: Contrast,
    photographs: Callable[..., list[Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str | None,
    code: int,
    is_made: bool,
) -> None:
    photographs(tmp_path / "in", 1)
    Workspace(tmp_path / "holiday.contrast")
    if answer is not None:
        terminal = io.StringIO(answer)
        monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    said = contrast("scan", tmp_path / "hoilday.contrast", tmp_path / "in")
    assert said.code == code
    assert str(tmp_path / "holiday.contrast") in said.err
    assert (tmp_path / "hoilday.contrast").exists() == is_made


def test_no_workspace_is_made_for_a_folder_that_is_not_there(
    contrast: Contrast, tmp_path: Path
) -> None:
    said = contrast("scan", tmp_path / "w.contrast", tmp_path / "mistyped")
    assert said.code == 1
    assert not (tmp_path / "w.contrast").exists()

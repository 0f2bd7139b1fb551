import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_gather_is_scan_and_measure_in_one(
    contrast: Contrast, photos: Path, workspace: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(photos, tmp_path / "in"))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 not really")
    n = len(list(photos.glob("*.jpg")))
    root = tmp_path / "w.contrast"

    first = contrast("gather", root, folder, "--json").json
    assert first["workspace"] == str(root)
    assert (first["scanned"]["images"], first["scanned"]["added"]) == (n, n)
    assert [one["path"] for one in first["scanned"]["problems"]] == [str(folder / "broken.jpg")]
    assert (first["measured"]["images"], first["measured"]["computed"]) == (n, n)
    apart = contrast("measure", workspace, "--json").json
    assert first["measured"]["features"] == apart["features"]
    assert first["measured"]["key"] == apart["key"], "the same features as measured on their own"

    again = contrast("gather", root)
    assert again.code == 0
    assert f"0 added, {n} known" in again.out
    assert f"features of {n} images, 0 newly measured" in again.out
    assert "1 problem:" in again.out


def test_gathering_again_in_a_workspace_that_is_not_there_makes_none(
    contrast: Contrast, tmp_path: Path
) -> None:
    said = contrast("gather", tmp_path / "mistyped.contrast")
    assert said.code == 1
    assert "no workspace" in said.err
    assert not (tmp_path / "mistyped.contrast").exists()


@pytest.mark.slow
def test_scan_and_measure_say_that_gather_decodes_once(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    hint = "`contrast gather` scans and measures from one decode"
    for command in (("scan", root, photos), ("measure", root)):
        assert hint in contrast(*command).out
        assert hint in contrast(command[0], "--help").out
        assert hint not in contrast(*command, "--json").out

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
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

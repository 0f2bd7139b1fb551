"""What a killed export left is removed once it is old, and nothing else."""

import os
import time
from pathlib import Path

from contrast_engine.store.leftovers import OLD, remove_leftovers


def aged(path: Path, seconds: float = OLD + 60) -> None:
    then = time.time() - seconds
    for one in (*path.rglob("*"), path):
        os.utime(one, (then, then))


def test_old_leftovers_go_and_all_else_stays(tmp_path: Path) -> None:
    for name in (".writing-abcd_123", ".writing-young000", ".writing-of-mine", "photo.jpg"):
        (tmp_path / name).write_text("half")
    for name in (".writing-oldfold0", ".writing-busyfold", ".writing-swapping"):
        (tmp_path / name / "data").mkdir(parents=True)
        (tmp_path / name / "data" / "1.jpg").write_text("half")
    (tmp_path / ".writing-swapping" / "before").mkdir()
    for path in tmp_path.iterdir():
        aged(path)
    aged(tmp_path / ".writing-young000", OLD - 60)
    aged(tmp_path / ".writing-busyfold" / "data" / "1.jpg", 5)
    remove_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        ".writing-young000", ".writing-busyfold", ".writing-swapping", ".writing-of-mine",
        "photo.jpg",
    }  # fmt: skip
    remove_leftovers(tmp_path / "not there")

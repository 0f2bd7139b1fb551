"""A small collection in two folders, some of whose files share their names."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.store import Workspace

NAMES = ("a/one.jpg", "a/two.jpg", "b/two.jpg", "b/größe 3.jpg", "four.jpg")


@pytest.fixture(scope="session")
def collected(tmp_path_factory, photographs, made_once) -> Path:
    """A scanned workspace `w.contrast` beside its folder `photos`; only to be copied."""

    def make(home: Path) -> None:
        for path, name in zip(photographs(home / "made", 5, side=24), NAMES, strict=True):
            (home / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
            path.rename(home / "photos" / name)
        steps.scan(Workspace(home / "w.contrast"), [home / "photos"])

    return made_once("labels_elsewhere", make)


@pytest.fixture
def fresh(collected, tmp_path) -> Callable[[], Workspace]:
    """Gives the workspace anew, with no labels in it."""
    count = 0

    def copy() -> Workspace:
        nonlocal count
        count += 1
        root = shutil.copytree(collected / "w.contrast", tmp_path / f"{count}.contrast")
        return Workspace.open(root)

    return copy


@pytest.fixture
def photos(collected) -> Path:
    """The folder of the photographs."""
    return collected / "photos"

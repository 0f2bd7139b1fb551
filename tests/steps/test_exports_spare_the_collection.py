"""What is written from a collection never replaces what the collection consists of."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.steps.collection.issues import issues
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, photographs: Callable[..., list[Path]]) -> Path:
    """Three photographs that a table names, measured by a version that knew two features."""
    home = tmp_path_factory.mktemp("spared")
    paths = photographs(home / "photos", 3, side=16)
    (home / "list.csv").write_text("path\n" + "".join(f"{path}\n" for path in paths))
    workspace = Workspace(home / "w.contrast")
    steps.scan(workspace, [home / "list.csv"])
    ids = workspace.images.ids
    values = Vectors(ids, np.ones((3, 2)), ("c_rms", "gcf"))
    workspace.make_current("features", workspace.save(Artifact("features", "features@1"), values))
    workspace.close()
    return home


@pytest.mark.parametrize(
    ("name", "format"),
    [("w.contrast/images.parquet", ""), ("w.contrast/workspace.json", "coco"),
     ("list.csv", ""), ("link.csv", "")],
)  # fmt: skip
def test_files_and_sources_of_the_collection_stay(home: Path, name: str, format: str) -> None:
    target, workspace = home / name, Workspace(home / "w.contrast")
    if name == "link.csv" and not target.is_symlink():
        target.symlink_to(home / "list.csv")
    before = target.read_bytes()
    with pytest.raises(OptionError, match=r"of the collection itself|that were scanned"):
        steps.export(workspace, target, format=format)
    assert target.read_bytes() == before


def test_a_photograph_stays_and_an_export_of_before_is_replaced(home: Path, tmp_path: Path) -> None:
    workspace = Workspace(shutil.copytree(home / "w.contrast", tmp_path / "w.contrast"))
    photo = home / "photos" / "photo_0000.jpg"
    before = photo.read_bytes()
    with pytest.raises(OptionError, match="that were scanned"):
        steps.report(workspace, photo, format="html")
    assert photo.read_bytes() == before
    for _ in "twice":
        assert steps.export(workspace, workspace.root / "table.csv").rows == 3


def test_issues_of_features_of_before_are_blank_and_said_to_be(home: Path, tmp_path: Path) -> None:
    workspace = Workspace(home / "w.contrast")
    with pytest.raises(NotEnoughData, match=r"\(no column 'sigma_l'\); measure again"):
        issues(workspace)
    done = steps.export(workspace, tmp_path / "vision", format="cleanvision")
    assert (done.rows, done.issue_summary) == (3, ())
    assert any("become better" in note for note in done.notes)
    lines = (tmp_path / "vision" / "issues.csv").read_text().splitlines()
    assert {line.count(",,") > 5 for line in lines[1:]} == {True}
    for ending in ("csv", "parquet", "jsonl"):
        done = steps.export(workspace, tmp_path / f"t.{ending}", with_issues=True)
        assert any("issues are blank" in note for note in done.notes)

"""New photographs beside those of before, on the command line."""

import shutil
from pathlib import Path

import pytest

from contrast_engine.store import Workspace
from tests.cli.conftest import SAMPLE_DATA, Contrast


@pytest.fixture
def grown(contrast: Contrast, tmp_path: Path) -> tuple[Path, Path]:
    """A workspace with a map and clusters, and a folder of it that has got one more photograph."""
    folder, root = tmp_path / "photos", tmp_path / "w.contrast"
    folder.mkdir()
    photographs = sorted(SAMPLE_DATA.glob("*.jpg"))[::10]
    for photograph in photographs[1:]:
        shutil.copy(photograph, folder)
    assert contrast("gather", root, folder).code == 0
    assert contrast("project", root, "pca").code == 0
    assert contrast("cluster", root, "kmeans", "-o", "n_clusters=2").code == 0
    shutil.copy(photographs[0], folder)
    return root, folder


@pytest.mark.slow
def test_gathering_places_what_is_new_and_says_so(
    contrast: Contrast, grown: tuple[Path, Path]
) -> None:
    root, _ = grown
    document = contrast("gather", root, "--json").json
    assert [one["kind"] for one in document["placed"]["placed"]] == ["clusterings", "maps"]
    assert all(one["new"] == one["placed"] == 1 for one in document["placed"]["placed"])
    said = contrast("place", root).out
    assert "nothing changed" in said
    undone = contrast("use", root, "--undo", "maps")
    assert undone.code == 0
    again = contrast("place", root)
    assert "map: 1 new image placed" in again.out
    assert "clusters" not in again.out
    assert "by the axes of the map, exactly" in again.out


@pytest.mark.slow
def test_gathering_leaves_what_is_in_use_where_that_is_asked(
    contrast: Contrast, grown: tuple[Path, Path]
) -> None:
    root, _ = grown
    before = Workspace(root).current("maps")
    document = contrast("gather", root, "--no-place", "--json").json
    assert document["placed"] is None
    assert Workspace(root).current("maps") == before
    document = contrast("place", root, "--who", "anna", "--json").json
    key = next(one["key"] for one in document["placed"] if one["kind"] == "maps")
    workspace = Workspace(root)
    assert workspace.current("maps") == key
    decision = workspace.decision("maps")
    assert decision is not None
    assert decision.who == "anna"


def test_without_anything_in_use_placing_says_what_to_do(
    contrast: Contrast, tmp_path: Path
) -> None:
    Workspace(tmp_path / "w")
    answer = contrast("place", tmp_path / "w")
    assert answer.code == 1
    assert "make one first" in answer.err

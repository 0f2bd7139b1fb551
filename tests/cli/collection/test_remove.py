from pathlib import Path

import pytest

from contrast_engine import Workspace
from tests.cli.conftest import Contrast


def test_what_is_removed_by_any_name_is_listed_and_put_back(
    contrast: Contrast, workspace: Path, photos: Path
) -> None:
    first, second = (str(file) for file in sorted(photos.glob("*.jpg"))[:2])
    n = len(Workspace(workspace).images)
    named = contrast("remove", workspace, first, Workspace(workspace).images.find(second), "--json")
    assert named.json["removals"][0]["images"] == 2
    said = contrast("remove", workspace, photos, "--who", "ann")
    assert said.code == 0
    assert f"{n - 2} images of {photos} removed" in said.out
    assert "--undo 2" in said.out
    listed = contrast("remove", workspace, "--json").json
    assert listed["sources"] == []
    assert [(one["seq"], one["who"]) for one in listed["removed"]] == [(2, "ann"), (1, "")]
    assert f"{n - 2} images of {photos} put back" in contrast("remove", workspace, "--undo").out
    assert "2 images put back" in contrast("remove", workspace, "--undo", 1).out
    (one,) = contrast("remove", workspace, "--json").json["sources"]
    assert (one["images"], one["alone"], one["kind"]) == (n, n, "folder")


@pytest.mark.parametrize(
    ("what", "code", "words"),
    [
        (["nowhere.jpg"], 1, "no image of this workspace"),
        (["--undo"], 1, "nothing to put back"),
        (["a.jpg", "--undo"], 2, "nothing to remove"),
        (["--undo", "0"], 2, "at least 1"),
    ],
)
def test_what_cannot_be_removed_is_said_and_nothing_changes(
    contrast: Contrast, workspace: Path, what: list[str], code: int, words: str
) -> None:
    said = contrast("remove", workspace, *what)
    assert (said.code, said.out) == (code, "")
    assert words in said.err
    assert not (workspace / "removed.json").exists()

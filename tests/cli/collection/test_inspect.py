from pathlib import Path

from contrast_engine.features import core_names, features
from tests.cli.conftest import Contrast


def test_inspect_keeps_the_contract_and_agrees_with_the_workspace(
    contrast: Contrast, photos: Path, workspace: Path
) -> None:
    from contrast_engine import Workspace

    file = sorted(photos.glob("*.jpg"))[3]
    found = contrast("inspect", file, "--json").json
    assert found["path"] == str(file)
    assert found["width"] > 0
    assert found["height"] > 0
    assert tuple(found["features"])[:20] == core_names()
    assert set(found["features"]) == set(features)
    opened = Workspace.open(workspace)
    assert opened.load(opened.current("features")).row(found["id"]) == found["features"]
    people = contrast("inspect", file).out
    assert "c_rms" in people
    assert file.name in people


def test_inspecting_no_image_is_exit_one(contrast: Contrast, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("words")
    for path in (text, tmp_path, tmp_path / "none.jpg"):
        said = contrast("inspect", path, "--json")
        assert (said.code, said.out) == (1, "")
        assert len(said.err.splitlines()) == 1

from pathlib import Path

from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast


def test_there_and_back(contrast: Contrast, workspace: Path, tmp_path: Path) -> None:
    file, again = tmp_path / "monday.tar", tmp_path / "again.contrast"
    said = contrast("backup", workspace, file)
    assert said.code == 0
    assert "every byte as it was" in said.out
    assert contrast("restore", file, "--check").code == 0
    back = contrast("restore", file, again, "--json")
    assert back.json.keys() == {"id", "at", "files", "bytes", "workspace", "is_whole"}
    assert tuple(Workspace.open(again).images.ids) == tuple(Workspace.open(workspace).images.ids)
    report = contrast("backup", workspace, file, "--overwrite", "--json").json
    assert report.keys() == {"file", "bytes", "files", "at", "labels"}
    assert report["files"] == back.json["files"]


def test_what_cannot_be_is_said(contrast: Contrast, workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "photo.tar"
    file.write_text("no backup")
    assert contrast("backup", workspace, file).code == 1
    assert file.read_text() == "no backup"
    for words in (("restore", file, "--check"), ("restore", file, tmp_path / "new.contrast")):
        said = contrast(*words)
        assert said.code == 1
        assert "photo.tar" in said.err
    assert not (tmp_path / "new.contrast").exists()
    assert contrast("restore", file).code == 2
    assert contrast("restore", file, tmp_path / "new.contrast", "--check").code == 2

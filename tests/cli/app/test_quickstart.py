import shutil
from pathlib import Path

import pytest

from tests.cli.app.conftest import ROOT, Start, first_line
from tests.cli.conftest import Contrast


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A checkout in every respect but that it has only some of the sample photographs."""
    checkout = tmp_path / "checkout"
    (checkout / "sample_data").mkdir(parents=True)
    for name in ("contrast_engine", "pages", "app.py", ".streamlit"):
        (checkout / name).symlink_to(ROOT / name)
    for file in sorted((ROOT / "sample_data").glob("*.jpg"))[::12]:
        shutil.copy(file, checkout / "sample_data")
    return checkout


def written(workspace: Path) -> dict[Path, int]:
    """Every result, with the moment that it was written."""
    kinds = ("features", "maps", "clusterings")
    files = [file for kind in kinds for file in (workspace / kind).rglob("*") if file.is_file()]
    assert len(files) > 5
    return {file: file.stat().st_mtime_ns for file in files}


@pytest.mark.slow
def test_quickstart_builds_the_sample_workspace_once_and_serves_it(
    start: Start, tmp_path: Path, port: int, home: Path
) -> None:
    from contrast_engine import Workspace

    arguments = (tmp_path / "s.contrast", "--bare", "--port", port)
    process = start("quickstart", *arguments, "--json", cwd=home)
    assert process.stdout is not None
    assert "".join(process.stdout.readline() for _ in range(4)).split() == [
        "{", '"url":', f'"http://127.0.0.1:{port}",',
        '"workspace":', f'"{tmp_path / "s.contrast"}"', "}",
    ]  # fmt: skip
    process.terminate()
    process.communicate(timeout=20)
    workspace = Workspace.open(tmp_path / "s.contrast")
    assert len(workspace.images) == len(list((home / "sample_data").iterdir())) > 15
    keys = [workspace.current(kind) for kind in ("features", "maps", "clusterings")]
    assert all(keys)
    results = written(workspace.root)
    first_line(start("quickstart", *arguments, cwd=home))
    assert written(workspace.root) == results, "nothing is computed again"
    assert [workspace.current(k) for k in ("features", "maps", "clusterings")] == keys


def test_saying_that_it_is_meant_anyway_goes_with_rebuilding(contrast: Contrast) -> None:
    said = contrast("quickstart", "--anyway")
    assert said.code == 2
    assert "--anyway goes with --rebuild" in said.err

import time
from pathlib import Path

import pytest

from tests.cli.app.conftest import Start, first_line


@pytest.mark.slow
def test_quickstart_builds_the_sample_workspace_once_and_serves_it(
    start: Start, tmp_path: Path, port: int
) -> None:
    from contrast_engine import Workspace

    process = start("quickstart", tmp_path / "s.contrast", "--port", port, "--json")
    assert process.stdout is not None
    assert "".join(process.stdout.readline() for _ in range(4)).split() == [
        "{", '"url":', f'"http://127.0.0.1:{port}",',
        '"workspace":', f'"{tmp_path / "s.contrast"}"', "}",
    ]  # fmt: skip
    process.terminate()
    process.communicate(timeout=20)
    workspace = Workspace.open(tmp_path / "s.contrast")
    assert len(workspace.images) > 200
    keys = [workspace.current(kind) for kind in ("features", "maps", "clusterings")]
    assert all(keys)
    begun = time.monotonic()
    first_line(start("quickstart", tmp_path / "s.contrast", "--port", port))
    assert time.monotonic() - begun < 20
    assert [workspace.current(k) for k in ("features", "maps", "clusterings")] == keys

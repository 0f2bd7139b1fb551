from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_doctor_looks_at_everything_and_says_what_to_do(
    contrast: Contrast, workspace: Path
) -> None:
    said = contrast("doctor", workspace, "--json")
    assert said.code == 0
    checks = {check["name"]: check for check in said.json["checks"]}
    names = {"python", "torch device", "disk", "browser", "port", "sample data", "app", "workspace"}
    assert names <= set(checks)
    assert all(check["status"] in {"ok", "warn"} for check in checks.values())
    assert all(check["cure"] for check in checks.values() if check["status"] == "warn")
    assert checks["workspace"]["status"] == "ok"
    assert "30 images" in checks["workspace"]["found"]
    assert said.json["ok"] == all(check["status"] == "ok" for check in checks.values())


def test_doctor_warns_of_a_workspace_that_cannot_be_read(
    contrast: Contrast, workspace: Path
) -> None:
    (workspace / "workspace.json").write_text("{")
    for place in (workspace, workspace / "none"):
        said = contrast("doctor", place)
        assert said.code == 0
        assert "WARN  workspace" in said.out
        assert "->" in said.out

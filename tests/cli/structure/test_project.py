from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
@pytest.mark.parametrize("method", ["pca", "tsne", "umap"])
def test_project_keeps_the_contract(contrast: Contrast, workspace: Path, method: str) -> None:
    said = contrast("project", workspace, method, "--seed", "4", "--json").json
    assert said["key"]
    assert said["images"] == 30
    trust = said["trustworthiness"]
    assert 0.5 < trust["value"] <= 1
    assert trust["n"] == 30
    again = contrast("project", workspace, method, "--seed", "4", "--json").json
    assert again["key"] == said["key"]
    assert "trustworthiness" in contrast("project", workspace, method, "--seed", "4").out


def test_exploring_before_measuring_says_what_comes_first(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    root = tmp_path / "w.contrast"
    contrast("scan", root, photos)
    for command in ("project", "cluster"):
        said = contrast(command, root)
        assert said.code == 1
        assert "measure" in said.err

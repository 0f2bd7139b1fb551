from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_clusterings_are_listed_named_and_compared(contrast: Contrast, workspace: Path) -> None:
    contrast("cluster", workspace, "hierarchical", "-o", "n_clusters=3", "--fine", "5")
    listed = contrast("clusterings", workspace, "--json").json["runs"]
    first, second = (run["key"] for run in listed[:2])
    assert [run["is_current"] for run in listed[:2]] == [True, False]
    found = contrast("clusterings", workspace, "--compare", first, second, "--json").json
    assert sum(map(sum, found["table"])) == found["n"]
    assert -1 <= found["ari"] <= 1
    named = contrast("clusterings", workspace, "--name", first, "by merging", "--json").json["runs"]
    assert named[0]["name"] == "by merging"
    assert contrast("clusterings", workspace, "--compare", first, "nothing").code == 1

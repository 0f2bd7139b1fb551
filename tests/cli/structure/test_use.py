"""What is in use on the command line: listed, only looked at, chosen and taken back."""

from pathlib import Path

import pytest

from contrast_engine.login import login_name
from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast


def in_use(document: dict) -> dict[str, str]:
    return {one["kind"]: one["key"] for one in document["results"] if one["in_use"]}


@pytest.mark.slow
def test_what_is_in_use_is_listed_left_alone_chosen_and_taken_back(
    contrast: Contrast, workspace: Path
) -> None:
    before = in_use(contrast("use", workspace, "--json").json)
    assert set(before) == {"clusterings", "maps"}
    looked = contrast("cluster", workspace, "kmeans", "-o", "n_clusters=2", "--look", "--json").json
    assert not looked["in_use"]
    assert in_use(contrast("use", workspace, "--json").json) == before
    chosen = contrast("use", workspace, looked["key"], "--why", "fewer", "--who", "anna", "--json")
    assert chosen.code == 0
    assert in_use(chosen.json)["clusterings"] == looked["key"]
    found = next(one for one in chosen.json["results"] if one["key"] == looked["key"])
    assert (found["who"], found["why"], found["before"]) == ("anna", "fewer", before["clusterings"])
    assert "out of date" not in contrast("use", workspace).out
    undone = contrast("use", workspace, "--undo")
    assert undone.out.startswith(f"taken back: {looked['key']} of the clusterings, chosen by anna")
    assert in_use(contrast("use", workspace, "--json").json) == before
    assert contrast("use", workspace, "--undo", "maps").out.startswith("nothing to undo")
    made = contrast("cluster", workspace, "kmeans", "-o", "n_clusters=2", "--json").json
    assert made["in_use"], "by command, what is made is in use"
    assert Workspace(workspace).decision("clusterings").who == login_name()
    assert contrast("use", workspace, "0" * 16).code == 1
    assert contrast("use", workspace, made["key"], "--undo").code == 2

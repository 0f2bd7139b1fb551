"""Clusters changed by hand on the command line, and everything taken back."""

from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


def sizes(document: dict) -> dict[int, int]:
    return {one["id"]: one["size"] for one in document["clusters"]}


@pytest.mark.slow
def test_merge_split_move_and_exclude_add_up_and_are_taken_back(
    contrast: Contrast, workspace: Path
) -> None:
    computed = contrast("cluster", workspace, "--json").json
    before, total = sizes(computed), computed["images"]
    images = [r["id"] for r in computed["clusters"][0]["representatives"]]
    merged = contrast(
        "edit-clusters", "merge", workspace, "--cluster", "1", "--cluster", "2", "--json"
    )
    assert len(sizes(merged.json)) == len(before) - 1
    split = contrast("edit-clusters", "split", workspace, "--image", images[0], "--json").json
    new = max(sizes(split))
    assert sizes(split)[new] == 1
    moved = contrast(
        "edit-clusters", "move", workspace, "--image", images[1], "--into", str(new), "--json"
    ).json
    assert sizes(moved)[new] == 2
    left = contrast("edit-clusters", "exclude", workspace, "--image", images[1], "--json").json
    assert left["unassigned"] == 1
    assert sum(sizes(left).values()) == total - 1
    for _ in range(4):
        again = contrast("edit-clusters", "undo", workspace, "--json").json
    assert (sizes(again), again["key"]) == (before, computed["key"])
    assert contrast("edit-clusters", "undo", workspace, "--json").json["key"] is None
    assert (
        contrast("edit-clusters", "merge", workspace, "--cluster", "1", "--cluster", "77").code == 2
    )

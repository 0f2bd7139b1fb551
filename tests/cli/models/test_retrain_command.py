"""contrast retrain: a candidate, and the decision about it, from the command line."""

import shutil
from pathlib import Path

import pytest

from contrast_engine import Workspace
from tests.cli.conftest import SAMPLE_DATA, Contrast

KEYS = {
    "id", "made", "who", "images", "source", "labels", "before", "after", "left", "scores",
    "is_ordered", "agreement", "abstaining", "changed", "clusters", "map", "changed_labels",
}  # fmt: skip


@pytest.mark.slow
def test_a_model_is_retrained_compared_accepted_and_rolled_back(
    contrast: Contrast, labelled: Path, tmp_path: Path, few_draws: None
) -> None:
    assert contrast("pseudo-label", labelled, "--order", "low,medium,high").code == 0
    said = contrast("retrain", labelled)
    assert said.code == 1
    assert "no new images were scored" in said.err
    assert contrast("retrain", labelled, "--accept").code == 1
    folder = tmp_path / "new"
    folder.mkdir()
    for file in sorted(SAMPLE_DATA.glob("*.jpg"))[1::40]:
        shutil.copy(file, folder)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8")
    made = contrast("retrain", labelled, folder, "--who", "ann", "--json").json
    n = len(list(folder.glob("*"))) - 1
    assert made.keys() == KEYS
    assert made["images"] == {"old": 30, "new": n, "unusable": 1, "already_known": 0}
    assert len(made["changed_labels"]) == made["changed"]["old"] + made["changed"]["new"]
    for row in made["changed_labels"]:
        assert row["before"] != row["after"]
        assert Path(row["path"]).is_file()
    workspace = Workspace(labelled)
    assert workspace.current("predictions") == made["before"]["predictions"]
    accepted = contrast("retrain", labelled, "--accept", "--who", "bob", "--json").json
    assert accepted["current"] == made["after"]
    again = contrast("retrain", labelled, "--accept")
    assert again.code == 1
    assert "accepted already, by bob" in again.err
    assert len(again.err.splitlines()) == 1
    assert "rolled back" in contrast("retrain", labelled, "--roll-back").out
    assert workspace.current("predictions") == made["before"]["predictions"]


@pytest.mark.parametrize("words", [["--accept", "--roll-back"], ["--accept", "more.jpg"]])
def test_a_decision_that_is_no_decision_is_wrong_usage(
    words: list[str], contrast: Contrast, tmp_path: Path
) -> None:
    assert contrast("retrain", tmp_path / "w", *words).code == 2

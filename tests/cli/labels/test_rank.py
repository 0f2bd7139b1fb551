from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_pairs_are_asked_answered_and_ranked(contrast: Contrast, workspace: Path) -> None:
    said = contrast("rank", "next", workspace, "--count", "25", "--json").json
    assert len(said["pairs"]) == 25
    assert {"left", "right", "reason", "is_repeat"} <= set(said["pairs"][0])
    assert Path(said["pairs"][0]["left"]["path"]).is_file()
    assert contrast("rank", "next", workspace, "--count", "25", "--json").json == said
    for pair in said["pairs"][:19]:
        sides = sorted((pair["left"]["id"], pair["right"]["id"]))
        answer = "left" if pair["left"]["id"] == sides[0] else "right"
        kept = contrast(
            "rank", "add", workspace, "--left", pair["left"]["id"], "--right",
            pair["right"]["id"], "--answer", answer,
        )  # fmt: skip
        assert kept.code == 0
    shown = contrast("rank", "show", workspace, "--json").json
    scores = shown["scores"]
    assert shown["judgements"] == 19
    assert [s["score"] for s in scores] == sorted((s["score"] for s in scores), reverse=True)
    assert all(s["low"] < s["score"] < s["high"] and s["id"] and s["path"] for s in scores)
    assert shown["features"] == []
    assert "from 20 comparisons on, there are 19" in shown["refused"]
    assert shown["refused"] in contrast("rank", "show", workspace).out


def test_features_are_held_against_people_once_there_are_enough_answers(
    contrast: Contrast, workspace: Path
) -> None:
    from contrast_engine.store import Workspace

    opened = Workspace.open(workspace)
    c_rms = opened.load(opened.current("features") or "")
    value = dict(zip(c_rms.ids, c_rms.column("c_rms"), strict=True))
    for pair in contrast("rank", "next", workspace, "--count", "60", "--json").json["pairs"]:
        left, right = pair["left"]["id"], pair["right"]["id"]
        opened.comparisons.add(left, right, "left" if value[left] > value[right] else "right")
    features = contrast("rank", "show", workspace, "--json").json["features"]
    found = {one["measure"]: one for one in features}
    assert found["c_rms"]["rho"] > 0.8
    assert found["c_rms"]["low"] < found["c_rms"]["rho"] < found["c_rms"]["high"]
    assert found["c_rms"]["right"] == 1


def test_comparisons_can_be_taken_back_and_wrong_ones_are_refused(
    contrast: Contrast, workspace: Path, photos: Path
) -> None:
    assert contrast("rank", "show", workspace).code == 1
    one, two = sorted(photos.glob("*.jpg"))[:2]
    words = ("rank", "add", workspace, "--left", one, "--right")
    assert contrast(*words, two, "--answer", "tie").code == 0
    assert len(contrast("rank", "undo", workspace, "--json").json["undone"]) == 2
    assert contrast("rank", "undo", workspace, "--json").json["undone"] == []
    itself = contrast(*words, one, "--answer", "left")
    assert itself.code == 1
    assert "cannot be compared with itself" in itself.err
    assert contrast(*words, two, "--answer", "up").code == 2
    assert contrast("rank", "next", workspace, "--count", "0").code == 2


def test_no_command_speaks_under_the_name_of_a_simulated_annotator(
    contrast: Contrast, tmp_path: Path
) -> None:
    said = contrast("rank", "undo", tmp_path / "none.contrast", "--who", "simulated A")
    assert said.code == 1
    assert "simulated annotators, got 'simulated A'" in said.err

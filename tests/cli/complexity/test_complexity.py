from pathlib import Path

import numpy as np
import pytest

from contrast_engine import Workspace
from contrast_engine.complexity import evaluation, with_scores
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.vectors import Vectors
from tests.cli.conftest import Contrast


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_scores, "TREES", 5)
    monkeypatch.setattr(evaluation, "RESAMPLES", 100)


@pytest.mark.slow
def test_complexity_is_scored_without_and_with_scores(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    alone = contrast("complexity", workspace, "--json").json
    assert alone["label_free"]["srcc"] is None
    assert alone["label_free"]["n"] == 30
    assert alone["verdict"].startswith("No human scores")
    assert -1 <= alone["contrast"]["low"] <= alone["contrast"]["r"] <= alone["contrast"]["high"]
    assert alone["masked_entropy"] == {"r2": None, "neighbours_r2": None}
    assert "different attributes" in contrast("complexity", workspace).out

    opened = Workspace.open(workspace)
    table = opened.load(attribute_tables(opened)["complexity"])
    assert "complexity_predicted" not in table.columns
    scores = tmp_path / "scores.csv"
    people = table.column("jpeg_bytes") + np.arange(30) % 2 * 1e5
    rows = [
        f"{i},{s},{'ab'[n % 2]}" for n, (i, s) in enumerate(zip(table.ids, people, strict=True))
    ]
    scores.write_text("\n".join(["file,score,group", *rows, "stranger.jpg,3,a"]))
    said = contrast("complexity", workspace, "--scores", scores, "--json").json
    assert {"label_free", "with_scores", "baselines", "per_group", "masked_entropy",
            "verdict"} <= set(said)  # fmt: skip
    for one in (said["label_free"], said["with_scores"], *said["baselines"].values()):
        assert {"srcc", "pcc", "low", "high", "n"} <= set(one)
    assert said["baselines"]["jpeg_bytes"]["srcc"] == pytest.approx(1)
    assert said["best_naive"] == "jpeg_bytes"
    assert said["verdict"].startswith("The label-free score does not beat")
    assert said["scores"]["unknown"] == 1
    assert set(said["per_group"]) == {"a", "b"}
    text = contrast("complexity", workspace, "--scores", scores).out
    assert "30 scores of 31 rows used in 2 groups; 1 of no image here" in text
    predicted: Vectors = opened.load(attribute_tables(opened)["complexity_predicted"])
    assert np.isfinite(predicted.column("complexity_predicted")).all()


def test_complexity_says_what_it_cannot_use(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    said = contrast("complexity", workspace, "--scores", tmp_path / "none.csv")
    assert said.code == 1
    assert "there is no file" in said.err
    assert "no embedding 'nothing'" in contrast("complexity", workspace, "--on", "nothing").err

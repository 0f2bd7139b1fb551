"""Tiers of models that look at pictures with a network."""

from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps
from contrast_engine.predict import PredictionModel, Predictor, write_model
from contrast_engine.predict.tiers.making import with_tiers

Photographs = Callable[..., list[Path]]

SMALL = {"epochs": 1, "size": 32, "dimensions": 8, "batch_size": 8}


def learnt(workspace: Workspace, on: str) -> PredictionModel:
    steps.pseudo_label(workspace, on=on, method="logistic")
    return with_tiers(workspace, PredictionModel.of(workspace))


@pytest.mark.slow
@pytest.mark.parametrize("encoder", [pytest.param("rank", marks=pytest.mark.thorough), "hybrid"])
def test_hybrid_is_the_hybrid_network_or_features_alone(
    encoder: str, photographs: Photographs, tmp_path: Path, few_draws: None
) -> None:
    files = photographs(tmp_path / "photos", 24)
    workspace = Workspace(tmp_path / "w.contrast")
    steps.scan(workspace, [tmp_path / "photos"])
    table = workspace.load(steps.measure(workspace).key)
    order = sorted(table.ids, key=lambda image: table.row(image)["c_rms"])
    for place, image in enumerate(order[:18]):
        workspace.labels.add([image], "low" if place < 9 else "high")
    key = steps.train(workspace, encoder, options=SMALL).key
    steps.embed(workspace, key)

    both = learnt(workspace, f"features+{key}")
    assert set(both.tiers) == {"fast", "hybrid", "full"}
    hybrid = both.tiers["hybrid"].placer
    assert hybrid.has_network is (encoder == "hybrid")
    assert len(hybrid.parts) == 1
    assert not both.tiers["fast"].placer.has_network
    assert not both.uses_network("fast"), "as many images at a time as there are cores"
    assert both.uses_network("full")
    assert both.uses_network("cascade"), "it may hand on to full"
    rows = {row["tier"]: row for row in both.card["tiers"]}
    assert set(rows) == {"fast", "hybrid", "full", "cascade"}
    assert rows["hybrid"]["agreement"]["n"] == 6
    write_model(both, tmp_path / "m.contrast")
    inside, outside = Predictor(workspace), Predictor.load(tmp_path / "m.contrast")
    for tier in both.tier_names:
        expected = inside.predict(files[:3], tier=tier)
        assert not any(one.problem for one in expected)
        assert outside.predict(files[:3], tier=tier) == expected

    if encoder == "hybrid":
        alone = learnt(workspace, key)
        assert alone.same == {"hybrid": "full"}
        assert alone.tiers["full"].placer.has_network

from pathlib import Path

import pytest

from tests.cli.conftest import Contrast
from tests.zero_shot import networks


@pytest.mark.slow
def test_zero_shot_embeds_scores_and_says_its_verdict(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    network, recipe, text = networks.files(tmp_path / "net", networks.spread())
    asked = ("zero-shot", workspace, network, "--recipe", recipe, "--text", text)
    said = contrast(*asked, "--anyway", "--json")
    assert said.code == 0
    found = said.json
    assert {
        "key", "model", "images", "dimensions", "verdict", "why", "pairs", "logit_scale",
        "sensitivity", "shortcuts", "beside", "scores", "is_shown", "not_tested", "seen",
    } <= set(found)  # fmt: skip
    assert (found["images"], found["dimensions"], len(found["scores"])) == (30, 2, 30)
    assert found["verdict"] in {"passes", "at the limit", "refused"}
    assert {"id", "path", "score"} == set(found["scores"][0])
    assert found["pairs"] == [{"name": "contrast", "high": "High contrast photo.",
                               "low": "Low contrast photo."}]  # fmt: skip
    assert "high_vector" not in said.out
    again = contrast("zero-shot", workspace, found["model"])
    assert again.code == 0
    assert f"{found['verdict']}: " in again.out
    assert "High contrast photo. / Low contrast photo., logit scale 10" in again.out
    assert contrast("sensitivity", workspace, found["key"], "--json").json["ladders"]
    assert contrast("cluster", workspace, "--on", found["key"], "--json").json["clusters"]


def test_a_network_without_a_recipe_is_wrong_usage_and_says_what_is_needed(
    contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    network, recipe, _ = networks.files(tmp_path / "net", networks.channels())
    said = contrast("zero-shot", workspace, network)
    assert (said.code, said.out) == (2, "")
    assert "--recipe" in said.err
    assert '"interpolation"' in said.err
    missing = contrast("zero-shot", workspace, tmp_path / "none.onnx", "--recipe", recipe)
    assert (missing.code, len(missing.err.splitlines())) == (1, 1)
    assert contrast("embed", workspace, network).code == 1

from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_agreement_of_two_people_is_measured_and_its_verdict_said(
    contrast: Contrast, workspace: Path, photos: Path
) -> None:
    files = sorted(photos.glob("*.jpg"))[:12]
    assert contrast("agreement", workspace).code == 1
    for number, file in enumerate(files):
        for who, label in (("ann", "ab"[number % 2]), ("bob", "ab"[number // 2 % 2])):
            said = contrast(
                "label", "add", workspace, "--image", file, "--label", label, "--who", who
            )
            assert said.code == 0
    found = contrast("agreement", workspace, "--json").json
    assert {"alpha", "kappa", "low", "high", "n"} <= set(found)
    assert found["n"] == 12
    assert found["low"] <= found["alpha"] <= found["high"]
    assert "do not agree: no model can be validated" in found["verdict"]
    assert len(found["disagreements"]) == 6
    assert len(found["consensus"]) == 12
    text = contrast("agreement", workspace).out
    assert text.startswith(found["verdict"])
    assert "6 disagreements" in text
    for number, file in enumerate(files):
        label = "ab"[number % 2]
        contrast("label", "add", workspace, "--image", file, "--label", label, "--who", "bob")
    again = contrast("agreement", workspace, "--json").json
    assert (again["alpha"], again["kappa"], again["disagreements"]) == (1, 1, [])

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine.login import login_name
from contrast_engine.predict import Predictor
from contrast_engine.store import Workspace
from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_a_model_file_stands_for_its_workspace(
    contrast: Contrast, labelled: Path, photos: Path, tmp_path: Path, few_draws: None
) -> None:
    contrast("pseudo-label", labelled, "--order", "low,medium,high")
    file = tmp_path / "model.contrast"
    said = contrast("bundle", labelled, file, "--json")
    assert said.code == 0
    assert said.json["file"] == str(file)
    assert said.json["bytes"] == file.stat().st_size
    model = said.json["model"]
    assert model["labels"] == 15, "how many labels it learnt from"
    assert model["classes"] == ["low", "medium", "high"]
    assert model["tiers"] == ["fast", "hybrid", "full", "cascade"]
    assert {"key", "feature_version", "space", "scores"} <= set(model)
    _has_a_card(contrast, file)
    _gives_nothing_away(file, labelled, photos)

    assert contrast("bundle", labelled, file).code == 1, "it is there already"
    again = tmp_path / "again.contrast"
    assert contrast("bundle", labelled, again).code == 0
    assert again.read_bytes() == file.read_bytes(), "the same workspace, the same bytes"
    assert contrast("bundle", labelled, file, "--overwrite").code == 0

    pictures = sorted(photos.glob("*.jpg"))[:5]
    inside = Predictor(Workspace.open(labelled))
    assert inside.model.tier_names == ("fast", "hybrid", "full", "cascade"), "kept beside the model"
    expected = {t: inside.predict(pictures, tier=t) for t in inside.model.tier_names}
    shutil.move(labelled, tmp_path / "elsewhere")
    outside = Predictor.load(file)
    assert {t: outside.predict(pictures, tier=t) for t in expected} == expected
    script = (
        "import json, sys; from contrast_engine.predict import Predictor; "
        "print(json.dumps([p.probabilities for p in Predictor.load(sys.argv[1]).predict(sys.argv[2:])]))"
    )
    fresh = subprocess.run(
        [sys.executable, "-c", script, file, *pictures],
        capture_output=True, check=True, cwd=tmp_path, env=_nobody(tmp_path),
    )  # fmt: skip
    assert json.loads(fresh.stdout) == [p.probabilities for p in expected["full"]]


def _nobody(home: Path) -> dict[str, str]:
    """The surroundings of another user."""
    root = Path(__file__).parents[3]
    return {"HOME": str(home), "PYTHONPATH": str(root), "PATH": "/usr/bin:/bin"}


def _has_a_card(contrast: Contrast, file: Path) -> None:
    shown = contrast("bundle", "--show", file)
    assert shown.code == 0
    for words in (
        "15 labels",
        "medium 5",
        "## Tiers",
        "| cascade |",
        "## Limits",
        "few",
        f"{login_name()} (15)",
    ):
        assert words in shown.out
    card = contrast("bundle", "--show", file, "--json").json["model"]["card"]
    rows = {row["tier"]: row for row in card["tiers"]}
    assert set(rows) == {"fast", "full", "cascade"}, "hybrid is full here, and the card says so"
    assert any("one tier" in note for note in card["tier_notes"])
    for row in rows.values():
        speed = row["speed"]
        assert speed["low"] <= speed["images_per_second"] <= speed["high"]
    assert rows["fast"]["agreement"]["n"] == 15, "the images nobody labelled"
    assert rows["fast"]["accuracy"]["n"] == rows["full"]["accuracy"]["n"]
    assert {"difference", "difference_low", "difference_high"} <= set(rows["cascade"]["cascade"])
    assert 0 <= rows["cascade"]["handed_on"] <= 1
    assert rows["cascade"]["cost_low"] <= rows["cascade"]["cost"] <= rows["cascade"]["cost_high"]
    assert card["reference"] == {"rows": 30, "of": 30}


def _gives_nothing_away(file: Path, root: Path, photos: Path) -> None:
    data = file.read_bytes()
    workspace = Workspace.open(root)
    told = [str(root), str(photos), *(path.name for path in photos.glob("*.jpg"))]
    told += [str(image) for image in workspace.images.ids]
    for secret in told:
        assert secret.encode() not in data, secret
    numbers = [int(image, 16) for image in workspace.images.ids]
    for number in numbers:
        assert number.to_bytes(8, "little") not in data


@pytest.mark.slow
def test_a_file_of_the_full_tier_alone_measures_nothing(
    contrast: Contrast, labelled: Path, tmp_path: Path
) -> None:
    contrast("pseudo-label", labelled)
    file = tmp_path / "model.contrast"
    said = contrast("bundle", labelled, file, "--tiers", "full", "--json")
    assert said.json["model"]["tiers"] == ["full"]
    assert "## Tiers" not in contrast("bundle", "--show", file).out


def test_what_bundle_refuses(contrast: Contrast, labelled: Path, tmp_path: Path) -> None:
    assert contrast("bundle", labelled).code == 2
    assert contrast("bundle").code == 2
    assert contrast("bundle", labelled, "--show", "x").code == 2
    assert contrast("bundle", labelled, tmp_path / "m", "--tiers", "quick").code == 2
    unlearnt = contrast("bundle", labelled, tmp_path / "m.contrast")
    assert unlearnt.code == 1
    assert "no model" in unlearnt.err
    note = tmp_path / "note.txt"
    note.write_text("mine", encoding="utf-8")
    assert contrast("bundle", labelled, note, "--overwrite").code == 1
    assert note.read_text(encoding="utf-8") == "mine"
    assert contrast("bundle", "--show", note).code == 1
    assert contrast("bundle", "--show", tmp_path / "none").code == 1

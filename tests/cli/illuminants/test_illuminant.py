"""contrast illuminant: estimate and judge, for people and for scripts."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from contrast_engine.cli.illuminants.estimate import METHODS
from contrast_engine.illuminants.estimators import ESTIMATORS
from tests.cli.conftest import Contrast
from tests.illuminants.files import folder_of_scenes

PARTS = {
    "mean", "median", "trimean", "best25", "worst25", "p95", "max", "low", "high",
    "reproduction_mean",
}  # fmt: skip


def test_the_methods_of_the_help_are_those_there_are() -> None:
    assert tuple(ESTIMATORS) == METHODS


@pytest.mark.slow
def test_evaluate_judges_statistical_and_learned_methods_on_other_images(
    contrast: Contrast, tmp_path: Path
) -> None:
    lights = np.random.default_rng(1).uniform(0.3, 1, (19, 3))
    test = folder_of_scenes(tmp_path / "test", lights[:5], camera="one")
    train = folder_of_scenes(tmp_path / "train", lights[5:], table="lights.csv")
    with (test / "gt.csv").open("a") as table:
        table.write("lost.png,1,1,1,one\n")
    call = ("illuminant", "evaluate", test, "--truth", test / "gt.csv", "--train", train,
            "--seeds", "1")  # fmt: skip
    found = contrast(*call, "--json").json
    assert {*ESTIMATORS, "extra-trees"} <= set(found["methods"])
    for one in found["methods"].values():
        assert set(one) >= PARTS
        assert one["best25"] <= one["median"] <= one["worst25"]
        assert one["low"] <= one["mean"] <= one["high"]
    assert found["best"] in found["methods"]
    assert found["best"] in found["verdict"]
    assert (found["n"], found["n_train"], found["is_synthetic"]) == (5, 14, False)
    assert found["cameras"]["one"]["n"] == 5
    assert found["problems"][0]["path"] == "lost.png"
    said = contrast(*call)
    assert said.code == 0
    assert "angular error in degrees" in said.out
    assert "not used: lost.png" in said.out


def test_evaluate_says_what_it_needs(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("illuminant", "evaluate", tmp_path)
    assert said.code == 1
    assert "has no table of illuminants" in said.err
    assert contrast("illuminant", "evaluate", tmp_path / "nowhere").code == 1
    assert contrast("illuminant", "evaluate").code == 2


def test_estimate_gives_a_row_for_every_file_and_the_caveat(
    contrast: Contrast, tmp_path: Path
) -> None:
    Image.new("RGB", (20, 16), (220, 150, 90)).save(tmp_path / "warm.jpg")
    said = contrast(
        "illuminant", "estimate", tmp_path / "warm.jpg", tmp_path / "lost.jpg", "--json"
    )
    assert said.code == 0
    warm, lost = said.json["estimates"]
    assert set(warm) >= {"path", "r", "g", "b", "cct", "duv", "method"}
    assert warm["r"] > warm["g"] > warm["b"]
    assert 1500 < warm["cct"] < 4000
    assert warm["method"] == "shades-of-grey"
    assert lost["problem"]
    assert lost["r"] is None
    assert "white balance was applied already" in said.json["note"]
    alone = contrast("illuminant", "estimate", tmp_path / "lost.jpg")
    assert alone.code == 1
    assert "not read" in alone.out
    wrong = contrast("illuminant", "estimate", tmp_path / "warm.jpg", "--method", "grey-wurld")
    assert wrong.code == 2
    assert "did you mean 'grey-world'" in wrong.err


@pytest.mark.slow
def test_estimate_and_evaluate_take_a_workspace(
    contrast: Contrast, photos: Path, tmp_path: Path
) -> None:
    made = tmp_path / "w.contrast"
    few = tmp_path / "few"
    few.mkdir()
    for file in sorted(photos.glob("*.jpg"))[:4]:
        (few / file.name).write_bytes(file.read_bytes())
    assert contrast("scan", made, few).code == 0
    found = contrast("illuminant", "estimate", made, "--json").json
    assert len(found["estimates"]) == 4
    assert found["key"]
    said = contrast("illuminant", "evaluate", made, "--seeds", "1")
    assert said.out.startswith("synthetic: relit photographs")
    both = contrast("illuminant", "estimate", made, few / "x.jpg")
    assert both.code == 2
    assert "or one workspace" in both.err


@pytest.mark.slow
def test_grid_compares_every_combination_and_says_what_it_used(
    contrast: Contrast, tmp_path: Path
) -> None:
    lights = np.random.default_rng(1).uniform(0.3, 1, (18, 3))
    raw = folder_of_scenes(tmp_path / "raw", lights)
    call = ("illuminant", "grid", raw, "--seeds", "1", "--epochs", "1", "--size", "16")
    found = contrast(*call, "--json").json
    assert len(found["rows"]) == 8
    for row in found["rows"]:
        assert {"input", "head", "pretraining", "n", "seeds"} | PARTS - {
            "reproduction_mean"
        } <= set(row)
        assert row["best25"] <= row["median"] <= row["worst25"]
        assert (row["n"], row["seeds"]) == (18, 1)
    assert {"mean", "low", "high", "n", "words"} <= set(found["differences"]["input"])
    assert (found["n"], found["size"], found["used"]["epochs"]) == (18, 16, 1)
    assert found["done"] == found["trainings"] == 24
    few = contrast("illuminant", "grid", raw, "--folds", "camera")
    assert few.code == 1
    assert "at least 2 cameras" in few.err

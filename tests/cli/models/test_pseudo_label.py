from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
def test_pseudo_label_keeps_the_contract(contrast: Contrast, labelled: Path) -> None:
    arguments = ("pseudo-label", labelled, "--order", "low,medium,high", "--json")
    said = contrast(*arguments).json
    assert said["key"]
    assert said["method"] == "ordinal"
    assert (said["labels"], said["images"]) == (15, 30)
    assert 0 <= said["abstained"] <= 30
    held_out = said["cross_validated"]
    assert held_out["n"] == 15
    assert 0.5 < held_out["accuracy"] <= 1
    assert held_out["accuracy_low"] <= held_out["accuracy"] <= held_out["accuracy_high"]
    assert -1 <= held_out["kappa"] <= 1
    assert contrast(*arguments).json == said
    text = contrast(*arguments[:-1], "--most-wrong", "0.5").out
    assert "cross-validated accuracy" in text
    assert "at most 50%" in text
    assert said["promise"]["limit"] == 0.2
    wrong = contrast(*arguments[:-1], "--most-wrong", "2")
    assert wrong.code == 1
    assert "most_wrong" in wrong.err


@pytest.mark.slow
def test_few_labels_are_called_very_rough(
    contrast: Contrast, workspace: Path, photos: Path
) -> None:
    for file, label in zip(sorted(photos.glob("*.jpg")), ("low", "high"), strict=False):
        contrast("label", "add", workspace, "--image", file, "--label", label)
    said = contrast("pseudo-label", workspace)
    assert said.code == 0, said.err
    assert "very rough" in said.out


def test_learning_from_no_labels_says_what_to_do(contrast: Contrast, workspace: Path) -> None:
    said = contrast("pseudo-label", workspace, "--json")
    assert (said.code, said.out) == (1, "")
    assert "label" in said.err


@pytest.mark.slow
def test_an_order_that_misses_a_label_is_refused(contrast: Contrast, labelled: Path) -> None:
    said = contrast("pseudo-label", labelled, "--order", "low,high")
    assert said.code == 1
    assert "medium" in said.err

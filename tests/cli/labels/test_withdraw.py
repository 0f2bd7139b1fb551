"""`label withdraw`: it asks, says what it did, and gives back."""

from pathlib import Path

import pytest

from contrast_engine import Workspace
from tests.cli.conftest import Contrast


@pytest.fixture
def labelled(contrast: Contrast, workspace: Path, photos: Path) -> Path:
    one, two = sorted(photos.glob("*.jpg"))[:2]
    contrast("label", "add", workspace, "--image", one, "--image", two, "--label", "low",
             "--who", "ann")  # fmt: skip
    contrast("label", "add", workspace, "--image", two, "--label", "high", "--who", "bob")
    return workspace


def test_a_script_has_to_say_yes_and_is_told_what_would_go(
    contrast: Contrast, labelled: Path
) -> None:
    said = contrast("label", "withdraw", labelled, "--who", "ann")
    assert said.code == 2
    assert "1 annotation of 2 images" in said.err
    assert "Without a label then: 1 image" in said.err
    assert "say --yes" in said.err
    assert "ann" in Workspace(labelled).labels.by_person()


def test_all_of_it_goes_and_comes_back(contrast: Contrast, labelled: Path) -> None:
    before = Workspace(labelled).labels.by_person()
    done = contrast(
        "label", "withdraw", labelled, "--who", "ann", "--by", "olga", "--yes", "--json"
    )
    assert done.code == 0
    assert done.json["done"] == "withdrawn"
    assert done.json["labels"]["images"] == 2
    assert done.json["labels"]["who"] == "olga"
    assert done.json["plan"]["left"] == 1
    assert set(Workspace(labelled).labels.by_person()) == {"bob"}
    again = contrast("label", "withdraw", labelled, "--who", "ann")
    assert again.code == 0
    assert "nothing changed" in again.out
    back = contrast("label", "withdraw", labelled, "--who", "ann", "--undo")
    assert "1 annotation by ann count again" in back.out
    assert Workspace(labelled).labels.by_person() == before


def test_nobody_of_that_name_is_said_with_the_names_there_are(
    contrast: Contrast, labelled: Path
) -> None:
    said = contrast("label", "withdraw", labelled, "--who", "anne", "--yes")
    assert said.code != 0
    assert "ann, bob" in said.err

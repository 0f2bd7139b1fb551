"""`contrast sabotage`: every way to spoil the results is refused, and the honest case is not."""

from pathlib import Path

import pytest

from contrast_engine.validation.sabotage import WHAT
from tests.cli.conftest import Contrast
from tests.steps.planted import planted


def _files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "sqlite" not in path.name and "locks" not in path.parts
    }


@pytest.mark.slow
def test_every_case_fails_a_named_check_and_nothing_is_changed(
    contrast: Contrast, tmp_path: Path
) -> None:
    root = planted(tmp_path / "w.contrast", 100).root
    before = _files(root)
    said = contrast("sabotage", root, "--json")
    assert _files(root) == before
    found = said.json
    assert [case["name"] for case in found["cases"]] == list(WHAT)
    assert all(case["caught"] and case["failed"] for case in found["cases"]), found
    of_vectors = found["cases"][:4]
    assert all({"shortcuts", "known_changes"} <= set(case["failed"]) for case in of_vectors)
    assert all("promises" in case["verdicts"] for case in found["cases"])
    assert found["control"]["failed"] == []
    assert found["labels_are_simulated"]
    assert said.code == 0


@pytest.mark.slow
def test_a_leak_that_is_not_found_gets_through_and_is_exit_one(
    contrast: Contrast, tmp_path: Path
) -> None:
    workspace = planted(tmp_path / "w.contrast", 80, has_thumbnails=False)
    ids = workspace.images.ids
    workspace.labels.define(["low", "high"], is_ordered=True)
    for half, label in ((ids[::2], "low"), (ids[1::2], "high")):
        workspace.labels.add(half, label, "me")
    said = contrast("sabotage", workspace.root)
    assert said.code == 1
    assert said.out.startswith("1 get through: leaked twins")
    assert "80 of 80 labelled images have no thumbnail" in said.out
    assert "no twin can be looked for" in said.out
    assert "80 labels of annotators" in said.out


def test_too_few_images_are_refused_in_words(contrast: Contrast, tmp_path: Path) -> None:
    said = contrast("sabotage", planted(tmp_path / "w.contrast", 40).root)
    assert (said.code, said.out) == (1, "")
    assert "from 60 measured images on, got 40" in said.err

"""Every command on a disk that refuses: exit 1, one sentence that says what to do, no loss."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import Workspace
from tests import faults_of_disks as faults
from tests.cli.conftest import Contrast

WRITING = {
    "scan": ["scan", "W", "NEW"],
    "gather": ["gather", "W", "NEW"],
    "project": ["project", "W", "pca", "-o", "n_components=3"],
    "cluster": ["cluster", "W", "kmeans", "-o", "n_clusters=4"],
    "label": ["label", "add", "W", "--image", "ID", "--label", "low"],
    "merge": ["edit-clusters", "merge", "W", "--cluster", "0", "--cluster", "1"],
    "selection": ["selection", "save", "W", "few", "--image", "ID"],
    "export": ["export", "W", "OUT"],
}
READING = {
    "labels": ["label", "list", "W"],
    "selections": ["selection", "list", "W"],
    "outliers": ["outliers", "W"],
}
FAULTS = {
    "full": (lambda _: faults.full_disk(), "free some space on the disk that holds"),
    "read-only": (faults.read_only, "it is not permitted; check who may read and write there"),
}


def typed(words: list[str], workspace: Path, out: Path) -> list[str]:
    """The words of a command for this very workspace."""
    image = sorted(Workspace(workspace).images.paths)[0]
    new = out / "new.png"
    if not new.exists():
        cv2.imwrite(str(new), np.arange(48 * 48, dtype=np.uint8).reshape(48, 48))
    known = {"W": str(workspace), "ID": image, "OUT": str(out / "table.csv"), "NEW": str(new)}
    return [known.get(word, word) for word in words]


def is_plain(text: str) -> bool:
    """True for one line without what only a programmer reads."""
    lines = text.splitlines()
    return len([one for one in lines if one.startswith("contrast: ")]) == 1 and not any(
        word in text for word in ("Errno", "Traceback", "Error:")
    )


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("command", WRITING)
def test_a_command_that_cannot_write_says_why_and_works_once_it_can(
    command, fault, contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    if (command, fault) == ("export", "read-only"):
        pytest.skip("the table lies outside the collection")
    words = typed(WRITING[command], workspace, tmp_path)
    break_it, why = FAULTS[fault]
    with break_it(workspace):
        said = contrast(*words)
        assert said.code == 1, said
        assert why in said.err
        assert is_plain(said.err), said.err
        for reading in READING.values():
            assert contrast(*typed(reading, workspace, tmp_path)).code == 0
    assert contrast(*words).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("put", [faults.noise, faults.folder, faults.foreign_database])
def test_a_damaged_log_is_named_by_the_command_that_reads_it(
    put, contrast: Contrast, workspace: Path, tmp_path: Path
) -> None:
    assert contrast(*typed(WRITING["label"], workspace, tmp_path)).code == 0
    with faults.in_its_place(workspace / "labels.sqlite", put):
        said = contrast("label", "list", workspace)
        assert said.code == 1
        assert "labels.sqlite" in said.err
        assert is_plain(said.err)
    assert contrast("label", "list", workspace).code == 0

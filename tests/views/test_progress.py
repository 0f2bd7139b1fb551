"""How far a collection has come, and what would be done next."""

from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.store import Workspace
from contrast_engine.views.collection.progress import workflow_state

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


@pytest.fixture
def measured(tmp_path: Path) -> Workspace:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


@pytest.mark.slow
def test_the_next_step_follows_the_journey(measured: Workspace) -> None:
    assert workflow_state(measured).next_step == "cluster"
    steps.cluster(measured)
    assert workflow_state(measured).next_step == "label"
    ids = measured.images.ids
    measured.labels.add(ids[:5], "low")
    measured.labels.add(ids[5:9], "high")
    steps.pseudo_label(measured)
    state = workflow_state(measured)
    assert state.next_step == "validate"
    assert (state.labelled, state.predicted, state.clusters) == (9, len(SAMPLES), 3)
    assert state.unmeasured == 0


def test_an_empty_workspace_asks_for_photographs(tmp_path: Path) -> None:
    assert workflow_state(Workspace(tmp_path / "some.contrast")).next_step == "add"

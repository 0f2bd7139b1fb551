"""How far a collection has come, and what would be done next."""

from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.steps.output.export import handed_out
from contrast_engine.store import Workspace
from contrast_engine.views.collection import progress
from contrast_engine.views.collection.journey import next_step
from contrast_engine.views.collection.progress import workflow_state

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


def asked(workspace: Workspace) -> str:
    """What is next, in words."""
    return next_step(workflow_state(workspace)).words


@pytest.fixture
def measured(tmp_path: Path) -> Workspace:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


@pytest.mark.slow
def test_the_next_step_follows_the_journey(measured: Workspace) -> None:
    assert asked(measured) == "Cluster the images"
    steps.cluster(measured)
    assert asked(measured) == "Label 20 images"
    ids = measured.images.ids
    measured.labels.add(ids[:5], "low")
    measured.labels.add(ids[5:9], "high")
    steps.pseudo_label(measured)
    state = workflow_state(measured)
    assert asked(measured) == "Label 11 more", "nine make a very rough model"
    assert (state.labelled, state.predicted, state.clusters) == (9, len(SAMPLES), 3)
    assert state.unmeasured == 0


def test_an_empty_workspace_asks_for_photographs(tmp_path: Path) -> None:
    assert asked(Workspace(tmp_path / "some.contrast")) == "Add photographs"


def test_what_was_exported_is_known_until_anything_in_it_changes(measured: Workspace) -> None:
    file = measured.root.parent / "table.csv"
    assert not workflow_state(measured).is_exported
    steps.export(measured, file)
    whole = workflow_state(measured)
    assert whole.is_exported
    assert "exported" not in whole.changed
    again = Workspace(measured.root)
    assert workflow_state(again) == whole, "also by another process"
    measured.labels.add(measured.images.ids[:1], "low")
    assert workflow_state(measured).changed["exported"] == "labels were given or changed"
    handed_out(measured, "csv")
    assert "exported" not in workflow_state(measured).changed
    steps.cluster(measured)
    assert workflow_state(measured).changed["exported"] == "the clusters changed"


def test_the_state_is_read_once_and_again_when_something_changed(
    measured: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = workflow_state(measured)
    with monkeypatch.context() as patch:
        patch.setattr(progress, "_read", lambda _: pytest.fail("read twice"))
        assert workflow_state(measured) is first
    measured.labels.add(measured.images.ids[:1], "low")
    assert workflow_state(measured).labelled == 1


def test_new_labels_put_model_and_evidence_out_of_date(measured: Workspace) -> None:
    ids = measured.images.ids
    measured.labels.add(ids[:5], "low")
    measured.labels.add(ids[5:9], "high")
    steps.pseudo_label(measured)
    assert "predictions" not in workflow_state(measured).changed
    measured.labels.add(ids[9:10], "high")
    assert "labels were given" in workflow_state(measured).changed["predictions"]
    assert (workflow_state(measured).learnt, workflow_state(measured).labelled) == (9, 10)

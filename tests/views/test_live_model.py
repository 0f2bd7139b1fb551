"""The lesson of the moment: what it says is what a model trained the long way says."""

from dataclasses import asdict, replace

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.steps.models.live_model import record_update, train_live
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.models.live_model import (
    LiveModelCard,
    live_model_card,
    update_chart,
    update_history,
)
from contrast_engine.views.outcomes import result_or_reason

N = 120


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    workspace = Workspace(tmp_path / "w")
    ids = tuple(ImageId(f"{row:016x}") for row in range(N))
    workspace.save_files([ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids])
    values = np.random.default_rng(0).normal(size=(N, 3))
    table = Vectors(ids, values, ("c_rms", "u_dr", "gcf"))
    workspace.make_current("features", workspace.save(Artifact("features", "test@1"), table))
    workspace.labels.define(["low", "medium", "high"], is_ordered=True)
    return workspace


def label(workspace: Workspace, n: int) -> None:
    table = workspace.load(workspace.current("features"))
    edges = np.quantile(table.values[:, 0], [1 / 3, 2 / 3])
    for image, value in list(zip(table.ids, table.values[:, 0], strict=True))[:n]:
        name = ("low", "medium", "high")[int(np.searchsorted(edges, value))]
        workspace.labels.add([image], name)


def card_of(workspace: Workspace) -> LiveModelCard:
    return live_model_card(workspace, *result_or_reason(train_live, workspace, space(workspace)))


def test_a_lesson_is_what_training_gives_and_keeps_nothing(workspace: Workspace) -> None:
    label(workspace, 30)
    lesson = train_live(workspace, space(workspace))
    assert not workspace.artifacts("predictions")
    key = steps.pseudo_label(workspace, method=lesson.method)
    kept, details = workspace.load(key), workspace.manifest(key).details
    assert np.array_equal(kept.probability, lesson.predictions.probability)
    assert details["cross_validated"] == lesson.scores.as_json()
    assert details["coverage"] == lesson.coverage


def test_the_line_counts_what_is_covered_and_names_its_error(workspace: Workspace) -> None:
    assert "no image is labelled yet" in card_of(workspace).words.lower()
    label(workspace, 30)
    card = card_of(workspace)
    lesson = train_live(workspace, space(workspace))
    covered = int((~lesson.predictions.abstains).sum())
    assert card.words.startswith(f"30 labels → {covered} of {N} images covered, expected error ")
    assert card.map is None
    steps.project(workspace)
    assert sum(len(trace.x) for trace in card_of(workspace).map.data) == N
    chart = update_chart([card.mark, card.mark])
    assert [trace.name for trace in chart.data] == ["accuracy", "kappa", "coverage"]


def test_the_basis_says_how_many_labels_were_drawn_at_random(workspace: Workspace) -> None:
    label(workspace, 30)
    basis = card_of(workspace).basis
    assert "They were chosen, so the whole collection may differ." in basis
    for image, said in list(workspace.labels.current().items())[:12]:
        workspace.labels.add([image], said.label, why="drawn at random")
    basis = card_of(workspace).basis
    assert "12 of them were drawn at random and the others were chosen" in basis
    for image, said in workspace.labels.current().items():
        workspace.labels.add([image], said.label, why="drawn at random")
    basis = card_of(workspace).basis
    assert "All labelled images were drawn at random." in basis


def test_ten_labels_are_called_very_rough(workspace: Workspace) -> None:
    label(workspace, 10)
    assert "very rough" in card_of(workspace).basis


@pytest.mark.slow
def test_of_a_large_collection_a_random_part_is_predicted_and_that_is_said(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contrast_engine.steps.models.live_model.MOST", 60)
    label(workspace, 30)
    card = card_of(workspace)
    lesson = train_live(workspace, space(workspace))
    assert 60 <= len(lesson.predictions) <= 90
    assert f"Predicted for {len(lesson.predictions)} images drawn at random." in card.basis
    assert "about" in card.words


def test_updates_are_written_down_each_once_and_reading_them_writes_nothing(
    workspace: Workspace,
) -> None:
    for state, n in (("1", 10), ("2", 20), ("2", 20), ("3", 30)):
        label(workspace, n)
        now = card_of(workspace).mark
        before = workspace.edits.version()
        assert update_history(workspace, now)[-1] == now
        assert workspace.edits.version() == before
        record_update(workspace, asdict(now), state)
    again = Workspace(workspace.root)
    assert [one.labels for one in update_history(again, now)] == [10, 20, 30]
    later = replace(now, labels=40)
    assert [one.labels for one in update_history(again, later)] == [10, 20, 30, 40]

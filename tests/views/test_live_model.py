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
from contrast_engine.views.models.coverage_change import coverage_change
from contrast_engine.views.models.live_model import (
    LiveModelCard,
    ModelUpdate,
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
    assert card.mark.state == lesson.state


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
    later = replace(now, labels=40, state="later")
    assert [one.labels for one in update_history(again, later)] == [10, 20, 30, 40]


def test_the_chart_of_updates_follows_undo_and_redo_of_labels(workspace: Workspace) -> None:
    shown = [ModelUpdate(n, n / 100, 0.5, 0.6, f"labels {n}") for n in (5, 6, 7, 8)]

    def seen(now: ModelUpdate) -> list[int]:
        found = [one.labels for one in update_history(workspace, now)]
        record_update(workspace, asdict(now), f"{now.state} {workspace.edits.version()}")
        return found

    assert [seen(one) for one in shown] == [[5], [5, 6], [5, 6, 7], [5, 6, 7, 8]]
    assert seen(shown[2]) == [5, 6, 7], "the eighth was undone"
    assert seen(shown[0]) == [5], "two more, in one go"
    assert seen(shown[2]) == [5, 6, 7], "and given again, with what was learnt on the way"
    assert seen(shown[3]) == [5, 6, 7, 8]
    assert seen(shown[1]) == [5, 6]
    other = ModelUpdate(7, 0.9, 0.5, 0.6, "another label")
    assert seen(other) == [5, 6, 7]
    assert seen(shown[3]) == [5, 6, 7, 8], "a new label ends what could be given again"
    assert update_history(workspace, shown[3])[2] == other


def test_updates_that_were_written_down_before_states_were_named_stay_where_they_are(
    workspace: Workspace,
) -> None:
    for n in (5, 6):
        body = {"labels": n, "accuracy": 0.5, "kappa": 0.1, "coverage": 0.6}
        record_update(workspace, body, str(n))
    now = ModelUpdate(7, 0.5, 0.1, 0.6, "state")
    assert [one.labels for one in update_history(workspace, now)] == [5, 6, 7]


def test_a_label_is_named_only_where_coverage_falls_and_it_contradicts_its_neighbours(
    workspace: Workspace,
) -> None:
    table = workspace.load(workspace.current("features"))
    order = np.argsort(table.values[:, 0])
    for place in (*range(36), *range(84, 119)):
        workspace.labels.add([table.ids[order[place]]], "low" if place < 60 else "high", "Ada")
    clean = train_live(workspace, space(workspace))
    before = card_of(workspace).mark
    workspace.labels.add([table.ids[order[119]]], "high", "Ada")
    update, now = train_live(workspace, space(workspace)), card_of(workspace).mark
    assert coverage_change(workspace, [now], update) is None, "nothing to compare with"
    same = coverage_change(workspace, [before, now], update)
    assert same.words.startswith(f"With the last label: covered {round(clean.coverage * N)} → ")
    assert not same.warning
    fallen = replace(now, coverage=before.coverage - 0.2)
    agreeing = coverage_change(workspace, [before, fallen], update)
    assert "does not contradict those around it" in agreeing.warning
    assert not agreeing.against
    surer = coverage_change(workspace, [replace(before, sureness=0.1), fallen], update)
    assert "now answers only from a sureness of" in surer.warning
    workspace.labels.add([table.ids[order[119]]], "low", "Ada")
    contrary = coverage_change(workspace, [before, fallen], train_live(workspace, space(workspace)))
    n = len(contrary.against) - 1
    assert f"'low' on {order[119]:016x}.jpg contradicts {n} of the 15 most" in contrary.warning
    assert "labelled 'high'" in contrary.warning
    assert (contrary.against[0], contrary.who) == ((table.ids[order[119]], "low"), "Ada")
    assert contrary.label == workspace.labels.version()
    quiet = coverage_change(workspace, [before, before], train_live(workspace, space(workspace)))
    assert not quiet.warning, "without a fall nothing is named"


def test_the_map_of_many_images_shows_some_of_them_in_the_colours_of_all(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(workspace, 30)
    steps.project(workspace)
    lesson = train_live(workspace, space(workspace))
    monkeypatch.setattr("contrast_engine.views.models.live_model.DOTS", 20)
    card = live_model_card(workspace, lesson)
    assert f"say of 20 of {N} images" in card.map_words
    said, places = lesson.predictions, workspace.load(workspace.current("maps"))
    wanted = {
        (round(x, 6), round(y, 6)): "" if said.abstains[row] else said.label[row]
        for image, (x, y) in zip(places.ids, places.values, strict=True)
        for row in [said.rows[image]]
    }
    shown = [(trace.name, round(float(x), 6), round(float(y), 6))
             for trace in card.map.data for x, y in zip(trace.x, trace.y, strict=True)]  # fmt: skip
    assert len(shown) == 20
    assert all(wanted[x, y] in (name, "") for name, x, y in shown)
    assert any(wanted[x, y] == name for name, x, y in shown)

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import Workspace, steps
from contrast_engine.cli.encoders.fine_tune import _summary
from contrast_engine.encoders.model import EncoderModel
from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.learning import fine_tuning
from contrast_engine.predict import Predictor
from contrast_engine.predict.bundle import bundle
from contrast_engine.predict.tiers import making, speed
from contrast_engine.pseudo_labels import classifiers, train
from contrast_engine.steps.encoders import label_efficiency
from contrast_engine.steps.encoders.fine_tune import fine_tune, recommendation, verdict
from contrast_engine.steps.encoders.label_efficiency import sizes_of
from contrast_engine.steps.encoders.label_ways import (
    BOTH,
    FINE_TUNED,
    TITLES,
    TUNED,
    TUNED_BOTH,
    Gain,
)
from contrast_engine.steps.evidence.outcome_sources import sources
from contrast_engine.steps.models.label_pipeline import prepare
from contrast_engine.steps.structure.spaces import space
from contrast_engine.views.encoders import fine_tuning as shown

pytestmark = pytest.mark.slow

N, LABELLED, EPOCHS = 26, 24, 20
OPTIONS = {"size": 32, "dimensions": 8, "epochs": 1}


@pytest.fixture(scope="module")
def pre_trained(
    photographs: Callable[..., list[Path]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, str]:
    """Random blotches, an encoder of them, and labels that have nothing to do with either."""
    folder = tmp_path_factory.mktemp("fine_tune")
    photographs(folder / "photos", N)
    workspace = Workspace(folder / "w.contrast")
    steps.scan(workspace, [folder / "photos"])
    steps.measure(workspace)
    key = steps.train(workspace, "vicreg", options=OPTIONS).key
    labels = np.random.default_rng(5).permutation(LABELLED) % 2
    ids = sorted(workspace.images.ids)[:LABELLED]
    for label, name in enumerate(("no", "yes")):
        workspace.labels.add([i for i, b in zip(ids, labels, strict=True) if b == label], name)
    return workspace, key


@pytest.fixture(scope="module")
def tuned(pre_trained: tuple[Workspace, str]) -> steps.FineTuneReport:
    """The whole encoder tuned to the end on labels that cannot be learnt: as bad as it gets."""
    workspace, key = pre_trained
    with pytest.MonkeyPatch.context() as patch:
        fast = fine_tuning.Rates(head=1e-3, encoder=3e-3)
        whole = fine_tuning.Choice("all", EPOCHS, {})
        patch.setattr(fine_tuning, "Rates", lambda: fast)
        patch.setattr(fine_tuning, "BATCH", 6)
        patch.setattr(fine_tuning.FineTuning, "choose", lambda *_: whole)  # no stopping early
        return fine_tune(workspace, key, depth="all", epochs=EPOCHS)


def test_labels_that_mean_nothing_are_named_right_no_more_often_than_by_chance(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, _ = pre_trained
    for one in tuned.ways:
        assert one.way not in FINE_TUNED or one.low <= 0.5, one
    assert not tuned.is_recommended
    for on, method in ((tuned.embedding, "auto"), (f"features+{tuned.embedding}", "logistic")):
        key = steps.pseudo_label(workspace, on=on, method=method)
        details = workspace.manifest(key).details
        judged = details["cross_validated"]
        assert judged["accuracy_low"] <= 0.5, (on, method)
        assert details["promise"]["high"] >= 0.35
        assert "tuned without it" in details["leaks"]["words"]
        assert details["leaks"]["seen"] == LABELLED
        assert [point["labels"] for point in details["curve"]] == [LABELLED]


def test_without_encoders_of_the_folds_the_same_labels_would_look_learnt(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, _ = pre_trained
    labelled = prepare(workspace, space(workspace, tuned.embedding)).labelled
    blind = train(classifiers["logistic"](), replace(labelled, crossed=None)).scores
    honest = train(classifiers["logistic"](), labelled).scores
    assert blind.accuracy_low > 0.6  # this is the trap
    assert honest.accuracy < blind.accuracy - 0.2
    assert honest.accuracy == pytest.approx(
        next(one.accuracy for one in tuned.ways if one.way == TUNED)
    )


@pytest.mark.parametrize(("beside", "method"), [("", "logistic"), ("features+", "label_spreading")])
def test_a_card_says_what_was_seen_and_its_tiers_are_at_chance_on_labels_that_mean_nothing(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport, beside: str, method: str,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    workspace, _ = pre_trained
    monkeypatch.setattr(making, "TIMED", 1)
    monkeypatch.setattr(speed, "REPEATS", 1)
    steps.cluster(workspace, "kmeans", options={"n_clusters": 3}, on=tuned.embedding)
    steps.pseudo_label(workspace, on=f"{beside}{tuned.embedding}", method=method)
    file = tmp_path / "m.contrast"
    card = bundle(workspace, file, workers=1).model["card"]
    assert any("tuned without it" in limit for limit in card["limits"])
    rows = {row["tier"]: row for row in card["tiers"]}
    assert set(rows) == {"fast", "hybrid", "full", "cascade"}
    for name in ("fast", "hybrid", "full"):
        assert rows[name]["accuracy"]["accuracy_low"] <= 0.5, name
    assert rows["full"]["accuracy"]["accuracy"] == card["scores"]["accuracy"]
    judged = rows["cascade"]["cascade"]
    assert judged["full"] == pytest.approx(card["scores"]["accuracy"])
    assert judged["accuracy"] - 2 * (0.25 / LABELLED) ** 0.5 <= 0.5
    photos = [workspace.original(image) for image in workspace.images.ids[:2]]
    said = Predictor.load(file).predict(photos)
    assert said == Predictor(workspace).predict(photos)
    assert not any(one.problem for one in said)


def test_later_results_are_not_asked_of_an_embedding_that_learnt_the_labels_of_these_images(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, _ = pre_trained
    ids = set(workspace.images.ids)
    known = sources(workspace, ids, tuned.embedding, 0)
    labelled = set(workspace.labels.current())
    assert set(known.of("embedding")) == ids - labelled
    assert f"without the {LABELLED} images" in known.notes[0]
    before = sources(workspace, ids, tuned.parent, 0)
    assert set(before.of("embedding")) == ids
    assert before.notes == ()


def test_a_recommended_encoder_is_named_to_whoever_learns_without_it(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, _ = pre_trained
    recipes = workspace.models.recipes()
    hash_of = recipes[tuned.key]["fine_tuned"]["labels_hash"]
    assert recommendation(workspace, "features", hash_of) == ""  # these labels mean nothing
    recipes[tuned.key]["report"]["fine_tuning"]["is_recommended"] = True
    monkeypatch.setattr(type(workspace.models), "recipes", lambda _: recipes)
    said = recommendation(workspace, "features", hash_of)
    assert f"{tuned.embedding}" in said
    assert tuned.words in said
    assert recommendation(workspace, f"features+{tuned.embedding}", hash_of) == ""
    assert recommendation(workspace, "features", "labels-of-later") == ""


def test_a_clustering_made_where_labels_were_learnt_gives_no_votes(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, _ = pre_trained
    features = space(workspace, "features")
    steps.cluster(workspace, "kmeans", options={"n_clusters": 3})
    assert prepare(workspace, features).labelled.cluster is not None
    steps.cluster(workspace, "kmeans", options={"n_clusters": 3}, on=tuned.embedding)
    assert prepare(workspace, features).labelled.cluster is None


def test_what_came_of_it_is_found_by_the_encoder_it_began_with_too(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, parent = pre_trained
    found = shown.of(workspace, parent)
    assert found == shown.of(workspace, tuned.key)
    assert (found.key, found.parent, found.title) == (tuned.key, parent, "Not recommended")
    assert not found.why.startswith("Not")
    assert shown.of(workspace, "no such encoder") is None
    assert shown.too_few_labels(workspace) == ""


def test_the_result_is_an_encoder_like_any_other(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, parent = pre_trained
    arrays, recipe = workspace.models.load(tuned.key)
    model = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
    known = recipe["fine_tuned"]
    assert (known["parent"], known["depth"], known["labels"]) == (parent, "all", LABELLED)
    assert known["labels_hash"].startswith("labels-")
    made = workspace.load(tuned.embedding)
    assert made.columns == model.columns
    assert steps.embed(workspace, tuned.key).key == tuned.embedding
    assert not set(recipe["held_out"]) & set(known["seen"])  # what audits may climb ladders with
    steps.pseudo_label(workspace, on=tuned.embedding)
    path = workspace.original(made.ids[0])
    (said,) = Predictor(workspace).predict([path])
    assert said.problem is None
    assert said.label in ("no", "yes")


def test_asked_again_nothing_is_tuned_anew_and_a_tuned_encoder_starts_from_its_parent(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, parent = pre_trained
    again = fine_tune(workspace, tuned.key, depth="all", epochs=EPOCHS)
    assert again == tuned
    assert again.parent == parent


def test_a_label_that_came_later_is_held_out_too(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    workspace, _ = pre_trained
    new = sorted(workspace.images.ids)[LABELLED]
    workspace.labels.add([new], "yes")
    try:
        labelled = prepare(workspace, space(workspace, tuned.embedding)).labelled
        assert labelled.crossed is not None
        assert labelled.crossed.seen == LABELLED
        held_out = labelled.crossed.folds.held_out
        assert (held_out.sum(axis=0) == 1).all()  # every label once
    finally:
        workspace.labels.undo()


def test_labels_of_nearly_one_picture_are_held_out_together(
    pre_trained: tuple[Workspace, str], tuned: steps.FineTuneReport
) -> None:
    from contrast_engine.steps.encoders.unseen_spaces import crossed

    workspace, _ = pre_trained
    here = space(workspace, tuned.embedding)
    labelled = prepare(workspace, here).labelled
    assert labelled.crossed is not None
    fold = labelled.crossed.folds.held_out.argmax(axis=0)
    same, apart = np.arange(LABELLED), np.arange(LABELLED)
    one, other = np.flatnonzero(fold == fold[0])[:2]
    same[other] = same[one]
    together = crossed(workspace, here, replace(labelled, groups=same, crossed=None), seed=0)
    assert together.crossed is not None
    apart[np.flatnonzero(fold != fold[0])[0]] = apart[0]
    with pytest.raises(NotEnoughData, match="again"):
        crossed(workspace, here, replace(labelled, groups=apart, crossed=None), seed=0)


def test_the_head_alone_leaves_the_encoder_and_its_cross_validation_as_they_were(
    pre_trained: tuple[Workspace, str],
) -> None:
    workspace, parent = pre_trained
    report = fine_tune(workspace, parent, depth="head")
    assert (report.depth, report.epochs) == ("head", 0)
    before = workspace.load(steps.embed(workspace, parent).key)
    assert np.array_equal(workspace.load(report.embedding).values, before.values)
    labelled = prepare(workspace, space(workspace, report.embedding)).labelled
    assert labelled.crossed is None  # it has seen no label


def test_the_curve_has_a_point_for_every_size_and_is_drawn(
    pre_trained: tuple[Workspace, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, parent = pre_trained
    monkeypatch.setattr(label_efficiency, "SEEDS", 2)
    report = fine_tune(workspace, parent, depth="head", curve=True)
    (point,) = report.curve
    assert (point["labels"], point["judged"]) == (10, LABELLED - 10)
    assert report.left_out == (20, 40, 80)
    assert set(point["accuracy"]) == set(TITLES)
    for mid, low, high in point["accuracy"].values():
        assert 0 <= low <= mid <= high <= 1
    # the head alone leaves the embedding as it was, so there is nothing between the two
    assert point["accuracy"][TUNED] == point["accuracy"]["frozen"]
    lines = [" ".join(line.split()) for line in _summary(report)]
    assert "labels learnt from 10" in lines
    assert "left out of the curve, for too few labels: 20, 40, 80" in lines
    drawn = shown.curve(workspace, parent)
    assert drawn is not None
    assert len(drawn[0].data) == len(TITLES)


def test_what_cannot_be_tuned_is_said_in_words(pre_trained: tuple[Workspace, str]) -> None:
    workspace, key = pre_trained
    with pytest.raises(OptionError, match="last-block"):
        fine_tune(workspace, key, depth="deep")
    with pytest.raises(OptionError, match="epochs"):
        fine_tune(workspace, key, epochs=0)
    with pytest.raises(UnknownName, match="contrast train"):
        fine_tune(workspace, "0" * 16)


@pytest.mark.parametrize(
    ("low", "is_clear", "begins"), [(0.02, True, "Recommended"), (-0.02, False, "Not recommended")]
)
def test_it_is_recommended_only_where_the_interval_leaves_0_below(
    low: float, is_clear: bool, begins: str
) -> None:
    words = verdict(Gain(TUNED_BOTH, BOTH, 0.1, low, 0.2, 0.01, is_clear), "all", 80)
    assert words.startswith(begins)
    assert "n = 80 pictures" in words


def test_sizes_that_leave_too_few_to_judge_by_are_left_out() -> None:
    assert sizes_of(60) == ((10, 20, 40), (80,))
    assert sizes_of(200) == ((10, 20, 40, 80), ())
    assert sizes_of(12)[0] == ()

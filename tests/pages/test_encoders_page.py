"""The Encoders page: choose, train, watch, test, keep or discard."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine.encoders import encoders
from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.views.artifact_lookup import is_answered
from contrast_engine.views.encoders.encoder_card import trained_encoders
from contrast_engine.views.encoders.training_run import (
    HEALTH,
    OWN,
    alarm,
    cost_words,
    curves_of,
    onto_map,
    situation,
)
from pages.encoders.training_run import STARTED

PAGE = "encoders/encoders.py"
TINY = {"size": 32, "epochs": 2, "batch_size": 8, "dimensions": 8}


def written(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.info, *app.error, *app.success, *app.warning)
    return "\n".join(str(part.value) for part in parts)


def button(app: AppTest, label: str):
    return next(b for b in app.button if b.label == label)


def component(app: AppTest, start: str) -> dict:
    """What the server sends to the first of our components whose key starts so."""
    found = next(c for c in app.get("bidi_component") if c.key.startswith(start))
    return json.loads(found.proto.json)


@pytest.fixture(scope="session")
def trained_root(stages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The measured workspace with two tiny encoders, the older one kept; to be copied."""
    import shutil

    from contrast_engine import steps

    root = tmp_path_factory.mktemp("trained") / "trained.contrast"
    workspace = Workspace(Path(shutil.copytree(stages["measured"], root)))
    steps.embed(workspace, steps.train(workspace, "rank", options=TINY).key)
    steps.train(workspace, "vicreg", options=TINY)
    workspace.close()
    return root


@pytest.fixture
def trained(trained_root: Path, at_stage: Callable[[str], Workspace]) -> Workspace:
    """A copy of that, opened by the app."""
    import shutil

    workspace = at_stage("measured")
    for folder in ("models", "embeddings", "cache"):
        if (trained_root / folder).exists():
            shutil.copytree(trained_root / folder, workspace.root / folder, dirs_exist_ok=True)
    return workspace


def keys(workspace: Workspace) -> tuple[str, str]:
    """The kept encoder and the other."""
    of = {recipe["encoder"]: key for key, recipe in workspace.models.recipes().items()
          if "encoder" in recipe}  # fmt: skip
    return of["rank"], of["vicreg"]


@pytest.mark.parametrize("stage", ["empty", "scanned", "measured", "validated"])
def test_the_page_says_what_it_is_for_at_every_stage(stage, at_stage, visit) -> None:
    at_stage(stage)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert app.title[0].value == "Encoders"
    assert "learns from your own photographs" in app.caption[0].value
    assert not app.error
    if stage in ("empty", "scanned"):
        assert [b.label.partition(" ")[0] for b in app.button] == [
            {"empty": "Add", "scanned": "Measure"}[stage]
        ]
    else:
        assert not button(app, "Train").disabled
        assert "No encoder is trained yet" in written(app)


def test_every_encoder_can_be_chosen_and_draws_its_own_options(at_stage, visit) -> None:
    at_stage("measured")
    app = visit(PAGE, encoder="contrastive", preset="full")
    assert not app.exception
    assert "altered contrast" in written(app)
    labels = {box.label: box.value for box in app.number_input}
    assert labels["Epochs"] == 18
    assert "Temperature" in labels
    assert app.query_params["encoder"] in ("contrastive", ["contrastive"])


def test_training_starts_with_the_chosen_options_and_can_be_paused_and_stopped(
    at_stage, visit
) -> None:
    workspace = at_stage("measured")
    app = visit(PAGE)
    next(box for box in app.number_input if box.label == "Epochs").set_value(400)
    app = button(app, "Use these").click().run()
    app = button(app, "Train").click().run()
    assert not app.exception, [e.message for e in app.exception]
    runner = JobRunner(workspace)
    job = runner.running("train")
    assert job.params == {"encoder": "rank", "preset": "quick", "options": {"epochs": 400}}
    assert button(app, "Train").disabled
    assert {s["name"] for s in component(app, "live.")["series"]} >= {"loss", "val_loss"}
    app = button(app, "Pause").click().run()
    (folder,) = (f for f in (workspace.root / "models").iterdir() if (f / "pause").exists())
    run = TrainingRun(workspace.root, folder.name)
    assert "Paused" in written(app)
    app = button(app, "Go on").click().run()
    assert run.wish() == "go"
    runner.cancel(job.id)


@pytest.mark.slow
def test_the_time_is_known_before_training(at_stage, visit, finish) -> None:
    workspace = at_stage("measured")
    app = button(visit(PAGE), "How long will it take?").click().run()
    assert "Timing a few steps" in written(app)
    finish(workspace)
    text = written(visit(PAGE))
    assert "on this machine" in text
    assert "30 images to learn from" in text


def test_trained_encoders_stand_side_by_side_and_the_newest_leads_to_keeping_it(
    trained, visit
) -> None:
    kept, new = keys(trained)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    table = app.dataframe[0].value
    newest, _ = trained_encoders(trained)
    assert list(table["State"]) == ["collapsed" if newest.collapsed else "not kept", "kept"]
    assert newest.collapsed == ("It has collapsed" in written(app))
    assert list(table["Epochs"]) == [2, 2]
    assert table["Held-out loss"].notna().all()
    assert app.query_params["run"] == new
    assert "Next: keep it" in written(app)
    app = visit(PAGE, run=kept)
    assert "Cluster by it" in [link.proto.label for link in app.get("page_link")]
    assert "Discard" not in [b.label for b in app.button]


def test_what_this_tab_has_trained_is_looked_at_once_it_is_there(trained, visit) -> None:
    kept, new = keys(trained)
    app = visit(PAGE, run=new)
    app.session_state[STARTED] = kept
    app = app.run()
    assert app.query_params["run"] == kept
    assert STARTED not in app.session_state


@pytest.mark.slow
def test_the_map_is_drawn_in_the_space_of_a_kept_encoder_and_not_used_unasked(trained, visit):
    (made,) = trained.artifacts("embeddings")
    used = trained.current("maps")
    for on in (made.key, f"features+{made.key}"):
        app = visit("structure/map.py", on=on)
        assert not app.exception, [e.message for e in app.exception]
        assert on in {drawn.details["on"] for drawn in trained.artifacts("maps")}
        assert component(app, "map.")["n"] == 30
    assert not used or trained.current("maps") == used
    assert is_answered(trained, "project", method="pca", options={}, on=made.key)
    assert not is_answered(trained, "project", method="pca", options={})


def test_an_encoder_that_is_not_kept_can_be_discarded(trained, visit) -> None:
    kept, new = keys(trained)
    app = button(visit(PAGE, run=new), "Discard").click().run()
    assert not app.exception
    assert not (trained.root / "models" / new).exists()
    assert len(app.dataframe[0].value) == 1
    assert app.query_params["run"] == kept


def test_what_is_trained_already_is_not_trained_again(trained, visit) -> None:
    app = visit(PAGE)
    for box in app.number_input:
        box.set_value({"Size": 32, "Epochs": 2, "Batch size": 8, "Dimensions": 8}.get(
            box.label, box.value))  # fmt: skip
    app = button(app, "Use these").click().run()
    assert button(app, "Train").disabled
    assert "exactly these options already" in written(app)


def test_two_encoders_are_compared_on_maps_that_lie_alike(trained, visit) -> None:
    kept, new = keys(trained)
    app = visit(PAGE, run=kept)
    assert not app.exception, [e.message for e in app.exception]
    assert [c.key for c in app.get("bidi_component") if c.key.startswith("beside.")] == [
        f"beside.{kept}.{kept}", f"beside.{kept}.{new}",
    ]  # fmt: skip
    assert "turned and mirrored, not stretched" in written(app)


def test_a_turned_and_moved_map_comes_back_to_the_one_it_is_compared_with() -> None:
    rng = np.random.default_rng(0)
    there = rng.normal(size=(20, 2))
    turn = np.array([[0.6, -0.8], [-0.8, -0.6]])  # a turn and a mirror
    images = tuple(f"{number:016x}" for number in range(25))
    here = np.vstack([there @ turn + 3, rng.normal(size=(5, 2))])
    found = onto_map(images, here, images[:20], there)
    assert np.allclose(found[:20], there)
    apart = np.linalg.norm(here[:1] - here, axis=1)
    assert np.allclose(np.linalg.norm(found[:1] - found, axis=1), apart), "nothing is stretched"
    assert onto_map(images, here, ("f" * 16,), there[:1]) is here


@pytest.mark.slow
def test_views_are_audited_from_the_page(at_stage, visit, finish) -> None:
    workspace = at_stage("measured")
    app = button(visit(PAGE), "Show and measure them").click().run()
    assert "Drawing and measuring augmentation views" in written(app)
    finish(workspace)
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "every one keeps the rule" in written(app)
    assert "30 of 30 images" in written(app)
    assert len(app.get("image") or app.get("imgs")) == 18
    assert set(app.dataframe[0].value["View"]) == {"Keeps contrast", "Changes contrast"}


def test_six_fixed_images_are_looked_up_in_an_embedding(trained, visit) -> None:
    kept, _ = keys(trained)
    app = visit(PAGE, run=kept)
    rows = [c for c in app.get("bidi_component") if c.key.startswith("near.")]
    assert len(rows) == 6
    asked = [
        json.loads(row.proto.json)["ids"] for row in (rows[k // 2 + 3 * (k % 2)] for k in range(6))
    ]
    assert all(len(ids) == 6 and len(set(ids)) == 6 for ids in asked)
    measured = trained.load(trained.current("features"))
    contrast = measured.take([ids[0] for ids in asked]).column("c_rms")
    assert list(contrast) == sorted(contrast)


@pytest.mark.slow
def test_a_kept_encoder_is_tested_and_every_ladder_has_a_verdict(trained, visit, finish) -> None:
    kept, _ = keys(trained)
    app = button(visit(PAGE, run=kept), "Test it").click().run()
    assert "Testing what it sees" in written(app)
    finish(trained)
    assert [j.error for j in JobRunner(trained).jobs()] == [None]
    app = visit(PAGE, run=kept)
    rows = app.dataframe[1].value
    ladders = rows[rows["Asked"].str.startswith("Follows")]
    assert len(ladders) == 3
    assert set(ladders["Verdict"]) <= {"pass", "at the limit", "fail"}
    for limit, verdict in zip(ladders["Limit"], ladders["Verdict"], strict=True):
        least, low, high = map(float, re.findall(r"-?\d\.\d\d", limit))
        assert verdict == "pass" or low <= least
        assert verdict == "fail" or high >= least
    assert [c.key for c in app.get("bidi_component") if c.key.startswith("radar.")]
    assert set(app.dataframe[0].value["Sensitivity"]) & {"passes", "at the limit", "does not pass"}


def test_every_metric_of_a_run_has_a_curve_with_a_title(trained) -> None:
    for run in trained_encoders(trained):
        known = {curve.name for curve in (*curves_of(run.encoder), *HEALTH)}
        assert set(run.last) == known | {"epoch", "collapsed"}
    assert set(OWN) == set(encoders)


def test_a_collapse_is_called_by_its_name_and_says_what_to_do() -> None:
    last = {"epoch": 3, "loss": 1.0, "val_loss": 1.0, "spread": 0.01, "effective_rank": 1.2}
    assert alarm([last | {"collapsed": 0.0}]) == ""
    assert alarm([]) == ""
    text = alarm([last | {"collapsed": 1.0}])
    assert "look alike" in text
    assert "lower learning rate" in text
    assert "Paused" in situation([last], "pause")


def test_the_cost_is_said_in_a_readable_unit() -> None:
    cost = {"seconds": 210.0, "steps": 40.0, "images_per_second": 1234.5, "images": 60.0}
    assert cost_words(cost).startswith("About 4 min on this machine")

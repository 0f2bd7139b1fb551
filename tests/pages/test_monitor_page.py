"""The page Monitor: what it says of new images, and retraining decided about by its buttons."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.drift import Comparison, FeatureDrift, share
from contrast_engine.features import feature_names
from contrast_engine.images import content_id
from contrast_engine.monitor import LoggedBatch, MonitorLog, ScoredBatch
from contrast_engine.monitor.watching import Monitored
from contrast_engine.predict import Prediction
from contrast_engine.steps.monitoring import candidates as kept
from contrast_engine.store import Workspace
from contrast_engine.views.monitoring.drift_card import batch_rows, drift_card, feature_rows
from tests.pages.conftest import photograph

PAGE = "monitoring/monitor.py"


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.info, *app.success, *app.warning, *app.subheader]
    return "\n".join(str(part.value) for part in (*parts, *app.code))


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label == label)


def new_photographs(folder: Path, count: int = 10) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"*new* {row}.png" for row in range(count)]
    for row, path in enumerate(paths):
        path.write_bytes(cv2.imencode(".png", photograph(100 + row))[1].tobytes())
    return paths


def scored(workspace: Workspace, paths: list[Path]) -> None:
    """As scoring does it."""
    rng = np.random.default_rng(0)
    log = MonitorLog(workspace.root / "monitor")
    found = [
        Prediction(
            str(path), "low", 0.6, row % 2 == 0, 0, None, content_id(path.read_bytes()), {"low": 1}
        )
        for row, path in enumerate(paths)
    ]
    rows = rng.normal(size=(len(paths), len(feature_names())))
    log.add(ScoredBatch(str(workspace.current("predictions")), found, rows, feature_names()))
    log.close()


def test_without_new_images_it_says_how_they_come_in(at_stage, visit) -> None:
    workspace = at_stage("trained")
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert f"contrast predict {workspace.root}" in words(app)
    assert "has scored no new images yet" in words(app)
    assert not app.button, "there is nothing to retrain on yet"


def test_it_says_that_its_model_is_out_of_date_or_not_the_one_that_scored(
    at_stage, visit, tmp_path: Path
) -> None:
    workspace = at_stage("trained")
    scored(workspace, new_photographs(tmp_path / "new", 2))
    assert "Out of date" not in words(visit(PAGE))
    before = str(workspace.current("predictions"))
    now = steps.pseudo_label(workspace, seed=5)
    workspace.use("predictions", now, "Ada")
    said = words(visit(PAGE))
    assert "the last batch (2 images" in said
    assert "was scored by" in said
    assert before != now
    workspace.labels.add(workspace.images.ids[:3], "low", "Ada")
    app = visit(PAGE)
    assert "labels were given or changed since it was made" in words(app)
    assert button(app, "Renew")


def test_retraining_is_offered_compared_accepted_and_rolled_back(
    at_stage, visit, tmp_path: Path, few_draws: None
) -> None:
    workspace = at_stage("trained")
    scored(workspace, new_photographs(tmp_path / "new"))
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "Not enough images yet" in words(app)
    assert "10 images of the reservoir are not in the collection" in words(app)
    assert button(app, "Retrain").disabled is False
    before = {kind: workspace.current(kind) for kind in ("features", "predictions", "maps")}
    steps.retrain(workspace, who="Ada")
    app = visit(PAGE, who="Bob")
    assert not app.exception, [e.message for e in app.exception]
    assert "10 new images beside 30 old ones" in words(app)
    assert "None of them is on a new image" in words(app)
    assert "another predicted label" in words(app)
    app = button(app, "Accept").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert "Bob accepted it" in words(app)
    assert len(workspace.images.ids) == 40
    assert button(app, "Retrain").disabled, "all of them are in the collection now"
    app = button(app, "Roll back the last retraining").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert {kind: workspace.current(kind) for kind in before} == before
    told = [(event.body["what"], event.who) for event in kept.decisions(workspace)]
    assert told == [(kept.MADE, "Ada"), (kept.ACCEPTED, "Bob"), (kept.ROLLED_BACK, "Bob")]


def test_an_outdated_candidate_cannot_be_accepted_and_says_why(
    at_stage, visit, tmp_path: Path, few_draws: None
) -> None:
    workspace = at_stage("trained")
    steps.retrain(workspace, new_photographs(tmp_path / "new"))
    workspace.labels.add([workspace.images.ids[0]], "high", who="Cid")
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "outdated: since it was made, labels changed" in words(app)
    assert button(app, "Accept").disabled
    app = button(app, "Set aside").click().run()
    assert kept.open_candidate(workspace) is None


def monitored(verdict: str, moved: int) -> Monitored:
    features = tuple(
        FeatureDrift(name, 0.5 - 0.01 * at, 0.04, 0.3, 0.0001, -0.8, at < moved)
        for at, name in enumerate(feature_names()[:12])
    )
    look = Comparison(verdict, 0.01, 400, 300, 500, 350, 0.1, 0.005, 0.0001, features, 0.6)
    batches = tuple(
        LoggedBatch(n, "2026-11-29T01:00:00", "m", "full", 40, 40, n, 0, 1.2, {"low": 40})
        for n in (1, 2)
    )
    some = share(3, 80)
    return Monitored("m", "2026-11-29", 350, batches, 2, look, 300, 600, (300,), (), some,
                     share(0, 0), None, None)  # fmt: skip


def test_the_card_names_the_features_that_moved_and_leaves_the_rest_to_the_figure(at_stage) -> None:
    workspace = at_stage("trained")
    card = drift_card(workspace, monitored("drift", 7))
    assert card.is_drift
    assert (card.title, card.done) == ("Drift", None)
    assert "7 of 12 features moved" in card.reason
    assert "300 new images, beside 400 old ones" in card.reason
    assert "errors may not hold" in card.means
    (said,) = [line for line in card.evidence if "moved by more than chance" in line]
    assert said.startswith("7 of 12 features")
    assert said.endswith("and 4 more.")
    assert sum("PSI" in line for line in card.evidence) == 0
    assert list(card.features.data[0].x) == [0.5 - 0.01 * at for at in range(10)]
    assert list(card.features.data[1].x) == [0.04] * 10, "beside each what chance gives"
    assert "n = 300 new and 400 old images" in card.basis
    shares = [1 / 40, 2 / 40]
    assert list(card.abstaining.data[0].y) == shares
    assert [row["Batch"] for row in card.batch_rows] == ["2", "1"], "the latest first"
    calm = drift_card(workspace, monitored("no drift", 0))
    assert (calm.is_drift, calm.title) == (False, "No drift")
    assert "None of 12 features" in calm.reason
    early = drift_card(workspace, replace(monitored("no drift", 0), look=None, images=30,
                                          next_look=100))  # fmt: skip
    assert (early.title, early.done) == ("Not enough images yet", 0.3)
    assert "after the batch that passes 100" in early.reason


def test_tables_say_under_what_a_p_lies_and_where_there_is_no_drift() -> None:
    found = monitored("drift", 1)
    first, second = feature_rows(found.look)[:2]
    assert first["KS p (Holm)"] == "under 0.001"
    assert first["Shift"] == "\N{MINUS SIGN}0.8"
    assert (first["Moved"], second["Moved"]) == ("yes", "")
    assert "n = 40" in batch_rows(found.batches)[0]["Abstains"]

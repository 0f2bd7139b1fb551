"""Predictions for new images: which files are meant, and what is said of each."""

import shutil
from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.monitor import MonitorLog
from contrast_engine.predict import Predictor, image_files
from contrast_engine.predict.scoring.predict_files import predict_few, predict_uploads
from contrast_engine.store import Workspace
from contrast_engine.views.models.new_images import (
    file_predictions,
    scored_words,
    scores_bytes,
    tier_choices,
)

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]
SAMPLE = SAMPLES[0]


def test_files_of_a_folder_are_told_by_content_or_ending(tmp_path: Path) -> None:
    (tmp_path / "b.jpg").write_bytes(b"")
    (tmp_path / "a").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "notes.txt").write_text("words")
    assert [path.name for path in image_files(tmp_path)] == ["a", "b.jpg"]


@pytest.mark.slow
def test_an_upload_is_predicted_as_its_file_is_under_its_own_name(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    ids = workspace.images.ids
    workspace.labels.add(ids[:5], "low")
    workspace.labels.add(ids[5:9], "high")
    steps.pseudo_label(workspace)
    predictor = Predictor(workspace)
    (of_file,) = file_predictions(workspace, predictor.predict([SAMPLE]))
    uploads = [(SAMPLE.name, SAMPLE.read_bytes()), ("notes.jpg", b"words")]
    of_upload, damaged = file_predictions(workspace, predictor.predict_bytes(uploads))
    assert of_upload == of_file
    assert of_upload.words in {"the model abstains", "sure enough to say"}
    assert (damaged.name, damaged.label) == ("notes.jpg", "")
    assert damaged.words.startswith("cannot be predicted: ")


def test_what_came_of_many_files_is_said_in_the_order_of_the_labels() -> None:
    report = {
        "rows": 1200, "labels": [("low", 1000), ("high", 190)], "abstains": 7, "problems": 10,
        "kept": 100, "images_per_second": 45.67, "log_problem": None, "tier": "fast",
        "scored": ["/new"],
    }  # fmt: skip
    said = scored_words(report)
    assert said.startswith("Scored last, tier fast: /new. 1,200 files: low 1,000; high 190.")
    assert "10 could not be scored" in said
    assert "100 rows were there" in said
    assert "Not logged" not in said
    assert "7 of them the model abstains" in said


@pytest.mark.slow
def test_few_files_are_looked_at_at_once_and_many_by_a_step_that_keeps_a_table(
    tmp_path: Path,
) -> None:
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    ids = workspace.images.ids
    workspace.labels.add(ids[:5], "low")
    workspace.labels.add(ids[5:9], "high")
    steps.pseudo_label(workspace)
    folder = tmp_path / "new" / "deep"
    folder.mkdir(parents=True)
    for number in range(23):
        shutil.copy(SAMPLES[number % 3], folder / f"{number:02d}.jpg")
    (folder / "03.jpg").write_bytes(b"words")
    few = predict_few(workspace, tmp_path / "new")
    assert (len(few.predictions), few.files) == (20, 23)
    assert few.predictions[3].problem
    assert predict_few(workspace, tmp_path / "new" / "a.csv").files == 1, "one that is not there"
    report = steps.STEPS["predict_files"](workspace, [str(tmp_path / "new")])
    assert (report["rows"], report["problems"]) == (23, 1)
    assert sum(number for _, number in report["labels"]) == 22
    assert scores_bytes(workspace, report).startswith(b"path,id,label,")
    assert steps.STEPS["predict_files"](workspace, [str(tmp_path / "new")])["computed"] == 0
    uploaded = predict_uploads(workspace, [("a.jpg", SAMPLE.read_bytes())])
    assert uploaded.predictions[0].label
    log = MonitorLog(workspace.root / "monitor")
    assert [batch.images for batch in log.batches()] == [20, 1, 23, 1]
    assert tier_choices(workspace) == ("full",)


def test_the_record_of_a_job_cannot_have_another_file_of_this_computer_served(tmp_path) -> None:
    workspace = Workspace(tmp_path / "w.contrast")
    (tmp_path / "secret.csv").write_text("secret")
    (workspace.root / "link.csv").symlink_to(tmp_path / "secret.csv")
    own = workspace.root / "scores" / "a.csv"
    own.parent.mkdir()
    own.write_text("mine")
    for path in ("/etc/passwd", tmp_path / "secret.csv", workspace.root / "link.csv",
                 workspace.root / ".." / "secret.csv", workspace.root / "workspace.json", 7):  # fmt: skip
        assert scores_bytes(workspace, {"path": str(path)}) == b""
    assert scores_bytes(workspace, {"path": str(own)}) == b"mine"

"""Predictions for new images: which files are meant, and what is said of each."""

from pathlib import Path

import pytest

from contrast_engine import steps
from contrast_engine.predict import Predictor, image_files
from contrast_engine.store import Workspace
from contrast_engine.views.models.new_images import file_predictions

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

"""Reading options and notes on the pages: chosen in plain words, kept, shown with the images."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.images import ReadingOptions
from contrast_engine.store import Workspace

IMAGES, GALLERY, IMAGE = "collection/collection.py", "collection/gallery.py", "image/image.py"


def written(app) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.error))


def field(app, words: str):
    return next(field for field in app.text_input if field.label.startswith(words))


def pressed(app) -> None:
    next(button for button in app.button if button.label == "Use these options").click().run()


@pytest.fixture
def deep(at_stage, tmp_path: Path) -> Workspace:
    """A measured collection with one picture of 16 bits."""
    workspace = at_stage("measured")
    codes = np.random.default_rng(0).integers(0, 65536, (40, 60, 3)).astype(np.uint16)
    (tmp_path / "deep").mkdir()
    cv2.imwrite(str(tmp_path / "deep" / "deep.png"), codes)
    steps.gather(workspace, [tmp_path / "deep"])
    return workspace


def test_notes_are_counted_shown_as_a_group_and_said_of_the_image(deep, visit) -> None:
    (image,) = deep.images.noted
    app = visit(IMAGES)
    assert [part.label for part in app.expander if part.label.startswith("Notes")] == [
        "Notes on reading: 1 of 31 images"
    ]
    app = visit(GALLERY, show="note.16-bit")
    assert app.selectbox(key="show").value == "note.16-bit"
    said = written(visit(IMAGE, image=image)).replace("\\", "")
    assert "Read as: 16 bits, RGB, sRGB (assumed), sRGB curve (read by libpng)." in said
    assert "16-bit." in said


def test_reading_options_are_checked_kept_and_start_reading(at_stage, visit, finish) -> None:
    workspace = at_stage("measured")
    app = visit(IMAGES)
    field(app, "White of").set_value("bright")
    pressed(app)
    assert "White must be a value above 0" in written(app)
    assert workspace.reading_options == ReadingOptions()
    field(app, "White of").set_value("P90")
    field(app, "Most megapixels").set_value("200")
    pressed(app)
    assert workspace.reading_options == ReadingOptions("P90", "", 200_000_000)
    finish(workspace)
    assert any(part.label.startswith("Reading options: white P90") for part in app.expander)

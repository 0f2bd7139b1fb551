"""What the Export page offers of the formats of other tools."""

from pathlib import Path

import pytest

from contrast_engine.steps.output.destination import ABOUT
from contrast_engine.steps.output.formats import formats
from contrast_engine.store import Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId
from contrast_engine.views.output.formats import (
    LARGEST_DOWNLOAD,
    format_choices,
    format_problem,
    is_in_the_way,
    written_words,
)


@pytest.mark.parametrize("size", [LARGEST_DOWNLOAD, LARGEST_DOWNLOAD + 1])
def test_every_format_is_offered_and_only_pictures_can_be_too_large(
    tmp_path: Path, size: int
) -> None:
    workspace = Workspace(tmp_path / "w")
    file = ImageFile("/photos/a.jpg", "/photos", id=ImageId("a" * 16), bytes=size)
    workspace.save_files([file])
    choices = format_choices(workspace)
    assert set(choices) == set(formats)
    for name, choice in choices.items():
        assert choice.title == formats[name].title
        assert bool(choice.too_large) == (formats[name].copies and size > LARGEST_DOWNLOAD)
        assert format_problem(name, choice.example.replace("/home/me", str(tmp_path))) is None


def test_what_cannot_be_written_to_is_said_and_what_is_there_is_asked_about(tmp_path: Path) -> None:
    assert "full path" in str(format_problem("coco", "labels.json"))
    assert "must end in .json" in str(format_problem("coco", str(tmp_path / "labels.csv")))
    folder = tmp_path / "out"
    assert not is_in_the_way("hf", folder)
    folder.mkdir()
    assert not is_in_the_way("hf", folder), "an empty folder is filled"
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    assert "no export wrote it" in str(format_problem("hf", str(folder)))
    (folder / "mine.txt").unlink()
    about = '{"made_by": "contrast-engine", "files": 1}'
    (folder / ABOUT).write_text(about, encoding="utf-8")
    assert format_problem("hf", str(folder)) is None
    assert is_in_the_way("hf", folder)


def test_what_was_written_is_said_as_so_many_of_all() -> None:
    report = {"rows": 1998, "images": 2000, "path": "/home/me/out"}
    assert written_words(report) == "1,998 of 2,000 images are in /home/me/out"

"""One label by command: what it says is what the whole collection says, and it loads none of it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.cli.labels.label_files import current_labels
from contrast_engine.errors import UnknownName
from contrast_engine.steps.labels.add_labels import add_labels
from contrast_engine.store import Workspace, stored_files
from contrast_engine.store.image_lookup import FILE, image_lookup
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES

HEAVY = "import sys; from contrast_engine.cli import main; code = main({!r}); print(code, " \
    "sorted({{'numpy', 'pyarrow', 'PIL', 'contrast_engine.store.workspace'}} & set(sys.modules)))"  # fmt: skip


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(workspace, tmp_path / "own.contrast"))


def rows(root: Path, images: list[str]) -> list[dict[str, object]]:
    """What the whole collection says of some images."""
    return [row for row in current_labels(Workspace.open(root)) if row["id"] in images]


def test_what_is_said_is_what_the_whole_collection_says(own: Path) -> None:
    ids = list(Workspace.open(own).images.ids)[:6]

    def check(images: list[str], label: str | None, **more: object) -> None:
        found = add_labels(own, images, label, **more)  # type: ignore[arg-type]
        assert list(found.images) == images
        assert found.labels == rows(own, images)

    check(ids[:1], "low")
    assert (own / FILE).exists(), "the next command looks it up"
    check(ids[:3], "high", why="because")
    check(ids[2:4], None, is_unsure=True)
    check(ids[3:4], "high")
    check(ids[4:5], "low", who="bob")  # from here on two people
    check(ids[:1], "low", who="ann")
    check(ids[:1], "high", who="bob")  # disputed
    check(ids[1:2], "low")
    labels = Workspace.open(own).labels
    labels.add(ids[5:], "soft", why=FROM_CLUSTER_NAMES)
    labels.undo("bob")
    check(ids[4:], None, who="carl", is_unsure=True)
    labels.add(ids[:5], None)
    check(ids[5:], "low", who="dora")


def test_an_image_is_meant_by_path_too_and_one_that_is_not_there_is_refused(own: Path) -> None:
    images = Workspace.open(own).images
    image, path = images.ids[0], images.path(images.ids[0])
    for _ in range(2):
        assert add_labels(own, [path, image], "low").images == (image,)
    for name in ("0" * 16, str(own / "no.jpg"), path + "x"):
        with pytest.raises(UnknownName):
            add_labels(own, [image, name], "high")
    assert len(Workspace.open(own).labels.history()) == 2


def test_what_was_looked_up_before_is_forgotten_once_the_collection_changes(own: Path) -> None:
    workspace = Workspace.open(own)
    first, second = workspace.images.ids[:2]
    add_labels(own, [first, second], "low")
    workspace.removals.add("me", images=[first])
    with image_lookup(own) as lookup:
        assert lookup is None
    with pytest.raises(UnknownName):
        add_labels(own, [first], "low")
    assert [row["id"] for row in add_labels(own, [second], "low").labels] == [second]
    moved = own.with_name("moved.contrast")
    own.rename(moved)
    assert add_labels(moved, [second], "low").labels == rows(moved, [second])
    content = (moved / FILE).read_bytes()
    for damaged in (b"", content[:5000], b"{}" + content, content[:-1], b"\xff" * len(content)):
        (moved / FILE).write_bytes(damaged)
        assert add_labels(moved, [second], "high").labels == rows(moved, [second])


def test_a_label_by_command_loads_no_numbers_and_no_collection(own: Path) -> None:
    image = Workspace.open(own).images.ids[0]
    command = ["label", "add", str(own), "--image", image, "--label", "low"]
    said = []
    for words in (command, command, ["label", "undo", str(own)], ["label", "redo", str(own)]):
        done = subprocess.run(
            [sys.executable, "-c", HEAVY.format(words)], capture_output=True, text=True, check=True
        )
        said.append(done.stdout.splitlines()[-1])
    assert "numpy" in said[0], "the first writes down where the images lie"
    assert said[1:] == ["0 []"] * 3
    assert json.dumps(rows(own, [image])).count('"low"') == 1


def test_after_a_scan_an_image_is_found_without_the_table_of_all(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace.open(own)
    first, second = workspace.images.ids[:2]
    add_labels(own, [first], "low")
    monkeypatch.setattr(stored_files, "SMALL", 2)
    lookup_file = (own / FILE).stat()
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 255, (40, 50, 3), dtype=np.uint8)
        (tmp_path / "more").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "more" / f"photo ä {number}.png"), noise)
        steps.scan(workspace, [tmp_path / "more"])
        assert workspace.files_are_in_parts
        assert (own / FILE).stat() == lookup_file
    images = workspace.images
    with image_lookup(own) as lookup:
        assert lookup is not None
        assert [lookup.path(image) for image in images.ids] == [*images.paths.values()]
    new = next(image for image in images.ids if "photo ä 2" in images.path(image))
    with monkeypatch.context() as without:
        without.setattr(Workspace, "images", property(lambda _: pytest.fail("it is loaded")))
        assert {row["id"] for row in add_labels(own, [new, second], "high").labels} == {new, second}
    (tmp_path / "more" / "photo ä 2.png").write_bytes(
        (tmp_path / "more" / "photo ä 1.png").read_bytes()
    )
    steps.scan(workspace, [tmp_path / "more"])
    with image_lookup(own) as lookup:
        assert lookup is not None
        assert lookup.path(new) is None
    with pytest.raises(UnknownName):
        add_labels(own, [new], "low")

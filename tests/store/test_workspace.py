"""A workspace: made once, recognised, refused plainly, and cheap to open."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.steps import scan
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import TEMPORARY
from contrast_engine.store.workspace_marker import MARK

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def scanned(tmp_path, photographs):
    photographs(tmp_path / "photos", 3)
    workspace = Workspace(tmp_path / "w.contrast")
    scan(workspace, [tmp_path / "photos"])
    return workspace


def test_a_new_folder_becomes_a_workspace_and_keeps_its_id(tmp_path):
    made = Workspace(tmp_path / "deep" / "my.contrast")
    assert len(made.id) == 8
    assert made.name == "my"
    assert Workspace.open(made.root).id == made.id
    assert Workspace(str(made.root)).id == made.id


def test_opening_what_is_not_there_says_how_to_make_it(tmp_path):
    with pytest.raises(WorkspaceError, match=r"there is no workspace at .*contrast scan"):
        Workspace.open(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_of_other_files_is_not_turned_into_a_workspace(tmp_path):
    (tmp_path / "holiday.txt").write_text("x")
    with pytest.raises(WorkspaceError, match="other files"):
        Workspace(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.txt"]


def test_a_file_is_not_turned_into_a_workspace(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="no workspace can be made"):
        Workspace(tmp_path / "file")


def test_what_a_crash_left_of_making_one_is_no_obstacle(tmp_path):
    (tmp_path / f"{TEMPORARY}abc").write_text('{"form')
    (tmp_path / "locks").mkdir()
    assert Workspace(tmp_path).id


def test_a_newer_format_is_refused_plainly_and_left_alone(tmp_path):
    workspace = Workspace(tmp_path / "w")
    mark = workspace.root / "workspace.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"format": 3}))
    before = mark.read_bytes()
    with pytest.raises(WorkspaceError, match=r"newer version \(format 3.*update contrast-engine"):
        Workspace(tmp_path / "w")
    assert mark.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"format": "one"}'])
def test_a_damaged_mark_is_said_to_be_damaged(tmp_path, text):
    workspace = Workspace(tmp_path / "w")
    (workspace.root / "workspace.json").write_text(text)
    with pytest.raises(WorkspaceError, match="damaged; delete that one file and scan again"):
        Workspace(tmp_path / "w")


def test_after_deleting_a_damaged_mark_everything_else_is_still_there(scanned):
    image = scanned.images.ids[0]
    scanned.labels.add([image], "low")
    (scanned.root / "workspace.json").unlink()
    again = Workspace(scanned.root)
    assert len(again.images) == 3
    assert again.labels.current()[image].label == "low"


def test_a_workspace_that_another_process_made_a_moment_ago_is_opened(tmp_path, monkeypatch):
    made = Workspace(tmp_path / "w")
    (made.root / "selections.sqlite").touch()
    there, seen = Path.exists, []

    def not_yet(path):
        if path.name == MARK and not seen:
            seen.append(path)
            return False
        return there(path)

    monkeypatch.setattr(Path, "exists", not_yet)
    assert Workspace(made.root).id == made.id
    assert seen


@pytest.mark.slow
def test_processes_that_make_it_at_once_agree_on_one_id(tmp_path):
    code = (
        "import sys; from contrast_engine.store import Workspace; print(Workspace(sys.argv[1]).id)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "w")]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=REPOSITORY) for _ in range(4)]
    ids = {child.communicate()[0] for child in children}
    assert len(ids) == 1
    assert ids.pop().strip().decode() == Workspace(tmp_path / "w").id


def test_opening_and_reading_loads_no_heavy_library(scanned):
    code = """
import sys
from contrast_engine.store import Workspace
workspace = Workspace.open(sys.argv[1])
image = workspace.images.ids[0]
workspace.labels.add([image], "low")
assert workspace.labels.current() and workspace.thumbs.get(image) and workspace.images.facts(image)
heavy = {"torch", "sklearn", "pandas", "umap", "openTSNE", "scipy", "cv2", "PIL", "streamlit"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(scanned.root)],
        capture_output=True, text=True, cwd=REPOSITORY, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_moved_workspace_opens_with_everything_in_it(scanned, tmp_path):
    ids = scanned.images.ids
    scanned.close()
    shutil.move(scanned.root, tmp_path / "elsewhere")
    moved = Workspace.open(tmp_path / "elsewhere")
    assert moved.images.ids == ids
    assert moved.thumbs.get(ids[0]) is not None


def test_a_second_holder_of_a_lock_is_told_who_has_it(tmp_path):
    workspace = Workspace(tmp_path / "w")
    with (
        workspace.lock("scan"),
        pytest.raises(WorkspaceError, match="another process is scanning"),
        Workspace(tmp_path / "w").lock("scan", timeout=0.1),
    ):
        pytest.fail("two held the lock")
    with workspace.lock("scan", timeout=0):
        pass


def test_the_original_of_an_image_is_its_file(scanned):
    for image in scanned.images.ids:
        path = scanned.original(image)
        assert str(path) == scanned.images.paths[image]
        assert scanned.original_bytes(image) == path.read_bytes()


def test_the_original_of_an_unknown_image_is_refused(scanned):
    with pytest.raises(UnknownName):
        scanned.original("../../etc/passwd")


def test_an_original_that_became_a_link_out_of_its_folder_is_refused(scanned, tmp_path):
    image = scanned.images.ids[0]
    path = scanned.original(image)
    outside = tmp_path / "outside.jpg"
    path.rename(outside)
    path.symlink_to(outside)
    with pytest.raises(WorkspaceError, match="leads outside"):
        scanned.original(image)


def test_an_original_below_a_folder_that_became_a_link_is_refused(scanned, tmp_path):
    image = scanned.images.ids[0]
    (tmp_path / "photos").rename(tmp_path / "private")
    (tmp_path / "photos").symlink_to(tmp_path / "private")
    with pytest.raises(WorkspaceError, match="leads outside"):
        scanned.original(image)


def test_an_original_that_holds_another_picture_now_is_refused(scanned):
    path = scanned.original(scanned.images.ids[0])
    data = bytearray(path.read_bytes())
    data[-3] ^= 1  # as long as before
    path.write_bytes(data)
    with pytest.raises(WorkspaceError, match="changed since"):
        scanned.original(scanned.images.ids[0])


def test_an_original_that_became_a_pipe_does_not_hang(scanned):
    path = scanned.original(scanned.images.ids[0])
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(WorkspaceError, match="changed since"):
        scanned.original(scanned.images.ids[0])


def test_a_vanished_original_is_said_to_be_gone(scanned):
    path = scanned.original(scanned.images.ids[0])
    path.unlink()
    with pytest.raises(WorkspaceError, match=r"no such file.*scan the folder again"):
        scanned.original(scanned.images.ids[0])


def test_a_damaged_table_of_images_says_what_to_do(scanned):
    (scanned.root / "images.parquet").write_bytes(b"PAR1 half")
    with pytest.raises(WorkspaceError, match=r"move images.parquet away and scan again"):
        _ = scanned.images
    (scanned.root / "images.parquet").unlink()
    assert scan(scanned).images == 3


def test_an_image_is_found_by_id_and_by_path(scanned, tmp_path, monkeypatch):
    image = scanned.images.ids[1]
    path = scanned.original(image)
    monkeypatch.chdir(tmp_path / "photos")
    for name in (image, path, str(path), path.name):
        assert scanned.images.find(name) == image
    with pytest.raises(UnknownName, match="scan it first"):
        scanned.images.find("photo_9999.jpg")


def test_a_workspace_nobody_holds_is_closed_at_once_and_its_labels_are_read_on(scanned):
    image = scanned.images.ids[0]
    scanned.labels.add([image], "low")
    scanned.close()
    log = scanned.root / "labels.sqlite-wal"
    again = Workspace(scanned.root)
    again.labels.add([image], "high")
    assert log.exists()
    labels = again.labels
    del again
    assert labels.current()[image].label == "high"
    del labels
    assert not log.exists()

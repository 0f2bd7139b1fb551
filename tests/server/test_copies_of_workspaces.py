"""A copy of a workspace that is opened beside it is another one, in every address."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from contrast_engine import Workspace, access, server
from contrast_engine.access import Person, Role
from contrast_engine.errors import WorkspaceError
from contrast_engine.steps import back_up, restore, scan
from contrast_engine.store import recent


def _by_copying(original: Path, copy: Path) -> Path:
    return Path(shutil.copytree(original, copy))


def _by_backup(original: Path, copy: Path) -> Path:
    back_up(Workspace.open(original), copy.with_suffix(".tar"))
    restore(copy.with_suffix(".tar"), copy)
    return copy


@pytest.fixture
def workspace(tmp_path, photographs, monkeypatch) -> Workspace:
    """A workspace of two images, with nothing opened before."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    photographs(tmp_path / "photographs", 2)
    made = Workspace(tmp_path / "mine.contrast")
    scan(made, [tmp_path / "photographs"])
    return made


WAYS = pytest.mark.parametrize("made", [_by_copying, _by_backup], ids=["copied", "restored"])


@WAYS
@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OWNER])
def test_a_copy_opened_beside_gets_an_id_of_its_own(workspace, tmp_path, made, role) -> None:
    first = server.open_workspace(workspace.root)
    before = first.id
    copied = made(workspace.root, tmp_path / "copy.contrast")
    access.judge((lambda: Person("Vera", role, is_known=True)) if role is not None else None)
    try:
        second = server.open_workspace(copied)
    finally:
        access.judge(None)
    assert second.id != before
    assert first.id == before, "the addresses of those at work stay"
    assert server.workspaces()[before] is first
    assert server.workspaces()[second.id] is second
    assert server.open_workspace(copied) is second
    assert server.open_workspace(workspace.root) is first
    assert second.images.ids == first.images.ids


@WAYS
def test_a_copy_of_what_was_opened_before_the_server_started_is_another_one(
    workspace, tmp_path, made
) -> None:
    recent.remember_collection(workspace.root)
    copied = made(workspace.root, tmp_path / "copy.contrast")
    assert server.open_workspace(copied).id != workspace.id


ORDERS = {
    "the original first": "original copy", "the copy first": "copy original",
    "the copy twice": "copy copy original", "the copy, and a copy of it": "copy second original",
}  # fmt: skip


@WAYS
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("is_recent", [False, True], ids=["never opened", "opened before"])
def test_the_original_keeps_its_id_in_whatever_order_they_are_opened(
    workspace, tmp_path, made, order, is_recent
) -> None:
    before = workspace.id
    if is_recent:
        recent.remember_collection(workspace.root)
    folders = {"original": workspace.root, "copy": made(workspace.root, tmp_path / "copy.contrast")}
    folders["second"] = _by_copying(folders["copy"], tmp_path / "second.contrast")
    found = {}
    for name in ORDERS[order].split():
        found[name] = server.open_workspace(folders[name])
        recent.remember_collection(folders[name])
        assert found[name].root == folders[name].resolve()
    assert found["original"].id == before
    assert len({one.id for one in found.values()}) == len(found)
    for one in found.values():
        assert server.workspaces()[one.id] is one, "a bookmark leads where it led"


@pytest.mark.parametrize("order", ["original copy", "copy original"])
def test_an_original_that_was_moved_is_known_by_its_folder(workspace, tmp_path, order) -> None:
    before = workspace.id
    copied = _by_copying(workspace.root, tmp_path / "copy.contrast")
    moved = workspace.root.rename(tmp_path / "moved.contrast")
    recent.remember_collection(moved)
    folders = {"original": moved, "copy": copied}
    found = {name: server.open_workspace(folders[name]) for name in order.split()}
    assert found["original"].id == before
    assert found["copy"].id != before


def test_no_place_is_looked_at_that_only_a_mark_names(
    workspace, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = _by_copying(workspace.root, tmp_path / "elsewhere" / "copy.contrast")
    looked: list[Path] = []
    monkeypatch.setattr(
        "contrast_engine.server.open_workspaces.has_id", lambda at, _: looked.append(at) or False
    )
    server.open_workspace(copied)
    assert not looked
    beside = _by_copying(workspace.root, tmp_path / "copy.contrast")
    server.open_workspace(beside)
    assert workspace.root.resolve() in looked


def test_a_copy_whose_original_is_gone_takes_its_place(workspace, tmp_path) -> None:
    before = workspace.id
    copied = _by_copying(workspace.root, tmp_path / "copy.contrast")
    shutil.rmtree(workspace.root)
    assert server.open_workspace(copied).id == before


@pytest.mark.parametrize(
    "home",
    [
        None, 7, [], {}, {"path": 7}, {"path": ["x"], "inode": "x"}, {"path": "relative/x"},
        {"path": "//server/share"}, {"path": "\\\\server\\share"}, {"path": "\0"},
        {"path": "/" + "x" * 100_000}, {"path": "/dev/zero"}, {"path": "/etc", "inode": 10**30},
        {"path": "\ud800"},
    ],
)  # fmt: skip
def test_a_mark_that_says_anything_of_its_home_is_opened_as_one_of_before(workspace, home) -> None:
    mark = workspace.root / "workspace.json"
    facts = json.loads(mark.read_text())
    mark.write_text(json.dumps({**facts, "home": home} if home is not None else facts))
    assert server.open_workspace(workspace.root).id == facts["id"]


def test_a_workspace_that_was_moved_stays_the_same(workspace, tmp_path) -> None:
    first = server.open_workspace(workspace.root)
    recent.remember_collection(workspace.root)
    before = first.id
    first.close()
    moved = workspace.root.rename(tmp_path / "moved.contrast")
    second = server.open_workspace(moved)
    assert second.id == before
    assert second.root == moved.resolve()
    (tmp_path / "linked.contrast").symlink_to(moved)
    assert server.open_workspace(tmp_path / "linked.contrast") is second


def test_a_copy_that_cannot_be_written_is_refused_and_takes_nothing_over(
    workspace, tmp_path, monkeypatch
) -> None:
    first = server.open_workspace(workspace.root)
    copied = _by_copying(workspace.root, tmp_path / "copy.contrast")

    def fails(*args: object) -> None:
        raise WorkspaceError("the disk is read-only")

    monkeypatch.setattr("contrast_engine.store.workspace_marker.write_json", fails)
    with pytest.raises(WorkspaceError, match=r"is a copy of .* read-only"):
        server.open_workspace(copied)
    assert server.workspaces()[first.id] is first


OPEN_BOTH = """
import subprocess, sys
from contrast_engine import server
from contrast_engine.store.recent import remember_collection
mine, mount = sys.argv[1:]
if subprocess.run(["mount", "--bind", mine, mount]).returncode:
    sys.exit(77)
remember_collection(mine)
one, two = server.open_workspace(mine), server.open_workspace(mount)
print(one.id, two.id, one is two)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts are of Linux")
def test_a_workspace_under_a_second_name_is_no_copy(workspace, tmp_path) -> None:
    mount = tmp_path / "mounted.contrast"
    mount.mkdir()
    command = [sys.executable, "-c", OPEN_BOTH, str(workspace.root), str(mount)]
    done = subprocess.run(["unshare", "-rm", *command], capture_output=True, text=True)
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert done.stdout.split() == [workspace.id, workspace.id, "True"], done.stderr

"""Looking at a workspace leaves every file in it as it was, and adds none."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from contrast_engine import server
from contrast_engine.errors import UnknownName
from contrast_engine.jobs import JobRunner
from contrast_engine.map_file import colour_choices
from contrast_engine.store import Workspace
from contrast_engine.store.artifacts import KINDS
from contrast_engine.views.artifact_lookup import answer, last_method, last_options


def snapshot(root):
    """Every file and folder with its time, its size and its inode."""
    return {
        str(path.relative_to(root)): (path.stat().st_mtime_ns, path.stat().st_size, path.stat().st_ino)
        for path in [root, *root.rglob("*")]
        if not path.name.endswith(("-wal", "-shm"))  # SQLite's, while a file is open
        and path != root
    }  # fmt: skip


def read_everything(workspace):
    """Ask a workspace whatever a page asks it before anybody has done anything."""
    for kind in KINDS:
        workspace.current(kind)
        for made in workspace.artifacts(kind):
            workspace.load(made.key)
            workspace.labels.cluster_names(made.key)
    for image in workspace.images.ids:
        workspace.thumbs.get(image)
    labels = workspace.labels
    found = (labels.current(), labels.history(), labels.by_person(), labels.version())
    labels.label_set()
    workspace.comparisons.all()
    workspace.comparisons.version()
    workspace.edits.version()
    workspace.edits.events("nothing")
    for saved in workspace.selections.saved():
        workspace.selections.images(saved.key)
    with pytest.raises(UnknownName):
        workspace.selections.images("0" * 16)
    workspace.models.recipes()
    JobRunner(workspace).jobs()
    last_method(workspace, "maps")
    options = last_options(workspace, "maps", "pca")
    assert answer(workspace, "project", method="pca", options=options)
    return found


def test_reading_a_workspace_of_before_changes_no_file_of_it(before):
    had = snapshot(before.root)
    read_everything(before)
    before.close()
    assert snapshot(before.root) == had


def test_reading_a_workspace_that_was_just_migrated_changes_no_file_of_it(before):
    before.labels.undo("ann")
    before.close()
    again = Workspace.open(before.root)
    had = snapshot(again.root)
    read_everything(again)
    again.close()
    assert snapshot(again.root) == had


def test_reading_a_workspace_in_which_nothing_was_done_makes_no_file(tmp_path):
    workspace = Workspace(tmp_path / "new.contrast")
    had = snapshot(workspace.root)
    for read in (workspace.labels.history, workspace.comparisons.all, workspace.selections.saved):
        assert read() == ()
    assert workspace.thumbs.ids() == frozenset()
    assert workspace.edits.version() == 0
    assert Workspace.open(workspace.root).id == workspace.id
    assert snapshot(workspace.root) == had


def test_serving_pictures_and_maps_changes_no_file(unpacked):
    root = unpacked / "before.contrast"
    had = snapshot(root)
    workspace = server.open_workspace(root)
    urls, key = server.Urls(workspace.id), workspace.current("maps")
    image = workspace.images.ids[0]
    asked = [urls.thumb.format(id=image), urls.about.format(id=image), urls.xy(key), urls.ids(key)]
    asked += [urls.colour(key, f"{name}@{of}")
              for name, (_, of) in colour_choices(workspace, key).items()
              if name in {"cluster", "label", "predicted", "feature.c_rms"}]  # fmt: skip

    async def ask():
        transport = httpx.ASGITransport(app=Starlette(routes=server.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return [(await client.get(path)).status_code for path in asked]

    assert asyncio.run(ask()) == [200] * len(asked)
    workspace.close()
    assert snapshot(root) == had

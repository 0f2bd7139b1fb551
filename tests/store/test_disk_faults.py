"""Every fault of the disk under every act: a sentence, no loss, and it goes on once mended."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import JobError, WorkspaceError
from contrast_engine.jobs import JobRunner
from contrast_engine.server import open_workspaces
from contrast_engine.store import Artifact, LabelStore, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.disk_faults import reason, words
from contrast_engine.vectors import Vectors
from tests import faults_of_disks as faults

A, B = f"{1:016x}", f"{2:016x}"
SMALL = Vectors((A,), np.ones((1, 1)), ("a",))
MORE = Vectors((f"{3:016x}",), np.ones((1, 1)), ("a",))
OTHER = Vectors((A, B), np.ones((2, 1)), ("a",))
FILES = [ImageFile(f"/p/{image}.jpg", "/p", id=image) for image in (A, B)]

ACTS = {
    "label": lambda w: w.labels.add([B], "high", token="once"),
    "unsure": lambda w: w.labels.unsure([B]),
    "undo": lambda w: w.labels.undo(),
    "label set": lambda w: w.labels.define(["low", "high", "more"]),
    "name": lambda w: w.labels.name_cluster("0" * 16, 1, "bright"),
    "pair": lambda w: w.comparisons.add(A, B, "left"),
    "edit": lambda w: w.edits.append("clusters", "me", {"kind": "merge"}),
    "selection": lambda w: w.selections.save("later", [A, B]),
    "thumbnail": lambda w: w.thumbs.put([(B, b"x" * 5000)]),
    "result": lambda w: w.save(Artifact("maps", "new@1"), OTHER),
    "grown": lambda w: w.save_grown(Artifact("maps", "new@1"), w.current("maps"), MORE),
    "current": lambda w: w.make_current("maps", w.artifacts("maps")[-1].key),
    "files": lambda w: w.save_files(FILES),
    "model": lambda w: w.models.save("1" * 16, {"a": np.ones(3)}, {}),
    "job": lambda w: JobRunner(w).submit("measure"),
}
LOG_OF = {
    "label": "labels", "unsure": "labels", "undo": "labels", "label set": "labels",
    "name": "labels", "pair": "comparisons", "edit": "edits", "selection": "selections",
    "thumbnail": "thumbs",
}  # fmt: skip
IN_PLACE = {
    "damaged": (faults.noise, "the file is damaged"),
    "a folder": (faults.folder, "a folder stands in its place"),
    "another program's": (faults.foreign_database, "another file than the one that belongs there"),
    "newer": (faults.newer_version, "written by a newer version"),
    "gone": (faults.nothing, "is not there any more"),
}


def state(workspace: Workspace) -> dict[str, object]:
    """What a person would miss."""
    return {
        "labels": [(one.images, one.label) for one in workspace.labels.history()],
        "set": workspace.labels.label_set(),
        "current": {image: label.label for image, label in workspace.labels.current().items()},
        "names": workspace.labels.cluster_names("0" * 16),
        "pairs": len(workspace.comparisons.all()),
        "edits": [event.body for event in workspace.edits.events("clusters")],
        "selections": [one.name for one in workspace.selections.saved()],
        "thumbs": sorted(workspace.thumbs.ids()),
        "maps": sorted(made.key for made in workspace.artifacts("maps")),
        "map": workspace.current("maps"),
        "files": len(workspace.images.files),
        "models": sorted(workspace.models.recipes()),
        "jobs": len(JobRunner(workspace).jobs()),
    }


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace in which one of each thing is saved."""
    found = Workspace(tmp_path / "w")
    found.labels.define(["low", "high"])
    found.labels.add([A], "low")
    found.labels.name_cluster("0" * 16, 0, "dark")
    found.comparisons.add(A, B, "right")
    found.edits.append("clusters", "me", {"kind": "split"})
    found.selections.save("earlier", [A])
    found.thumbs.put([(A, b"x")])
    found.save(Artifact("maps", "old@1"), SMALL)
    found.make_current("maps", found.save(Artifact("maps", "usual@1"), OTHER))
    found.save_files(FILES)
    yield found
    found.close()


def refused(workspace: Workspace, act: str) -> str:
    """What an act says while it cannot be done."""
    with pytest.raises((WorkspaceError, JobError)) as caught:
        ACTS[act](workspace)
    said = str(caught.value)
    assert "Errno" not in said
    assert "Error" not in said
    return said


@pytest.mark.parametrize("act", ACTS)
def test_on_a_full_disk_nothing_is_lost_and_it_goes_on_once_there_is_room(act, workspace) -> None:
    before = state(workspace)
    with faults.full_disk():
        said = refused(workspace, act)
        assert "the disk is full" in said
        assert f"free some space on the disk that holds {workspace.root}" in said
        assert state(workspace) == before
    assert state(workspace) == before
    if act != "job":
        ACTS[act](workspace)
        assert act == "files" or state(workspace) != before


@pytest.mark.parametrize("act", ACTS)
def test_a_read_only_folder_is_looked_at_and_goes_on_once_it_may_be_written(act, workspace) -> None:
    before = state(workspace)
    assert not workspace.is_read_only
    workspace.close()  # a file that is open already stays writable, and what is written is saved
    with faults.read_only(workspace.root):
        assert workspace.is_read_only
        assert state(workspace) == before
        assert "it is not permitted; check who may read and write there" in refused(workspace, act)
        assert state(workspace) == before
    assert not workspace.is_read_only
    if act != "job":
        ACTS[act](workspace)
        assert act == "files" or state(workspace) != before


@pytest.mark.parametrize("fault", IN_PLACE)
@pytest.mark.parametrize("act", LOG_OF)
def test_a_log_that_is_another_file_is_not_written_and_is_used_once_it_is_back(
    fault, act, workspace
) -> None:
    before = state(workspace)
    put, why = IN_PLACE[fault]
    log = workspace.root / f"{LOG_OF[act]}.sqlite"
    with faults.in_its_place(log, put):
        content = log.read_bytes() if log.is_file() else b""
        said = refused(workspace, act)
        assert why in said
        assert log.name in said
        assert (log.read_bytes() if log.is_file() else b"") == content, "it is left alone"
    assert state(workspace) == before
    ACTS[act](workspace)
    assert state(workspace) != before


@pytest.mark.parametrize("fault", IN_PLACE)
@pytest.mark.parametrize("name", faults.LOGS)
def test_reading_a_log_that_is_another_file_says_so(fault, name, workspace) -> None:
    state(workspace)
    put, why = IN_PLACE[fault]
    with (
        faults.in_its_place(workspace.root / name, put),
        pytest.raises(WorkspaceError, match=why),
    ):
        state(workspace)


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"model", "current"}))  # only jobs do the one
def test_a_folder_that_was_moved_away_is_not_begun_anew(act, workspace) -> None:
    before = state(workspace)
    with faults.in_its_place(workspace.root, faults.nothing):
        assert "is not there any more" in refused(workspace, act)
        assert not workspace.root.exists()
    assert state(workspace) == before


def test_a_log_that_was_replaced_by_an_older_one_counts_as_it_is_now(workspace) -> None:
    log = workspace.root / "labels.sqlite"
    backup = workspace.root.with_name("backup.sqlite")
    older = LabelStore(backup)
    for label in ("one", "two", "three"):  # as many events as the newer one has
        older.add([B], label)
    older.close()
    assert workspace.labels.current()[A].label == "low"
    backup.replace(log)
    assert {i: one.label for i, one in workspace.labels.current().items()} == {B: "three"}
    workspace.labels.add([A], "four")
    workspace.close()
    assert [one.label for one in LabelStore(log).history()] == ["one", "two", "three", "four"]
    with contextlib.closing(sqlite3.connect(log)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("put", "why"),
    [(faults.folder, "a folder stands in its place"), (faults.noise, "is damaged")],
)
@pytest.mark.parametrize("name", ["images.parquet", "workspace.json"])
def test_the_table_and_the_mark_of_a_workspace_say_what_became_of_them(
    name, put, why, workspace
) -> None:
    with (
        faults.in_its_place(workspace.root / name, put),
        pytest.raises(WorkspaceError, match=why),
    ):
        _ = (workspace.images, workspace.id)


def test_a_folder_gone_while_it_is_open_is_not_made_anew_by_the_server(
    workspace, monkeypatch
) -> None:
    monkeypatch.setenv("CONTRAST_WORKSPACE", str(workspace.root))
    opened = open_workspaces.initial()
    with faults.in_its_place(workspace.root, faults.nothing):
        with pytest.raises(WorkspaceError, match="put it back, or open it where it is now"):
            open_workspaces.initial()
        assert not workspace.root.exists()
    assert open_workspaces.initial() is opened


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (errno.ENOSPC, "free some space"), (errno.EDQUOT, "free some space"),
        (errno.EFBIG, "free some space"), (errno.EROFS, "check who may"),
        (errno.EACCES, "check who may"), (errno.EIO, "does not answer"),
        (errno.ESTALE, "does not answer"), (errno.EISDIR, "move that folder away"),
        (errno.ENOENT, "is not there any more"), (errno.ENAMETOOLONG, "too long"),
    ],
)  # fmt: skip
def test_what_the_system_says_becomes_what_to_do(number, why, tmp_path) -> None:
    path = tmp_path / "x" / "labels.sqlite"
    assert why in reason(OSError(number, "x"), path)
    assert why in words(OSError(number, "x", str(path)))
    assert str(path) in words(OSError(number, "x", str(path)))

"""What is in use changes by a decision: logged, undoable, and whole after a crash."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.login import login_name
from contrast_engine.store import Artifact, Workspace, event_log
from contrast_engine.store.candidate import CandidateWorkspace
from contrast_engine.store.decisions import record
from contrast_engine.store.in_use import FIRST, RETRAINED
from contrast_engine.vectors import ImageId, Vectors

TABLE = Vectors((ImageId("1" * 16),), np.zeros((1, 2)), ("x", "y"))


def made(workspace: Workspace, step: str, *inputs: str) -> str:
    return workspace.save(Artifact("maps", step, {}, ("space", *inputs)), TABLE)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "w")


def test_a_decision_says_who_when_from_what_to_what_and_can_be_taken_back(workspace):
    one, two, three = (made(workspace, step) for step in ("a@1", "b@1", "c@1"))
    workspace.use("maps", one)
    workspace.use("maps", two, "anna", "rounder")
    workspace.use("maps", two, "ben")
    workspace.use("maps", three, "ben")
    found = workspace.decisions("maps")
    assert [(d.who, d.before, d.key, d.why) for d in found] == [
        (login_name(), None, one, FIRST), ("anna", one, two, "rounder"), ("ben", two, three, ""),
    ]  # fmt: skip
    assert [one.at for one in found] == sorted(one.at for one in found)
    undone = workspace.undo_use("maps", "cleo")
    assert undone is not None
    assert (undone.key, workspace.current("maps")) == (three, two)
    assert workspace.decision("maps").who == "anna"
    workspace.undo_use("maps", "cleo")
    assert (workspace.current("maps"), workspace.decision("maps").why) == (one, FIRST)
    assert workspace.undo_use("maps", "cleo") is None, "the first stays in use"
    assert [d.is_undone for d in workspace.decisions()] == [False, True, True]
    workspace.use("maps", three, "ben")
    assert Workspace(workspace.root).decision("maps").before == one


def test_a_decision_is_of_one_kind_and_of_what_is_there(workspace):
    key = made(workspace, "a@1")
    with pytest.raises(UnknownName, match="not one of the clusterings"):
        workspace.use("clusterings", key)
    with pytest.raises(UnknownName):
        workspace.use("maps", "0" * 16)
    assert workspace.decisions() == ()


def test_without_a_log_what_is_current_is_in_use(workspace):
    one, two = made(workspace, "a@1"), made(workspace, "b@1")
    workspace.make_current("maps", one)
    assert (workspace.decision("maps"), workspace.undo_use("maps")) == (None, None)
    workspace.use("maps", two, "anna")
    workspace.undo_use("maps", "anna")
    assert workspace.current("maps") == one
    workspace.make_current("maps", two)  # as a version before this log does
    assert (workspace.decision("maps"), workspace.undo_use("maps")) == (None, None)


def test_what_was_edited_from_the_chosen_result_is_the_same_choice(workspace):
    one, two = made(workspace, "a@1"), made(workspace, "b@1")
    workspace.use("maps", one, "anna")
    workspace.use("maps", two, "anna")
    edited = made(workspace, "edit@1", two)
    workspace.make_current("maps", edited)
    assert workspace.decision("maps").key == two
    assert workspace.undo_use("maps", "anna") is not None
    assert workspace.current("maps") == one


def test_where_the_log_cannot_be_written_what_was_in_use_stays(workspace, monkeypatch):
    one, two = made(workspace, "a@1"), made(workspace, "b@1")
    workspace.use("maps", one, "anna")

    def full(*_: object) -> int:
        raise WorkspaceError("the disk is full")

    monkeypatch.setattr(event_log, "_append", full)
    with pytest.raises(WorkspaceError):
        workspace.use("maps", two, "anna")
    assert workspace.current("maps") == one
    monkeypatch.undo()
    assert [d.key for d in workspace.decisions()] == [one]


def test_a_candidate_decides_nothing(workspace):
    one = made(workspace, "a@1")
    workspace.use("maps", one, "anna")
    view = CandidateWorkspace(workspace.root, workspace.root / "candidates" / "c")
    other = made(view, "b@1")
    view.use("maps", other, "anna")
    assert (view.current("maps"), workspace.current("maps")) == (other, one)
    assert len(workspace.decisions()) == 1


DECIDING = """
import itertools, sys
from contrast_engine.store import Workspace
workspace = Workspace(sys.argv[1])
for step in itertools.count():
    workspace.use("maps", sys.argv[2 + step % 2], "anna", str(step))
    print(step, flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_every_decision_that_was_made_is_in_the_log(workspace):
    keys = [made(workspace, step) for step in ("a@1", "b@1")]
    with subprocess.Popen(
        [sys.executable, "-c", DECIDING, str(workspace.root), *keys],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        acknowledged = [process.stdout.readline() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.stdout.read().split()
    now = Workspace(workspace.root)
    found = now.decisions("maps")
    assert [int(one.why) for one in found] == list(range(len(found)))
    assert len(found) in {len(acknowledged), len(acknowledged) + 1}
    known = now.decision("maps")
    assert known is None or known.key == now.current("maps")
    now.use("maps", next(key for key in keys if key != now.current("maps")), "ben")
    assert now.decision("maps").who == "ben"


def test_a_retrained_model_that_is_accepted_is_a_decision_of_several_kinds_at_once(workspace):
    one, two = made(workspace, "a@1"), made(workspace, "b@1")
    workspace.use("maps", one, "anna")
    workspace.make_current("maps", two)
    event = {
        "who": "ben", "token": "c accepted", "body": {"what": "accepted"},
        "switched": {"maps": (one, two), "clusterings": (None, None)},
    }  # fmt: skip
    for _ in range(2):  # told again after a crash
        record(workspace.edits, event)
    found = workspace.decision("maps")
    assert (found.who, found.why, len(workspace.decisions())) == ("ben", RETRAINED, 2)
    assert workspace.undo_use("maps", "ben") is None, "it is rolled back as a whole"

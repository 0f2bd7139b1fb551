"""Killed, out of disk, not permitted, two at once: what was saved stays, and nothing is halved."""

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.store import Artifact, LabelStore, Workspace
from contrast_engine.vectors import Vectors

REPOSITORY = Path(__file__).parents[2]


@contextlib.contextmanager
def child(code, *arguments):
    """A process that is gone when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def said(code, *arguments):
    with child(code, *arguments) as process:
        out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out


LABELLING = """
import sys
from contrast_engine.store import LabelStore
labels = LabelStore(sys.argv[1])
for step in range(100_000):
    labels.add([f"{step:016x}", f"{step + 10**6:016x}"], f"label {step % 5}", token=str(step))
    print(step, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7, 30])
def test_labelling_killed_at_any_moment_loses_no_acknowledged_label(tmp_path, after):
    path = tmp_path / "labels.sqlite"
    with child(LABELLING, path) as process:
        acknowledged = [int(process.stdout.readline()) for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        acknowledged += [int(line) for line in process.stdout.read().split()]
    labels = LabelStore(path)
    history = labels.history()
    assert len(history) in {len(acknowledged), len(acknowledged) + 1}
    for step, saying in enumerate(history):
        assert saying.images == (f"{step:016x}", f"{step + 10**6:016x}")
        assert saying.label == f"label {step % 5}"
    labels.add([f"{0:016x}"], "after")
    assert labels.current()[f"{0:016x}"].label == "after"
    labels.close()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


MANY = """
import sys
from contrast_engine.store import LabelStore
labels, who = LabelStore(sys.argv[1]), sys.argv[2]
for step in range(250):
    labels.add([f"{step:016x}"], f"{who} {step}", who=who, token=f"{who}/{step}")
"""


@pytest.mark.slow
def test_two_processes_labelling_at_once_lose_and_cross_nothing(tmp_path):
    path = tmp_path / "labels.sqlite"
    with child(MANY, path, "ann") as ann, child(MANY, path, "bob") as bob:
        for process in (ann, bob):
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
    history = LabelStore(path).history()
    assert len(history) == 500
    for who in ("ann", "bob"):
        own = [s for s in history if s.who == who]
        assert [s.label for s in own] == [f"{who} {step}" for step in range(250)]
        assert [s.images for s in own] == [(f"{step:016x}",) for step in range(250)]
    last = {s.images[0]: s.label for s in history}
    assert {i: label.label for i, label in LabelStore(path).current().items()} == last


FULL = """
import resource, sys
import numpy as np
from contrast_engine.errors import WorkspaceError
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
workspace = Workspace(sys.argv[1])
workspace.labels.add([f"{0:016x}"], "before")
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))   # no file may grow beyond this
values = np.random.default_rng(1).normal(size=(5_000, 4))
vectors = Vectors(tuple(f"{i:016x}" for i in range(5_000)), values, tuple("abcd"))
tries = {
    "result": lambda: workspace.save(Artifact("features", "big@1"), vectors),
    "model": lambda: workspace.models.save("0" * 16, {"a": values}, {}),
    "labels": lambda: [workspace.labels.add([f"{i:016x}"], "x" * 60) for i in range(900)],
    "thumbnails": lambda: workspace.thumbs.put([(f"{0:016x}", bytes(100_000))]),
}
for name, attempt in tries.items():
    try:
        attempt()
    except WorkspaceError as error:
        print(name, "|", error)
"""


def test_a_full_disk_gives_one_plain_message_and_leaves_the_old_state_readable(tmp_path):
    workspace = Workspace(tmp_path / "w")
    small = Vectors((f"{0:016x}",), np.ones((1, 1)), ("a",))
    key = workspace.save(Artifact("features", "small@1"), small)
    lines = said(FULL, workspace.root).splitlines()
    assert [line.split(" | ")[0] for line in lines] == ["result", "model", "labels", "thumbnails"]
    for line in lines:
        assert "the disk is full" in line
        assert "what was saved before is unchanged" in line
    again = Workspace(workspace.root)
    assert again.load(key).values.tolist() == [[1.0]]
    assert [m.key for m in again.artifacts("features")] == [key]
    assert again.labels.history()[0].label == "before"
    assert not list(workspace.root.rglob(".writing-*"))
    again.labels.add([f"{1:016x}"], "after")
    assert again.labels.history()[-1].label == "after"


READ_ONLY = """
import os, sys
from pathlib import Path
import safetensors.numpy, pyarrow.parquet, json, numpy as np
from contrast_engine.errors import WorkspaceError
from contrast_engine.images import content_id
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
if os.geteuid() == 0:
    os.setuid(65534)
workspace = Workspace.open(sys.argv[1])
print(workspace.load(sys.argv[2]).values.tolist(), len(workspace.labels.current()))
small = Vectors((f"{0:016x}",), np.ones((1, 1)), ("a",))
for attempt in (
    lambda: workspace.save(Artifact("features", "other@1"), small),
    lambda: workspace.labels.add([f"{1:016x}"], "low"),
    lambda: workspace.make_current("features", sys.argv[2]),
    lambda: workspace.thumbs.put([(f"{0:016x}", b"x")]),
    lambda: Workspace(Path(sys.argv[1]) / "new"),
):
    try:
        attempt()
    except WorkspaceError as error:
        print(error)
"""


@pytest.mark.slow
def test_a_read_only_folder_is_read_and_says_plainly_that_it_cannot_be_written():
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        workspace = Workspace(folder / "w")
        small = Vectors((f"{0:016x}",), np.ones((1, 1)), ("a",))
        key = workspace.save(Artifact("features", "small@1"), small)
        workspace.labels.add([f"{0:016x}"], "low")
        workspace.close()
        for path in (workspace.root, *workspace.root.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        first, *refusals = said(READ_ONLY, workspace.root, key).splitlines()
        assert first == "[[1.0]] 1"
        assert len(refusals) == 5
        assert all("it is not permitted" in line for line in refusals)
    finally:
        for path in (folder / "w").rglob("*"):
            if path.is_dir():
                path.chmod(0o755)
        (folder / "w").chmod(0o755)
        shutil.rmtree(folder)


SAVING = """
import sys
import numpy as np
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
workspace = Workspace(sys.argv[1])
ids = tuple(f"{i:016x}" for i in range(2_000))
for step in range(100_000):
    key = workspace.save(Artifact("maps", f"s@{step % 3}"), Vectors(ids, np.full((2_000, 2), float(step % 3)), ("x", "y")))
    workspace.make_current("maps", key)
    print(key, flush=True)
"""


@pytest.mark.parametrize("after", [2, 9])
def test_saving_killed_at_any_moment_leaves_only_whole_results(tmp_path, after):
    Workspace(tmp_path / "w")
    with child(SAVING, tmp_path / "w") as process:
        saved = {process.stdout.readline().strip() for _ in range(after)}
        process.send_signal(signal.SIGKILL)
    workspace = Workspace(tmp_path / "w")
    found = {manifest.key: manifest for manifest in workspace.artifacts("maps")}
    assert saved <= set(found)
    for key, manifest in found.items():
        assert (workspace.load(key).values == float(manifest.step[-1])).all()
    assert workspace.current("maps") in found


def test_a_killed_holder_of_a_lock_does_not_hold_it_any_more(tmp_path):
    code = """
import sys, time
from contrast_engine.store import Workspace
with Workspace(sys.argv[1]).lock("scan"):
    print("held", flush=True)
    time.sleep(60)
"""
    with child(code, tmp_path / "w") as process:
        assert process.stdout.readline() == "held\n"
        os.kill(process.pid, signal.SIGKILL)
    with Workspace(tmp_path / "w").lock("scan", timeout=1):
        pass


EVERYWHERE = """
import os, shutil, signal, sys
from pathlib import Path
import numpy as np, pyarrow.parquet, safetensors.numpy
from contrast_engine.steps import scan
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import Vectors
A, B = f"{1:016x}", f"{2:016x}"
small = Vectors((A,), np.ones((1, 1)), ("a",))

def say(workspace):
    workspace.labels.add([A, B], "two", token="second")

def undo(workspace):
    workspace.labels.undo(token="undo")

def save(workspace):
    workspace.save(Artifact("maps", "old@1"), small)
    workspace.make_current("maps", workspace.save(Artifact("maps", "new@1"), small))

def grow(workspace):
    more = Vectors((B,), np.ones((1, 1)), ("a",))
    grown = workspace.save_grown(Artifact("maps", "new@1"), workspace.current("maps"), more)
    workspace.make_current("maps", grown)

def model(workspace):
    workspace.models.save("0" * 16, {"a": np.ones(3)}, {"n": 1})

def files(workspace):
    workspace.add_roots(["/b"])
    workspace.refuse("measure@1", {B: "no"})
    workspace.save_files(workspace.images.files)

def prepare(place):
    workspace = Workspace(place)
    workspace.add_roots(["/a"])
    workspace.labels.add([A], "one", token="first")
    workspace.make_current("maps", workspace.save(Artifact("maps", "old@1"), small))
    workspace.models.save("0" * 16, {"a": np.ones(3)}, {"n": 1})
    if act is not say:  # of a collection that was scanned, only its own images are labelled
        workspace.save_files([])
    workspace.close()
    return workspace

act, number = globals()[sys.argv[2]], 0
stride = {say: 1, undo: 1, model: 5}.get(act, 13)
template = prepare(Path(sys.argv[1]) / "template").root
while True:
    number += stride
    workspace = Workspace(shutil.copytree(template, Path(sys.argv[1]) / str(number)))
    child = os.fork()
    if child == 0:
        calls = 0
        def watch(frame, event, argument):
            global calls
            calls += event == "c_call"
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.setprofile(watch)
        act(workspace)
        sys.setprofile(None)
        os._exit(0)
    if os.WIFEXITED(os.waitpid(child, 0)[1]):
        break
"""


@pytest.mark.slow
@pytest.mark.parametrize("act", ["say", "undo", "save", "grow", "model", "files"])
def test_a_process_killed_at_any_single_call_leaves_all_or_nothing(tmp_path, act):
    said(EVERYWHERE, tmp_path, act)
    one, two = f"{1:016x}", f"{2:016x}"
    moments = [path for path in tmp_path.iterdir() if path.name != "template"]
    assert len(moments) > 20
    for moment in moments:
        workspace = Workspace(moment)
        assert workspace.has(Artifact("maps", "old@1"))
        assert len(workspace.load(workspace.current("maps")).values) in (1, 2)
        assert workspace.models.load("0" * 16)[1] == {"n": 1}
        assert workspace.roots in {("/a",), ("/a", "/b")}
        assert workspace.images.files == ()
        history = workspace.labels.history()
        assert [s.label for s in history] in (["one"], ["one", "two"])
        if act == "say":
            assert workspace.labels.version() == len(history)
            workspace.labels.add([one, two], "two", token="second")  # as the page does on return
            assert {i: x.label for i, x in workspace.labels.current().items()} == {
                one: "two",
                two: "two",
            }
            assert len(workspace.labels.history()) == 2
        if act == "undo":
            workspace.labels.undo(token="undo")
            assert workspace.labels.current() == {}
        workspace.close()

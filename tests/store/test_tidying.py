"""What killed writers leave is gone after the next run, or a repair; what others hold stays."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contrast_engine.cli import main
from contrast_engine.errors import WorkspaceError
from contrast_engine.jobs.leftovers import dead_jobs
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.atomic_files import TEMPORARY, write_chunks
from contrast_engine.store.half_written import file_in, folder_in
from contrast_engine.store.leftovers import OLD, removed_leftover
from contrast_engine.store.tidying import damaged, leftovers, tidy, tidy_quickly
from contrast_engine.vectors import ImageId, Vectors

posix = pytest.mark.skipif(os.name != "posix", reason="elsewhere time says what is left")
HELD = f"{TEMPORARY}held-"


def half_written(*folders: Path) -> list[str]:
    return sorted({p.name for folder in folders for p in folder.rglob(f"{TEMPORARY}*")})


@posix
def test_what_a_living_writer_holds_stays_and_goes_once_it_has_died(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    code = """
import sys, time
from pathlib import Path
from contrast_engine.store.half_written import file_in, folder_in
with file_in(Path(sys.argv[1])), folder_in(Path(sys.argv[1])) as folder:
    (folder / "some").write_text("half")
    print("held", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen(
        [sys.executable, "-c", code, workspace.root], stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "held\n"
        assert leftovers(workspace.root) == tidy(workspace.root) == ()
        tidy_quickly(workspace.root)
        assert len(half_written(workspace.root)) == 2
        writer.kill()
    found = leftovers(workspace.root)
    assert [one.bytes for one in sorted(found, key=lambda one: one.bytes)] == [0, 4]
    assert tidy(workspace.root) == found
    assert half_written(workspace.root) == []


@posix
def test_a_file_is_held_until_it_has_its_name_though_its_writer_closed_it(tmp_path: Path) -> None:
    with file_in(tmp_path) as (handle, aside):
        os.write(handle, b"all of it")
        os.close(handle)
        assert removed_leftover(aside) is None
        aside.rename(tmp_path / "whole")
    with folder_in(tmp_path) as aside:
        assert removed_leftover(aside) is None
    assert removed_leftover(aside) == 0


def test_other_files_are_never_taken_for_ours(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    kept = [
        tmp_path / f"{TEMPORARY}of-mine", workspace.root / f"{HELD}too-long-a-name",
        workspace.root / f"{TEMPORARY}young000",
    ]  # fmt: skip
    for path in kept:
        path.write_text("mine")
    aside = workspace.root / f"{HELD}abcd1234"
    (aside / "before").mkdir(parents=True)
    (found,) = leftovers(workspace.root)
    assert not found.can_go
    assert tidy(workspace.root) == ()
    assert (aside / "before").exists()
    assert all(path.exists() for path in kept)


def test_unnamed_parts_and_stale_marks_go_and_named_ones_stay(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    ids = tuple(ImageId(f"{i:016x}") for i in range(6))
    base = workspace.save(Artifact("features", "one@1"), Vectors(ids[:3], [[1.0]] * 3, ("a",)))
    more = Vectors(ids[3:], [[2.0]] * 3, ("a",))
    grown = workspace.save_grown(Artifact("features", "two@1"), base, more)
    parts = workspace.root / "features" / "parts"
    parts.mkdir(exist_ok=True)
    unnamed, young = parts / f"{'a' * 32}.parquet", parts / f"{'b' * 32}.parquet"
    for path in (unnamed, young):
        path.write_bytes(b"rows of nobody")
    for path in parts.glob("*.parquet"):
        if path != young:
            os.utime(path, (time.time() - OLD - 60,) * 2)
    (named,) = workspace.root.glob(f"features/{base}.parquet")
    stale, true = parts / f"{'c' * 32}.damaged", named.with_suffix(".damaged")
    stale.write_text(json.dumps({"file": [1, 2, 3], "why": "a bit"}))
    facts = named.stat()
    true.write_text(json.dumps({"file": [facts.st_mtime_ns, facts.st_size, facts.st_ino]}))
    removed = {one.path.name: one.bytes for one in tidy(workspace.root)}
    assert removed == {unnamed.name: 14, stale.name: stale_size(stale, removed)}
    assert damaged(workspace.root) == (true,)
    true.unlink()
    assert Workspace.open(workspace.root).load(grown).ids == ids
    assert young.exists()


def stale_size(path: Path, removed: dict[str, int]) -> int:
    assert not path.exists()
    return removed[path.name]


def test_records_of_dead_jobs_go_and_those_of_living_and_ended_ones_stay(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    folder = workspace.root / "jobs"
    folder.mkdir()
    for job, state in (("a" * 16, "running"), ("b" * 16, "done"), ("c" * 16, "failed")):
        order = {"id": job, "step": "scan", "params": {}, "state": state, "started": 1.0}
        (folder / f"{job}.json").write_text(json.dumps(order))
        (folder / f"{job}.log").write_text("words")
    (folder / f"{'d' * 16}.log").write_text("words of nobody")
    (folder / "notes.txt").write_text("mine")
    assert {one.path.name[0] for one in dead_jobs(workspace)} == {"a", "d"}
    assert len(list(folder.iterdir())) == 8
    dead_jobs(workspace, is_repair=True)
    assert {path.name[0] for path in folder.iterdir()} == {"b", "c", "n"}


@posix
def test_doctor_lists_what_is_left_and_removes_it_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace(tmp_path / "w")
    half = workspace.root / f"{HELD}abcd1234"
    half.write_bytes(bytes(2_000))
    assert main(["doctor", str(workspace.root)]) == 0
    said = capsys.readouterr().out
    assert "WARN  leftovers      1 x half-written by a process that was killed, 2 KB" in said
    assert half.exists()
    assert main(["doctor", str(workspace.root), "--repair", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(row["bytes"], row["removed"]) for row in document["leftovers"]] == [(2_000, True)]
    assert not half.exists()
    assert main(["doctor", str(workspace.root)]) == 0
    assert "ok    leftovers      none" in capsys.readouterr().out
    assert main(["doctor", "--repair"]) == 2
    assert "name it" in capsys.readouterr().err


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def breaks() -> "list[bytes]":
        raise OSError(28, "No space left on device")

    with pytest.raises(WorkspaceError):
        write_chunks(tmp_path / "a", (breaks() for _ in range(1)))  # type: ignore[misc]
    assert half_written(tmp_path) == []


MATRIX = """
import os, shutil, signal, sys, time
from pathlib import Path
import cv2, numpy as np, pyarrow.parquet, safetensors.numpy, sklearn.cluster
from contrast_engine import steps
from contrast_engine.store import Workspace
from contrast_engine.store.tidying import tidy

place, name, tries = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
photos = place / "photos"
photos.mkdir()
rng = np.random.default_rng(0)
for number in range(12):
    cv2.imwrite(str(photos / f"{number:02d}.png"), rng.integers(0, 255, (48, 64, 3), dtype=np.uint8))
before = {p.name: p.read_bytes() for p in photos.iterdir()}

def scan(w, at): steps.scan(w, [str(photos)])
def measure(w, at): steps.measure(w, workers=1)
def gather(w, at): steps.gather(w, [str(photos)])
def cluster(w, at): steps.cluster(w, options={"n_clusters": 2})
def place_new(w, at): steps.place(w)
def export(w, at): steps.export(w, at / "table.csv", overwrite=True)
def folders(w, at): steps.export(w, at / "folder", format="yolo", overwrite=True)
def backup(w, at): steps.back_up(w, at / "copy.backup", overwrite=True)
def restore(w, at): shutil.rmtree(at / "again", ignore_errors=True); steps.restore(place / "kept.backup", at / "again")

def prepare(root):
    w = Workspace(root)
    if name != "scan":
        steps.scan(w, [str(photos)])
        w.labels.add(list(w.images.ids)[:5], "low", token="first")
    if name not in ("scan", "measure", "gather"):
        steps.measure(w, workers=1)
    if name == "restore":
        steps.back_up(w, place / "kept.backup")
    w.close()

act = globals()[name]
prepare(place / "template")

def forked(at, after):
    child = os.fork()
    if child == 0:
        began = time.perf_counter()
        try:
            act(Workspace(at / "w"), at)
        except BaseException as error:
            print(type(error), error, file=sys.stderr, flush=True)
            os._exit(3)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.WEXITSTATUS(os.waitpid(child, 0)[1])

def new(number):
    at = place / str(number)
    at.mkdir()
    shutil.copytree(place / "template", at / "w")
    return at

began = time.perf_counter()
assert forked(new("whole"), None) == 0, "the step itself fails"
took = time.perf_counter() - began
for number in range(tries):
    at = new(number)
    forked(at, took * (number + rng.random()) / tries)
    left = list(at.rglob(".writing-*"))
    print("left", len(left), flush=True)
    if number % 2:
        assert forked(at, None) == 0, "the next run fails"
    else:
        tidy(at / "w")
        [shutil.rmtree(p) if p.is_dir() else p.unlink() for p in at.glob(".writing-*") if name in ("export", "folders", "backup") and not p.name.startswith(".writing-held-")]
    found = [str(p) for p in at.rglob(".writing-*")]
    assert not found, found
    w = Workspace.open(at / "w") if (at / "w" / "workspace.json").exists() else None
    if name != "scan":
        assert len(w.labels.current()) == 5 and len(w.images.ids) == 12
    assert before == {p.name: p.read_bytes() for p in photos.iterdir()}
"""


@posix
@pytest.mark.slow
@pytest.mark.parametrize(
    "step", ["scan", "measure", "gather", "cluster", "export", "backup", "restore"]
)
def test_a_step_killed_at_any_moment_leaves_nothing_after_the_next_run_or_a_repair(
    tmp_path: Path, step: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MATRIX, tmp_path, step, "8"], capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]

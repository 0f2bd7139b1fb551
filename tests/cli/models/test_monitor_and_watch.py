"""The model at work every night: a folder that is watched, and what monitoring says of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import Workspace
from contrast_engine.cli.models import watch as watching
from contrast_engine.errors import WorkspaceError
from contrast_engine.features import feature_names
from contrast_engine.monitor import MonitorLog, ScoredBatch
from contrast_engine.predict import Prediction
from contrast_engine.predict.arrivals import Answers, Arrival, Arrivals
from tests.cli.conftest import Contrast

pytestmark = pytest.mark.slow

Write = Callable[..., list[Path]]


@pytest.fixture(scope="module")
def taught(photographs: Write, made_once: Callable[..., Path]) -> Path:
    """A workspace with a model that learnt from sixty small images; what it scores is in a log."""

    def fill(folder: Path) -> None:
        from contrast_engine.cli import main

        photographs(folder / "photos", 60)
        root = folder / "taught.contrast"
        assert main(["gather", str(root), str(folder / "photos")]) == 0
        opened = Workspace.open(root)
        measured = opened.load(opened.current("features"))
        for image in measured.ids:
            label = "high" if measured.row(image)["c_rms"] > 0.6 else "low"
            opened.labels.add([image], label)
        assert main(["pseudo-label", str(root), "--method", "one_nn"]) == 0

    return made_once("taught", fill) / "taught.contrast"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files settle at once."""
    monkeypatch.setattr(watching, "SETTLING", 0.05)


def rows_of(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def log_stream(log: MonitorLog, workspace: Path, n: int, moved: float) -> None:
    """New images like those the model learnt from, or with every feature moved."""
    opened = Workspace.open(workspace)
    table = opened.load(opened.current("features"))
    random = np.random.default_rng(0)
    values = table.values[random.integers(len(table), size=n)]
    spread = table.values.std(axis=0)
    values = values + (0.2 * random.normal(size=values.shape) + moved) * spread
    said = [Prediction(f"new/{at}.jpg", "low", 0.9, abstains=moved > 0, id=f"{at:016x}")
            for at in range(n)]  # fmt: skip
    key = opened.current("predictions")
    assert key
    log.add(ScoredBatch(key, said, values, feature_names()))


def test_monitor_says_how_things_stand_before_and_after_drift(
    contrast: Contrast, taught: Path, tmp_path: Path
) -> None:
    empty = contrast("monitor", taught, "--log", tmp_path / "none", "--json")
    assert empty.code == 0
    assert empty.json["batches"] == []
    assert empty.json["since"] is None
    assert empty.json["drift"]["verdict"] == "not enough images"
    words = contrast("monitor", taught, "--log", tmp_path / "none").out
    assert "contrast predict" in words
    log_stream(MonitorLog(tmp_path / "log"), taught, 200, 2.0)
    arguments = ("monitor", taught, "--log", tmp_path / "log")
    said = contrast(*arguments, "--json")
    assert said.code == 0, "drift is an answer, not a failure"
    drift = said.json["drift"]
    assert drift["verdict"] == "drift"
    assert drift["mmd_p"] <= 0.01
    assert {"name", "psi", "expected", "ks_p"} <= set(drift["features"][0])
    assert drift["features"][0]["psi"] > 2 * drift["features"][0]["expected"]
    assert drift["abstaining"] == 1.0
    assert said.json["since"]
    assert len(said.json["batches"]) == 1
    assert said.json["showing"][0]["path"].startswith("new/")
    assert contrast(*arguments, "--fail-on-drift").code == 1
    words = contrast(*arguments).out
    assert words.startswith("drift")
    assert "deviations" in words
    assert "new/" in words


def test_monitor_scores_what_it_is_given_first(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path
) -> None:
    photographs(tmp_path / "new", 3, seed=5)
    (tmp_path / "new" / "broken.jpg").write_bytes(b"\xff\xd8")
    said = contrast("monitor", taught, tmp_path / "new", "--log", tmp_path / "log", "--json")
    (batch,) = said.json["batches"]
    assert (batch["images"], batch["problems"]) == (4, 1)
    assert said.json["images"] == 3


def test_without_a_model_it_is_said_what_to_do(
    contrast: Contrast, photographs: Write, tmp_path: Path
) -> None:
    workspace = tmp_path / "mine.contrast"
    assert contrast("scan", workspace, photographs(tmp_path / "photos", 1)[0]).code == 0
    for command in (["monitor", workspace], ["watch", tmp_path, "--model", workspace, "--once"]):
        said = contrast(*command)
        assert said.code == 1
        assert "contrast pseudo-label" in said.err
    assert contrast("monitor", tmp_path / "nothing").code == 1


@pytest.mark.usefixtures("quick")
def test_watch_scores_what_arrived_once_and_a_changed_file_again(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path
) -> None:
    incoming, out = tmp_path / "in", tmp_path / "out.jsonl"
    first = photographs(incoming / "deeper", 3, seed=5)
    (incoming / ".hidden.jpg").write_bytes(b"half")
    (incoming / "movie.part").write_bytes(b"half")
    (incoming / "broken.jpg").write_bytes(b"\xff\xd8")
    arguments = ("watch", incoming, "--model", taught, "--out", out, "--log", tmp_path / "log",
                 "--once", "--json")  # fmt: skip
    said = contrast(*arguments)
    assert said.code == 0
    assert (said.json["scored"], said.json["problems"]) == (3, 1)
    assert contrast(*arguments).json["scored"] == 0
    photographs(incoming / "deeper", 4, seed=6)  # three of them under the names of before
    assert contrast(*arguments).json["scored"] == 4
    found = rows_of(out)
    assert len(found) == 8
    assert [bool(row["problem"]) for row in found].count(True) == 1
    assert {row["path"] for row in found[:4]} == {*map(str, first), str(incoming / "broken.jpg")}
    log = MonitorLog(tmp_path / "log")
    assert [one.images for one in log.batches()] == [4, 4]
    assert log.images() == 7
    assert all(row.thumbnail for row in log.latest(10))


@pytest.mark.usefixtures("quick")
def test_watch_goes_on_where_the_log_cannot_be_written(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path
) -> None:
    photographs(tmp_path / "in", 2, seed=5)
    (tmp_path / "log").write_text("no folder", encoding="utf-8")
    said = contrast("watch", tmp_path / "in", "--model", taught, "--log", tmp_path / "log",
                    "--out", tmp_path / "out.jsonl", "--once", "--json")  # fmt: skip
    assert said.code == 0
    assert said.json["scored"] == 2
    assert said.json["log_problem"]
    assert "not logged" in said.err


def test_a_file_is_whole_once_it_does_not_change_between_two_looks(tmp_path: Path) -> None:
    growing, whole = tmp_path / "growing.jpg", tmp_path / "whole.jpg"
    whole.write_bytes(b"all")
    growing.write_bytes(b"a")
    arrivals = Arrivals(tmp_path)
    assert arrivals.look() == ([], 2)
    growing.write_bytes(b"ab")
    found, coming = arrivals.look()
    assert [Path(one.path).name for one in found] == ["whole.jpg"]
    assert coming == 1
    found, coming = arrivals.look()
    assert len(found) == 2
    assert coming == 0
    growing.unlink()
    assert len(arrivals.look()[0]) == 1


def test_an_answer_cut_short_by_a_crash_is_cut_off_and_given_again(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    one, other = Arrival("one.jpg", 3, 5), Arrival("other.jpg", 4, 6)
    Answers(out).add([(one, Prediction("one.jpg")), (other, Prediction("other.jpg"))], "m", "now")
    whole = out.read_bytes()
    for cut in (1, 20, len(whole.splitlines(keepends=True)[1])):
        out.write_bytes(whole[:-cut])
        answers = Answers(out)
        assert answers.knows(one)
        assert not answers.knows(other)
        answers.add([(other, Prediction("other.jpg"))], "m", "now")
        assert out.read_bytes() == whole
    assert not answers.knows(Arrival("one.jpg", 3, 7)), "written again since"


def test_a_file_of_something_else_is_not_written_to(tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("my notes\n", encoding="utf-8")
    with pytest.raises(WorkspaceError, match="name another --out"):
        Answers(mine)
    assert mine.read_text(encoding="utf-8") == "my notes\n"


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
def test_watch_killed_and_started_again_leaves_nothing_out_and_ends_when_asked(
    taught: Path, photographs: Write, tmp_path: Path
) -> None:
    incoming, out = tmp_path / "in", tmp_path / "out.jsonl"
    names = {str(path) for path in photographs(incoming, 105, seed=5)}
    command = [sys.executable, "-m", "contrast_engine", "watch", str(incoming), "--model",
               str(taught), "--out", str(out), "--log", str(tmp_path / "log"), "--every", "1"]  # fmt: skip

    def until(count: int, process: subprocess.Popen[bytes]) -> None:
        for _ in range(1200):
            if out.exists() and len(out.read_bytes().splitlines()) >= count:
                return
            assert process.poll() is None
            time.sleep(0.1)
        pytest.fail("nothing was scored in two minutes")

    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as first:
        until(100, first)
        first.kill()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as second:
        until(105, second)
        second.send_signal(signal.SIGINT)
        assert b"could not be scored" in second.communicate(timeout=60)[0]
        assert second.returncode == 0
    found = [row["path"] for row in rows_of(out)]
    assert len(found) == len(set(found)) == 105
    assert set(found) == names
    assert MonitorLog(tmp_path / "log").images() == 105

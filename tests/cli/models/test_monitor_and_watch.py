"""The model at work every night: a folder that is watched, and what monitoring says of it."""

import dataclasses
import json
import shutil
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from contrast_engine import Workspace
from contrast_engine.cli import main
from contrast_engine.cli.models import watch as watching
from contrast_engine.errors import WorkspaceError
from contrast_engine.features import feature_names, measure_image
from contrast_engine.images import read_image
from contrast_engine.monitor import MonitorLog, ScoredBatch
from contrast_engine.predict import Prediction, PredictionModel
from contrast_engine.predict.model_file import write_model
from contrast_engine.predict.scoring.arrivals import Answers, Arrival, Arrivals
from contrast_engine.predict.scoring.batch_log import BatchLog
from contrast_engine.predict.scoring.predict_files import predict_uploads
from tests.cli.conftest import Contrast

pytestmark = pytest.mark.slow

Write = Callable[..., list[Path]]


@pytest.fixture(scope="module")
def taught(photographs: Write, made_once: Callable[..., Path]) -> Path:
    """A workspace with a model that learnt from sixty small images; what it scores is in a log."""

    def fill(folder: Path) -> None:
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


class Killed(BaseException):
    """The end of a process that nobody can catch."""


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "when", ["before the log", "before the answers", "within them", "at the end"]
)
def test_watch_killed_and_started_again_leaves_nothing_out_and_does_nothing_twice(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, when: str,
) -> None:  # fmt: skip
    incoming, out = tmp_path / "in", tmp_path / "out.jsonl"
    names = {str(path) for path in photographs(incoming, 5, seed=5)}
    command = ("watch", incoming, "--model", taught, "--out", out, "--log", tmp_path / "log",
               "--once", "--json")  # fmt: skip
    monkeypatch.setattr(watching, "TOGETHER", 2)
    calls = []

    def dying(of: type, name: str, after: bool = False) -> None:
        real = getattr(of, name)

        def call(self: object, *given: object, **more: object) -> object:
            calls.append(name)
            if len(calls) == 2 or name == "end":
                if after:
                    real(self, *given, **more)
                raise Killed
            return real(self, *given, **more)

        monkeypatch.setattr(of, name, call)

    with monkeypatch.context():
        if when == "before the log":
            dying(BatchLog, "write")
        elif when == "at the end":
            dying(BatchLog, "end")
        else:
            dying(Answers, "add", after=when == "within them")
        with pytest.raises(Killed):
            contrast(*command)
    monkeypatch.undo()
    monkeypatch.setattr(watching, "SETTLING", 0.05)
    monkeypatch.setattr(watching, "TOGETHER", 2)
    if when == "within them":
        out.write_bytes(out.read_bytes()[:-9])
    photographs(tmp_path / "more", 1, seed=9)[0].rename(incoming / "more.jpg")
    assert contrast(*command).code == 0
    found = [row["path"] for row in rows_of(out)]
    assert len(found) == len(set(found)) == 6
    assert set(found) == {*names, str(incoming / "more.jpg")}
    log = MonitorLog(tmp_path / "log")
    assert log.images() == 6
    assert [run.new for run in log.runs(log.batches()[0].model)] == [6]


def nights(monkeypatch: pytest.MonkeyPatch, *done: Callable[[], object]) -> None:
    """What happens while `contrast watch` waits, time after time; then it is asked to end."""
    waits = iter([*done, lambda: signal.raise_signal(signal.SIGTERM)])
    monkeypatch.setattr(watching, "time", SimpleNamespace(sleep=lambda _: next(waits)()))


def test_watch_goes_on_with_the_model_that_took_the_place_of_its_own(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    incoming, out, path = tmp_path / "in", tmp_path / "out.jsonl", tmp_path / "model.contrast"
    model = PredictionModel.of(Workspace.open(taught))
    write_model(model, path)
    other = dataclasses.replace(model, key=model.key[::-1])
    photographs(incoming, 1, seed=5)

    def arrives(name: str) -> None:
        photographs(tmp_path / "more", 1, seed=len(name))[0].rename(incoming / f"{name}.jpg")

    nights(
        monkeypatch, lambda: None,
        lambda: (path.write_bytes(b"half of a mod"), arrives("while it is damaged")),
        lambda: None,
        lambda: (path.unlink(), arrives("while it is gone")), lambda: None,
        lambda: (write_model(other, path), arrives("afterwards")), lambda: None,
    )  # fmt: skip
    said = contrast("watch", incoming, "--model", path, "--out", out, "--json")
    assert said.code == 0
    assert [row["model"] for row in rows_of(out)] == [model.key] * 3 + [other.key]
    assert said.json["model"] == other.key
    assert said.err.count("going on with the model of before") == 1
    assert said.err.count(f"the model was replaced: going on with {other.key[:12]}") == 1
    log = MonitorLog(tmp_path / "model.contrast.log")
    assert [run.new for run in log.runs(model.key)] == [1, 1, 1]
    assert [run.new for run in log.runs(other.key)] == [1]


def test_watch_of_a_workspace_goes_on_with_its_model_of_now(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    workspace = tmp_path / "mine.contrast"
    shutil.copytree(taught, workspace)
    incoming = tmp_path / "in"
    photographs(incoming, 1, seed=5)

    def trained_again() -> None:
        assert main(["pseudo-label", str(workspace), "--method", "one_nn", "--seed", "5"]) == 0
        photographs(tmp_path / "more", 1, seed=6)[0].rename(incoming / "more.jpg")

    nights(monkeypatch, lambda: None, trained_again, lambda: None)
    out = tmp_path / "out.jsonl"
    assert contrast("watch", incoming, "--model", workspace, "--out", out).code == 0
    first, second = (row["model"] for row in rows_of(out))
    assert first == Workspace.open(taught).current("predictions")
    assert second == Workspace.open(workspace).current("predictions") != first


DOORS = (
    ("predict", "--model", "MODEL", "in", "alone/photo_0000.jpg", "sub/one.zip", "list.csv"),
    (
        "predict",
        "--model",
        "MODEL",
        "in",
        "alone/photo_0000.jpg",
        "sub/one.zip",
        "list.csv",
        "--out",
        "scores.csv",
    ),
    ("monitor", "MODEL", "in", "alone/photo_0000.jpg", "sub/one.zip", "list.csv"),
    ("watch", "in", "--model", "MODEL", "--once"),
)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_the_log_knows_files_by_their_full_paths_and_every_door_takes_the_same(
    contrast: Contrast, taught: Path, photographs: Write, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, door: tuple[str, ...],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    files = set(photographs(tmp_path / "in" / "deeper", 2, seed=5))
    alone = photographs(tmp_path / "alone", 1, seed=8)[0]
    listed = photographs(tmp_path / "listed", 1, seed=6)[0]
    (tmp_path / "list.csv").write_text("path\nlisted/photo_0000.jpg\n", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    with zipfile.ZipFile("sub/one.zip", "w") as archive:
        archive.write(photographs(tmp_path / "zipped", 1, seed=7)[0], "a.jpg")
    said = contrast(*(taught if part == "MODEL" else part for part in door), "--log", "log")
    assert said.code == 0, said.err
    log = MonitorLog(tmp_path / "log")
    found = {Path(row.path) for row in log.latest(10)}
    more = set() if "watch" in door else {listed, alone, tmp_path / "sub" / "one.zip" / "a.jpg"}
    assert found == files | more
    assert [run.new for run in log.runs(log.batches()[0].model)] == [len(found)], "one run"


def test_an_upload_stays_what_it_is_called_whatever_lies_in_the_folder(
    taught: Path, photographs: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "mine.contrast"
    shutil.copytree(taught, workspace)
    monkeypatch.chdir(photographs(tmp_path / "new", 1, seed=5)[0].parent)
    data = Path("photo_0000.jpg").read_bytes()
    predict_uploads(Workspace.open(workspace), [("photo_0000.jpg", data)])
    (row,) = MonitorLog(workspace / "monitor").latest(5)
    assert row.path == "photo_0000.jpg"


@pytest.mark.usefixtures("quick")
def test_a_cheap_tier_measures_few_images_in_full_for_the_log(
    contrast: Contrast, taught: Path, tmp_path: Path
) -> None:
    model = PredictionModel.of(Workspace.open(taught))
    fast = dataclasses.replace(model.tiers["full"], name="fast", size=16)
    path = tmp_path / "model.contrast"
    write_model(dataclasses.replace(model, tiers={"fast": fast, **model.tiers}), path)
    said = contrast("watch", taught.parent / "photos", "--model", path, "--once", "--tier", "fast",
                    "--json")  # fmt: skip
    assert said.json["scored"] == 60
    log = MonitorLog(tmp_path / "model.contrast.log")
    rows = log.latest(60)
    assert 0 < len(rows) < 12, "one in twenty, by content"
    for row in rows:
        whole = measure_image(read_image(row.path, options=model.reading))
        assert row.features.tolist() == list(whole.values())
    assert "log one image in 20" in contrast("monitor", path).out

"""Jobs: real processes, watched from anywhere, and always with a last word."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from contrast_engine.errors import JobError, UnknownName
from contrast_engine.jobs import JobFiles, JobRunner, process
from contrast_engine.jobs.status import LOADING
from contrast_engine.pace import pace_of
from contrast_engine.progress import Cancelled, in_parts
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import locked
from contrast_engine.worker import JobProgress, main

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path / "w.contrast")


@pytest.fixture
def runner(workspace):
    return JobRunner(workspace)


MANY = 250


@pytest.fixture
def many(made_once, photographs):
    """A folder that takes a few seconds to scan."""
    return str(made_once("many", lambda folder: photographs(folder, MANY, side=320)))


def wait(runner, job, until=lambda status: status.is_over, seconds=60):
    deadline = time.monotonic() + seconds
    while not until(status := runner.status(job)):
        assert time.monotonic() < deadline, f"still {status}"
        time.sleep(0.02)
    return status


def begun(status):
    return status.is_over or status.done > 2


@pytest.mark.slow
def test_a_job_gives_what_the_step_gives(runner, workspace, tmp_path, photographs):
    photographs(tmp_path / "photos", 4)
    status = wait(runner, runner.submit("scan", paths=[tmp_path / "photos"]))
    assert (status.state, status.error) == ("done", None)
    assert status.result["images"] == 4
    assert (status.step, status.params) == ("scan", {"paths": [str(tmp_path / "photos")]})
    assert len(workspace.images) == 4
    measured = wait(runner, runner.submit("measure"))
    assert measured.result["key"] == workspace.current("features")
    assert [s.step for s in JobRunner(workspace).jobs()] == ["measure", "scan"]
    assert runner.running() is None


def test_a_step_that_refuses_gives_its_own_words(runner):
    status = wait(runner, runner.submit("measure"))
    assert status.state == "failed"
    assert status.error.startswith("there are no readable images in this workspace")


def test_an_unexpected_error_is_told_with_its_log(runner, workspace):
    job = runner.submit("measure", nonsense=3)
    status = wait(runner, job)
    assert status.state == "failed"
    assert status.error.startswith("an unexpected error: ")
    assert status.error.endswith(f"see jobs/{job}.log")
    assert "Traceback" in (workspace.root / "jobs" / f"{job}.log").read_text()


def test_an_unknown_step_or_job_is_refused(runner):
    with pytest.raises(UnknownName, match="no step 'scam' to run; there are: scan"):
        runner.submit("scam")
    for job in ("0" * 16, "../../etc/passwd", ""):
        for ask in (runner.status, runner.cancel, runner.events):
            with pytest.raises(JobError, match="no job"):
                ask(job)


@pytest.mark.slow
def test_a_job_started_twice_is_one_job_for_everyone(runner, workspace, many):
    job = runner.submit("scan", paths=[many])
    assert JobRunner(Workspace(workspace.root)).submit("scan", paths=[many]) == job
    assert runner.running("scan").id == job
    assert runner.running("measure") is None
    wait(runner, job)
    again = runner.submit("scan", paths=[many])
    assert again != job
    runner.cancel(again)


@pytest.mark.slow
def test_a_cancelled_job_stops_and_keeps_what_it_had(runner, workspace, many):
    job = runner.submit("scan", paths=[many])
    wait(runner, job, begun)
    JobRunner(Workspace(workspace.root)).cancel(job)  # from another tab
    assert wait(runner, job, seconds=10).state == "cancelled"
    assert 0 < len(workspace.images) < MANY
    runner.cancel(job)  # once more is no mistake
    assert runner.status(job).state == "cancelled"


@pytest.mark.slow
def test_a_job_that_does_not_hear_is_stopped_after_its_patience(runner, workspace, many):
    job = runner.submit("scan", paths=[many])
    status = wait(runner, job, begun)
    assert status.state == "running"
    pid = json.loads((workspace.root / "jobs" / f"{job}.json").read_text())["pid"]
    os.kill(pid, signal.SIGSTOP)
    begin = time.monotonic()
    runner.cancel(job)
    assert not runner.status(job).is_over, "the page does not wait"
    assert wait(runner, job, seconds=15).state == "cancelled"
    assert time.monotonic() - begin > 2.5


@pytest.mark.slow
def test_a_killed_job_is_lost_says_so_and_can_be_started_again(runner, workspace, many):
    job = runner.submit("scan", paths=[many])
    wait(runner, job, begun)
    pid = json.loads((workspace.root / "jobs" / f"{job}.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    status = wait(JobRunner(Workspace(workspace.root)), job)
    assert status.state == "lost"
    assert "start it again" in status.error
    again = runner.submit("scan", paths=[many])
    assert again != job
    assert wait(runner, again).result["images"] == MANY


@pytest.mark.slow
def test_a_job_outlives_the_process_that_started_it(workspace, many):
    code = """
import sys
from contrast_engine.jobs import JobRunner
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import locked
print(JobRunner(Workspace(sys.argv[1])).submit("scan", paths=[sys.argv[2]]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, workspace.root, many],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
    runner = JobRunner(workspace)
    job = done.stdout.strip()
    assert not runner.status(job).is_over
    assert wait(runner, job).result["images"] == MANY


@pytest.mark.slow
def test_a_running_job_says_how_far_it_is(runner, many):
    job = runner.submit("scan", paths=[many])
    seen = []
    while not (status := runner.status(job)).is_over:
        seen.append(status)
        time.sleep(0.05)
    assert status.state == "done"
    done = [s.done for s in seen]
    assert done == sorted(done)
    assert {s.total for s in seen} <= {0, MANY}


@pytest.mark.slow
def test_the_time_left_follows_from_this_part_of_the_step_alone(runner, workspace):
    files, progress = progress_of(workspace)
    with locked(files.lock, "held"):  # as the job's process would
        progress.tick(900, 1000, "an earlier part")
        begin = time.monotonic()
        progress.tick(20, 100, "resumed at twenty")
        assert runner.status("0123456789abcdef").eta_seconds is None
        time.sleep(1.2)
        progress.tick(60, 100, "forty in a second or so")
        took = time.monotonic() - begin
        assert 0.9 <= runner.status("0123456789abcdef").eta_seconds <= took + 0.1


def test_a_job_says_in_words_what_it_does_and_how_long_from_its_first_moment(runner, workspace):
    files, progress = progress_of(workspace)
    with locked(files.lock, "held"):
        status = runner.status("0123456789abcdef")
        assert (status.note, status.eta_seconds) == (LOADING, None)
        progress.expect("cluster kmeans", 1_000, 60.0)
        progress.tick(0, 0, "loading the space", overall=0.0)
        progress.write()
        status = runner.status("0123456789abcdef")
        assert (status.note, status.overall) == ("loading the space", 0)
        assert 55 < status.eta_seconds <= 60


@pytest.mark.slow
def test_the_time_left_is_that_of_all_parts_where_a_step_says_so(runner, workspace):
    files, progress = progress_of(workspace)
    with locked(files.lock, "held"):
        first, second = in_parts(progress, 1, 3)
        first.tick(0, 10)
        time.sleep(1.2)
        first.tick(10, 10)
        progress.write()
        status = runner.status("0123456789abcdef")
        assert status.overall == 0.25
        assert 3 * 0.9 <= status.eta_seconds <= 3 * 1.6
        second.tick(1, 2)
        progress.write()
        assert runner.status("0123456789abcdef").overall == 0.625
        assert not files.metrics.exists(), "how far it is, is no curve"


@pytest.mark.slow
def test_where_locks_are_not_inherited_a_new_job_is_never_taken_for_lost(
    runner, workspace, many, monkeypatch
):
    monkeypatch.setattr("contrast_engine.jobs.process.HANDS_OVER", False)
    job = runner.submit("scan", paths=[many])
    seen = {JobRunner(Workspace(workspace.root)).status(job).state}
    status = wait(runner, job, lambda s: seen.add(s.state) or s.is_over)
    assert status.result["images"] == MANY
    assert seen == {"queued", "running", "done"}
    again = runner.submit("measure")
    wait(runner, again, begun)
    pid = json.loads((workspace.root / "jobs" / f"{again}.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    assert wait(runner, again, seconds=10).state == "lost"


@pytest.mark.parametrize(("seconds", "state"), [(30, "queued"), (-1, "lost")])
def test_a_worker_that_takes_its_own_lock_has_a_while_to_do_so(runner, workspace, seconds, state):
    files, _ = progress_of(workspace)
    order = json.loads(files.status.read_text())
    del order["pid"]
    order |= {"state": "queued", "alive_until": time.time() + seconds}
    files.status.write_text(json.dumps(order))
    assert runner.status("0123456789abcdef").state == state
    assert "alive_until" not in JobProgress(files, order)._value


def progress_of(workspace):
    files = JobFiles(workspace, "0123456789abcdef")
    order = {"id": "0123456789abcdef", "step": "scan", "params": {}, "started": time.time()}
    return files, JobProgress(files, order)


def test_every_tick_with_metrics_is_one_event(runner, workspace):
    files, progress = progress_of(workspace)
    progress.tick(0, 9, "reading")
    for step in range(1, 6):
        progress.tick(step, 9, "training", loss=1 / step, accuracy=float("nan"))
    events = runner.events("0123456789abcdef")
    assert [e["done"] for e in events] == [1, 2, 3, 4, 5]
    assert events[3]["loss"] == 0.25
    assert events[3]["accuracy"] is None
    assert [e["done"] for e in runner.events("0123456789abcdef", since=3)] == [4, 5]
    with files.metrics.open("a") as file:
        file.write('{"t": 3, "do')
    assert len(runner.events("0123456789abcdef")) == 5


def test_the_status_is_written_a_few_times_a_second_not_at_every_tick(workspace):
    files, progress = progress_of(workspace)
    stamps = set()
    begin = time.monotonic()
    for step in range(3000):
        progress.tick(step, 3000)
        stamps.add(files.status.stat().st_mtime_ns)
    assert len(stamps) <= 2 + (time.monotonic() - begin) / 0.25


def test_the_cancel_flag_is_heard_at_the_next_tick(workspace):
    files, progress = progress_of(workspace)
    progress.tick(1, 2)
    files.cancel.touch()
    with pytest.raises(Cancelled):
        progress.tick(2, 2)


def test_a_job_whose_process_never_was_is_lost(runner, workspace):
    progress_of(workspace)
    assert runner.status("0123456789abcdef").state == "lost"


def test_a_worker_runs_one_job_only_once_at_a_time(workspace, monkeypatch):
    files, _ = progress_of(workspace)
    monkeypatch.setattr(os, "nice", lambda step: 0)
    assert main([str(workspace.root), "0123456789abcdef"]) == 1  # scan without a folder
    assert json.loads(files.status.read_text())["error"].startswith("nothing was scanned")
    assert files.is_alive()  # this process still holds it
    with pytest.raises(JobError, match="running already"):
        main([str(workspace.root), "0123456789abcdef"])


def test_old_jobs_are_forgotten_and_one_under_way_never_is(runner, workspace, monkeypatch):
    monkeypatch.setattr("contrast_engine.jobs.runner.REMEMBERED", 2)
    names = [f"{number:016x}" for number in range(5)]
    for name in names:
        files = JobFiles(workspace, name)
        files.status.parent.mkdir(exist_ok=True)
        record = {"id": name, "step": "scan", "params": {}, "state": "done", "started": 1.0}
        files.status.write_text(json.dumps(record))
        files.log.write_text("a line")
    running = JobFiles(workspace, names[0])
    running.status.write_text(json.dumps(record | {"id": names[0], "state": "running"}))
    with locked(running.lock, "it runs"):
        new = runner.submit("measure")
        assert [status.id for status in runner.jobs()] == [new, *names[:2:-1], names[0]]
    assert not list((workspace.root / "jobs").glob(f"{names[1]}*"))
    wait(runner, new)


def test_the_record_of_a_job_cannot_have_another_process_ended(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w.contrast")
    (workspace.root / "jobs").mkdir()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    files = JobFiles(workspace, "00000000000000aa")
    try:
        order = {"id": "00000000000000aa", "step": "scan", "params": {}, "state": "running",
                 "started": time.time(), "pid": bystander.pid}  # fmt: skip
        files.status.write_text(json.dumps(order))
        files.lock.touch()
        with FileLock(files.lock):  # somebody holds the file that is to say that it lives
            assert files.is_alive()
            process.stop(files)
            time.sleep(0.3)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("until", [1e300, float("inf"), "never", [1], None])
def test_the_record_of_a_job_cannot_say_that_it_runs_for_ever(
    until: object, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "w.contrast")
    (workspace.root / "jobs").mkdir()
    files = JobFiles(workspace, "00000000000000aa")
    order = {"id": "00000000000000aa", "step": "scan", "params": {}, "state": "queued",
             "started": 1.0, "alive_until": until}  # fmt: skip
    files.status.write_text(json.dumps(order))
    assert JobRunner(workspace).running() is None


@pytest.mark.slow
def test_a_job_says_how_much_and_how_long_before_its_process_has_begun(runner, workspace):
    features = workspace.root / "features"
    features.mkdir(exist_ok=True)
    (features / "current").write_text("00000000000000ab")
    (features / "00000000000000ab.json").write_text(json.dumps({"rows": 240}))
    known = pace_of("validate", 240)
    status = runner.status(runner.submit("validate"))
    assert (status.total, status.done, status.note) == (240, 0, LOADING)
    assert known.of_command - 2 < status.eta_seconds <= known.of_command
    assert wait(runner, status.id).eta_seconds is None, "it found no features, and is over"

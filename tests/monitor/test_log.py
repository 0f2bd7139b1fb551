"""The log of scored batches: nothing said to be saved is lost, and the sample is a fair one."""

import contextlib
import os
import signal
import sqlite3

import numpy as np
import pytest
from scipy import stats

from contrast_engine.errors import OptionError, WorkspaceError
from contrast_engine.images import LinearImage
from contrast_engine.monitor import MonitorLog, ScoredBatch, feature_table
from contrast_engine.monitor.batch import set_size
from contrast_engine.monitor.thumbnail import small_jpeg
from tests.monitor.saying import Said

COLUMNS = ("a", "b")


def batch(numbers, model="m", **rest):
    """A batch of images named by numbers; the features of one are its number and its half."""
    said = [Said(f"{n}.jpg", f"{n:016x}") for n in numbers]
    values = np.array([(n, n / 2) for n in numbers], float).reshape(-1, 2)
    return ScoredBatch(model, said, values, COLUMNS, **rest)


def test_what_was_added_comes_back(tmp_path):
    jpeg = small_jpeg(LinearImage(np.full((300, 200, 3), 0.5)))
    said = [
        Said("a.jpg", "0" * 16, "low", 0.8, {"low": 0.8, "high": 0.2}, True, 3),
        Said("b.jpg", problem="not an image"),
        Said("c.jpg", None, "high", 0.95, {"low": 0.05, "high": 0.95}),
    ]
    values = np.array([[1.5, -2], [np.nan, np.nan], [3, 4]])
    log = MonitorLog(tmp_path / "log")
    given = ScoredBatch("m", said, values, COLUMNS, "fast", thumbnails=(jpeg, None, None))
    assert log.add(given) == 1
    first, second = log.latest(10)
    assert (first.place, first.batch, first.model, first.id) == (1, 1, "m", "0" * 16)
    assert (first.path, first.label, first.probability) == ("a.jpg", "low", 0.8)
    assert (first.abstains, first.cluster, first.set_size) == (True, 3, 2)
    assert first.thumbnail == jpeg
    assert second.id is None
    assert second.thumbnail is None
    assert feature_table([first, second], ("b", "a")).tolist() == [[-2, 1.5], [4, 3]]
    (one,) = log.batches()
    assert (one.images, one.scored, one.new, one.abstained, one.problems) == (3, 2, 2, 1, 1)
    assert one.labels == {"low": 1, "high": 1}
    assert one.set_size == 1.5
    assert one.tier == "fast"
    assert log.since("m") == one.at


@pytest.mark.parametrize(
    ("probabilities", "size"),
    [(None, None), ({}, None), ({"a": 1.0}, 1), ({"a": 0.9, "b": 0.1}, 1), ({"a": 0.6, "b": 0.4}, 2),
     ({"a": 0.4, "b": 0.3, "c": 0.3}, 3), ({"a": 0.89, "b": 0.11, "c": 0.0}, 2)],
)  # fmt: skip
def test_set_size_counts_the_labels_that_reach_nine_tenths(probabilities, size):
    assert set_size(probabilities) == size


def test_a_folder_without_a_log_is_empty_and_reading_it_makes_nothing(tmp_path):
    log = MonitorLog(tmp_path / "none")
    assert log.batches() == log.reservoir() == log.latest(5) == ()
    assert log.images() == log.images("m") == 0
    assert log.since("m") is None
    assert log.looks("m") == {}
    assert not list(tmp_path.iterdir())


def test_an_image_counts_once_under_a_model_and_every_file_in_its_batch(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch([1, 2, 2, 3]))
    log.add(batch([3, 4]))
    again = ScoredBatch(
        "m", [Said("moved.jpg", f"{1:016x}", "high")], np.array([[1, 0.5]]), COLUMNS
    )
    log.add(again)
    assert log.images("m") == log.images() == len(log.reservoir()) == 4
    assert [one.images for one in log.batches()] == [4, 2, 1]
    assert [one.new for one in log.batches()] == [3, 1, 0]
    renewed = log.latest(10)[0]
    assert (renewed.path, renewed.label, renewed.batch, renewed.place) == (
        "moved.jpg",
        "high",
        3,
        1,
    )


def test_after_retraining_images_count_anew_for_the_model_but_once_in_the_sample(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch(range(5), "old"))
    log.add(batch(range(3, 8), "new"))
    assert (log.images("old"), log.images("new"), log.images()) == (5, 5, 8)
    sample = {row.id: row.model for row in log.reservoir()}
    assert len(log.reservoir()) == len(sample) == 8
    assert sample[f"{3:016x}"] == "new"
    assert sample[f"{0:016x}"] == "old"
    assert [row.place for row in log.latest(10, "new")] == [1, 2, 3, 4, 5]
    assert sorted(log.at("new", [2, 3, 9])) == [2, 3]
    assert len(log.batches("new")) == 1
    assert log.since("new") == log.batches("new")[0].at
    assert len(log.batches(last=1)) == 1


def test_images_without_content_are_never_taken_for_one_another(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(ScoredBatch("m", [Said("x"), Said("x")], np.zeros((2, 2)), COLUMNS))
    assert log.images() == 2


def test_a_batch_added_again_under_its_token_changes_nothing(tmp_path):
    log = MonitorLog(tmp_path)
    assert log.add(batch([1], token="night 1")) == log.add(batch([1], token="night 1")) == 1
    assert len(log.batches()) == 1


def test_an_empty_batch_is_a_batch(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch([]))
    assert [(one.images, one.set_size) for one in log.batches()] == [(0, None)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"features": np.zeros((1, 2))},
        {"features": np.full((2, 2), np.nan)},
        {"thumbnails": (b"\xff\xd8",)},
        {"thumbnails": (b"not a JPEG", None)},
        {"thumbnails": (b"\xff\xd8" + bytes(10**6), None)},
    ],
)
def test_parts_that_do_not_fit_are_refused_in_words(wrong):
    right = {"features": np.zeros((2, 2)), "thumbnails": ()}
    with pytest.raises(OptionError):
        ScoredBatch("m", [Said("a"), Said("b")], columns=COLUMNS, **right | wrong)


def test_only_the_latest_and_the_sample_are_kept(tmp_path):
    log = MonitorLog(tmp_path, reservoir=20, latest=10)
    jpeg = small_jpeg(LinearImage(np.full((8, 8, 3), 0.5)))
    for start in range(0, 200, 8):
        log.add(batch(range(start, start + 8), thumbnails=[jpeg] * 8))
    assert [int(row.id, 16) for row in log.latest(10)] == list(range(190, 200))
    assert len(log.reservoir()) == 20
    drawn = [row for run in log.runs("m") for row in log.of_run(run)]
    kept = {row.id for row in (*log.latest(10), *log.reservoir(), *drawn)}
    assert len(drawn) <= 24, "of runs that a look could still go back to"
    with contextlib.closing(sqlite3.connect(tmp_path / "log.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM images").fetchone() == (len(kept),)
        assert connection.execute("SELECT count(*) FROM thumbnails").fetchone() == (len(kept),)


def test_the_sample_is_uniform_over_all_images_ever_added(tmp_path):
    size, images, logs = 30, 120, 8
    taken = np.zeros(images)
    for number in range(logs):
        log = MonitorLog(tmp_path / str(number), reservoir=size, latest=0)
        names = np.random.default_rng(number).permutation(10**6)[:images]
        sizes = np.random.default_rng(number).integers(20, 60, 8)
        for part in np.split(names, np.cumsum(sizes)):
            if len(part):
                log.add(batch(part.tolist()))
        place = {f"{name:016x}": at for at, name in enumerate(names)}
        sample = [place[row.id] for row in log.reservoir()]
        assert len(set(sample)) == size
        taken[sample] += 1
    by_age = taken.reshape(10, -1).sum(axis=1)
    assert stats.chisquare(by_age).pvalue > 1e-3, by_age
    assert stats.chisquare(taken, np.full(images, taken.mean())).pvalue > 1e-3


def test_a_run_is_there_once_it_has_ended_and_then_as_one(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch([1, 2], run="night"))
    log.add(batch([9]))
    log.add(batch([3, 4, 2], run="night"))
    assert [run.new for run in log.runs("m")] == [1]
    for _ in range(2):
        log.end_run("m", "night")
    log.end_run("m", "never begun")
    assert [run.new for run in log.runs("m")] == [1, 4], "in the order in which they ended"
    first, _, third = log.batches()
    assert first.run == third.run
    assert [row.id for row in log.of_run(log.runs("m")[1])] == [f"{n:016x}" for n in (1, 2, 3, 4)]
    log.add(batch([5], run="night"))
    log.end_run("m", "night")
    assert [run.new for run in log.runs("m")] == [1, 4, 1], "a name may be used again"
    log.add(batch([5]))
    assert len(log.runs("m")) == 3, "nothing new"


def test_a_run_that_was_cut_short_goes_on_or_its_images_count_where_they_are_scored_again(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch(range(5), run="killed"))
    log.close()
    log = MonitorLog(tmp_path)
    log.add(batch(range(5, 8), run="killed"))
    assert log.runs("m") == ()
    log.add(batch(range(10), run="again"))
    log.end_run("m", "again")
    log.end_run("m", "killed")
    (run,) = log.runs("m")
    assert run.new == len(log.of_run(run)) == 10
    log.add(batch(range(10), run="once more"))
    log.end_run("m", "once more")
    assert log.runs("m") == (run,), "what has ended stays"


def test_of_a_run_longer_than_what_is_kept_images_are_drawn_evenly(tmp_path):
    counts = np.zeros(5)
    for number in range(4):
        log = MonitorLog(tmp_path / str(number), reservoir=20, latest=100)
        for start in range(0, 1000, 125):
            log.add(batch(range(number * 10**6 + start, number * 10**6 + start + 125), run="long"))
        log.end_run("m", "long")
        (run,) = log.runs("m")
        assert len(log.of_run(run)) == 100
        counts += np.bincount([(row.place - 1) // 200 for row in log.of_run(run)], minlength=5)
    assert stats.chisquare(counts).pvalue > 1e-3, counts
    log.add(batch(range(10**7, 10**7 + 120)))
    assert log.of_run(run) == (), "no look goes back so far, and of what is left most is the latest"


def test_the_same_batches_in_another_folder_give_the_same_sample(tmp_path):
    def sample(folder):
        log = MonitorLog(folder, reservoir=10)
        for start in range(0, 90, 30):
            log.add(batch(range(start, start + 30)))
        return [row.id for row in log.reservoir()]

    assert sample(tmp_path / "one") == sample(tmp_path / "other")


def test_what_a_look_found_stays_as_it_was_first_kept(tmp_path):
    log = MonitorLog(tmp_path)
    log.add(batch([1]))
    log.add_look("m", 100, {"verdict": "drift"})
    log.add_look("m", 100, {"verdict": "no drift"})
    log.add_look("unknown", 100, {})
    assert log.looks("m") == {100: {"verdict": "drift"}}


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WorkspaceError, match="could not be written"):
        MonitorLog(tmp_path / "log").add(batch([1]))


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "log").write_text("mine", encoding="utf-8")
    with pytest.raises(WorkspaceError):
        MonitorLog(tmp_path / "log").add(batch([1]))


def add_tens(folder, who, steps, said):
    """Batches of ten, each said once it is saved."""
    log = MonitorLog(folder, reservoir=50, latest=50)
    for step in range(steps):
        log.add(batch(range(who * 10**6 + step * 10, who * 10**6 + step * 10 + 10)))
        said(step)
    log.close()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no such processes")
def test_killed_or_side_by_side_nothing_said_to_be_saved_is_lost(tmp_path):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            add_tens(tmp_path, 2, 10**6, lambda _: os.write(writing, b"."))
        finally:
            os._exit(1)
    os.close(writing)
    saved = len(os.read(reading, 1))
    add_tens(tmp_path, 1, 15, lambda _: None)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(reading, "rb") as pipe:
        saved += len(pipe.read())
    log = MonitorLog(tmp_path, reservoir=50, latest=50)
    batches = log.batches()
    assert len(batches) - 15 in {saved, saved + 1}
    assert [one.number for one in batches] == list(range(1, len(batches) + 1))
    assert all((one.images, one.new) == (10, 10) for one in batches)
    assert log.images() == 10 * len(batches)
    assert len(log.reservoir()) == 50
    for row in (*log.latest(50), *log.reservoir()):
        assert feature_table([row], ["a"])[0, 0] == int(row.id, 16)
    log.add(batch([5]))
    log.close()
    with contextlib.closing(sqlite3.connect(tmp_path / "log.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

"""Looks at the log: when they are due, what is kept of them, and for which model."""

import numpy as np
import pytest

from contrast_engine.monitor import MonitorLog, ScoredBatch, monitored
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import ImageId, Vectors
from tests.monitor.saying import Said

COLUMNS = ("a", "b", "c")


def table(values):
    return Vectors(tuple(ImageId(f"{n:016x}") for n in range(len(values))), values, COLUMNS)


def raw(seed, n, shift=0.0):
    """Features of different units, one of them zero for half of the images, and alike."""
    values = np.random.default_rng(seed).normal(size=(n, 3)) + shift
    values[:, 1] += values[:, 0]
    return np.column_stack([np.exp(values[:, 0]), np.maximum(values[:, 1], 0), 100 * values[:, 2]])


class Model:
    """What a model keeps of the images that it learnt from, rounded as in a file."""

    scale = QuantileScaling.fit(table(raw(0, 400)))
    reference = table(scale.transform(table(raw(0, 400))).values.astype(np.float32))


def add(log, seed, n, *, shift=0.0, model="m", abstains=False):
    said = [Said(f"{seed}/{at}.jpg", f"{seed * 10**6 + at:016x}", abstains=abstains)
            for at in range(n)]  # fmt: skip
    log.add(ScoredBatch(model, said, raw(seed, n, shift), COLUMNS))


def look(log, model="m"):
    return monitored(log, model, Model.reference, Model.scale)


def test_before_the_first_look_nothing_is_said_and_nothing_kept(tmp_path):
    log = MonitorLog(tmp_path)
    assert look(log).verdict == "not enough images"
    assert look(log).since is None
    add(log, 1, 99, shift=3.0)
    found = look(log)
    assert (found.verdict, found.images, found.next_look) == ("not enough images", 99, 100)
    assert log.looks("m") == {}
    assert "run that passes 100" in found.evidence[0]


def test_looks_are_due_by_images_and_not_by_how_often_somebody_asks(tmp_path):
    log = MonitorLog(tmp_path)
    for night in range(1, 5):
        add(log, night, 60)
        for _ in range(3):
            found = look(log)
    assert list(log.looks("m")) == [120, 240], "after whole batches"
    assert (found.looked_at, found.next_look) == (240, 400)
    assert found.verdict == "no drift"
    assert not found.showing
    assert [one.images for one in found.batches] == [60] * 4


def test_drift_is_said_with_features_and_images_and_stays_until_a_look_says_otherwise(tmp_path):
    log = MonitorLog(tmp_path)
    add(log, 1, 150)
    assert look(log).verdict == "no drift"
    add(log, 2, 1050, shift=1.5, abstains=True)
    found = look(log)
    assert found.verdict == "drift"
    assert found.look == look(log).look
    assert {one.name for one in found.look.moved} == set(COLUMNS)
    assert all(row.path.startswith("2/") for row in found.showing)
    assert found.alarms == (1200,)
    assert found.looked_at == 1200
    assert "of the latest 1,050" in found.evidence[0]
    assert found.abstaining.value == 1
    assert found.abstaining_before.value == 0
    add(log, 3, 2000)
    after = look(log)
    assert after.verdict == "no drift"
    assert after.alarms[: len(found.alarms)] == found.alarms
    assert any("said drift" in line for line in after.evidence)


def test_a_value_that_many_images_share_is_the_same_in_the_file_and_among_the_new(tmp_path):
    log = MonitorLog(tmp_path)
    for night in range(1, 9):
        add(log, night, 125)
    shared = {one.name: one for one in look(log).look.features}["b"]
    assert not shared.has_moved
    assert shared.psi < 0.06


def test_a_model_that_was_trained_again_is_looked_at_from_its_own_first_image_on(tmp_path):
    log = MonitorLog(tmp_path)
    add(log, 1, 300, shift=2.0, model="old")
    assert look(log, "old").verdict == "drift"
    assert look(log, "new").verdict == "not enough images"
    add(log, 2, 100, model="new")
    found = look(log, "new")
    assert (found.verdict, found.images, found.all_batches) == ("no drift", 100, 1)
    assert found.since == log.batches("new")[0].at
    assert look(log, "old").verdict == "drift"


def test_the_same_folder_scored_every_night_makes_no_stream(tmp_path):
    log = MonitorLog(tmp_path)
    for _ in range(5):
        add(log, 1, 80, shift=3.0)
    found = look(log)
    assert (found.images, found.all_batches) == (80, 5)
    assert found.verdict == "not enough images"


def test_looks_whose_images_are_no_longer_kept_are_passed_over(tmp_path):
    log = MonitorLog(tmp_path, reservoir=20, latest=150)
    for night in range(1, 8):
        add(log, night, 100)
    found = look(log)
    assert list(log.looks("m")) == []
    assert found.next_look == 1000
    assert found.verdict == "not enough images"


KINDS = np.array([-1.5, -0.7, 0.0, 0.7, 1.5])


def of_kinds(random, n, shift=0.0):
    """(n, 3) features of images of five kinds, one kind after the other."""
    kind = np.sort(random.integers(len(KINDS), size=n))
    return random.normal(size=(n, 3)) * 0.6 + KINDS[kind, None] * [1, -1, 0.5] + shift


def scored_in_one_run(log, seed, night, values):
    """A folder in batches, as a long run hands them over."""
    name = f"night {night}"
    for start in range(0, len(values), 1000):
        part = values[start : start + 1000]
        said = [Said(f"{at}.jpg", f"{(seed * 100 + night) * 10**6 + start + at:016x}")
                for at in range(len(part))]  # fmt: skip
        log.add(ScoredBatch("m", said, part, COLUMNS, run=name))
    log.end_run("m", name)


def sorted_nights(folder, seed):
    """Whether a sorted folder is drift, and whether a second one is that differs."""
    random = np.random.default_rng(seed)
    learnt = table(of_kinds(random, 300))
    scale = QuantileScaling.fit(learnt)
    log = MonitorLog(folder)
    scored_in_one_run(log, seed, 1, of_kinds(random, 2500))
    calm = monitored(log, "m", scale.transform(learnt), scale)
    scored_in_one_run(log, seed, 2, of_kinds(random, 600, shift=[1.2, 0, 0]))
    moved = monitored(log, "m", scale.transform(learnt), scale)
    log.close()
    assert calm.look.of_new == 2500
    assert moved.look.of_new == 3100, "the second night, and the rest drawn from the first"
    return calm.verdict == "drift", moved.verdict == "drift"


@pytest.mark.slow
def test_a_folder_sorted_by_kind_is_no_drift_in_however_many_batches_it_comes(tmp_path):
    assert sorted_nights(tmp_path, 0) == (False, True)


@pytest.mark.thorough
def test_a_folder_sorted_by_kind_is_no_drift_in_nineteen_of_twenty(tmp_path):
    found = [sorted_nights(tmp_path / str(seed), seed) for seed in range(20)]
    calm, moved = np.sum(found, axis=0)
    assert calm <= 1
    assert moved >= 19


def test_images_of_a_run_that_has_not_ended_are_said_and_not_looked_at(tmp_path):
    log = MonitorLog(tmp_path)
    said = [Said(f"{at}.jpg", f"{at:016x}") for at in range(150)]
    log.add(ScoredBatch("m", said, raw(1, 150, 3.0), COLUMNS, run="tonight"))
    found = look(log)
    assert (found.verdict, found.waiting, found.images) == ("not enough images", 150, 150)
    assert found.next_look == 100
    assert "150 images of a run" in found.evidence[-1]
    log.end_run("m", "tonight")
    found = look(log)
    assert (found.verdict, found.waiting, found.looked_at) == ("drift", 0, 150)
    assert "of a run" not in " ".join(found.evidence)


def test_the_latest_answers_are_those_of_whole_runs(tmp_path):
    log = MonitorLog(tmp_path)
    for part, abstains in enumerate((True, False, False)):
        said = [Said(f"{at}.jpg", f"{part * 1000 + at:016x}", abstains=abstains)
                for at in range(500)]  # fmt: skip
        log.add(ScoredBatch("m", said, raw(part, 500), COLUMNS, run="tonight"))
    log.end_run("m", "tonight")
    found = look(log)
    assert (found.abstaining.count, found.abstaining.n) == (500, 1500)
    assert found.abstaining_before.n == 0


def test_files_that_come_sorted_by_kind_in_one_batch_are_no_drift(tmp_path):
    log = MonitorLog(tmp_path)
    values = raw(7, 400)
    values = values[np.argsort(values[:, 0])]  # the folders of a collection, one after the other
    said = [Said(f"{at}.jpg", f"{at:016x}") for at in range(400)]
    log.add(ScoredBatch("m", said, values, COLUMNS))
    found = look(log)
    assert (found.looked_at, found.verdict, found.alarms) == (400, "no drift", ())


def test_a_look_with_no_batches_of_this_version_of_the_features_still_answers(tmp_path):
    log = MonitorLog(tmp_path)
    said = [Said(f"{at}.jpg", f"{at:016x}") for at in range(120)]
    wider = np.column_stack([np.zeros(120), raw(1, 120)])
    log.add(ScoredBatch("m", said, wider, ("more", *COLUMNS)))
    assert look(log).verdict == "no drift", "columns are found by name"

"""Measuring: every image once, the same table every time, whatever happens in between."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.encoders import PRESETS
from contrast_engine.encoders.input_image import training_copy
from contrast_engine.errors import ModelError, NotEnoughData, UnknownName
from contrast_engine.features import FEATURE_VERSION, core_names, feature_names, measure_image
from contrast_engine.images import read_image
from contrast_engine.progress import Cancelled
from contrast_engine.steps import measure, scan, space
from contrast_engine.steps.collection import measure as measure_step
from contrast_engine.steps.collection import measured_rows as rows_of_features
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies
from contrast_engine.steps.structure.space_encoder import SpaceEncoder
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.training_cache import TrainingCache
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.progress import workflow_state

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, photographs):
    photographs(tmp_path / "photos", 5)
    return tmp_path / "photos"


@pytest.fixture
def workspace(tmp_path, folder):
    made = Workspace(tmp_path / "w.contrast")
    scan(made, [folder])
    return made


class Stopper:
    def __init__(self, at):
        self.at = at

    def tick(self, done, total, note="", **metrics):
        if done >= self.at:
            raise Cancelled


def test_every_image_is_measured_once(workspace):
    report = measure(workspace)
    assert (report.images, report.computed, report.problems) == (5, 5, ())
    assert report.features == feature_names()
    assert measure(workspace) == measure(workspace)
    assert measure(workspace).computed == 0
    assert measure(workspace).key == report.key == workspace.current("features")


def test_a_row_holds_what_measuring_the_file_itself_gives(workspace):
    table = workspace.load(measure(workspace).key)
    assert table.ids == tuple(sorted(workspace.images.ids))
    for image in table.ids:
        direct = measure_image(read_image(workspace.original(image)))
        assert table.row(image) == direct


def test_measuring_leaves_a_training_copy_of_every_image_from_the_same_decode(workspace, folder):
    measure(workspace)
    ids = tuple(sorted(workspace.images.ids))
    assert sorted(TrainingCache(workspace.root, USUAL_SIZE).ids()) == list(ids)
    made = [training_copy(read_image(workspace.original(image)).rgb, USUAL_SIZE) for image in ids]
    for path in folder.iterdir():
        path.unlink()
    there, pixels = copies(workspace, ids, USUAL_SIZE)  # nothing is decoded again
    assert there == ids
    assert np.array_equal(pixels, made)
    assert sorted(file.name for file in (workspace.root / "cache").iterdir()) == [
        f"{USUAL_SIZE}.json", f"{USUAL_SIZE}.npy",
    ]  # fmt: skip


def test_a_measuring_that_was_stopped_keeps_the_copies_it_made(workspace, folder):
    with pytest.raises(Cancelled):
        measure(workspace, progress=Stopper(3))
    first = TrainingCache(workspace.root, USUAL_SIZE).ids()
    assert 0 < len(first) < 5
    measure(workspace)
    ids = tuple(sorted(workspace.images.ids))
    for path in folder.iterdir():
        path.unlink()
    assert copies(workspace, ids, USUAL_SIZE)[0] == ids


def test_encoders_see_the_size_that_measuring_leaves_behind():
    assert {preset["size"] for preset in PRESETS.values()} == {USUAL_SIZE}


def test_only_new_images_are_measured_and_the_key_says_so(workspace, folder, photographs):
    first = measure(workspace)
    photographs(folder / "more", 2, seed=7)
    scan(workspace)
    second = measure(workspace)
    assert (second.images, second.computed) == (7, 2)
    assert second.key != first.key
    assert workspace.load(first.key).ids != workspace.load(second.key).ids


@pytest.mark.parametrize("count", [2, 3, 7])
def test_all_that_is_measured_is_the_same_bytes_for_any_number_of_workers(
    workspace, tmp_path, folder, count
):
    other = Workspace(tmp_path / "other")
    scan(other, [folder], workers=count)
    keys = measure(workspace, workers=1).key, measure(other, workers=count).key
    assert keys[0] == keys[1]
    ids = workspace.images.ids
    for each in (workspace, other):
        copies(each, ids, USUAL_SIZE)
    for name in (
        f"features/{keys[0]}.parquet", f"features/{keys[0]}.json", "images.parquet",
        f"cache/{USUAL_SIZE}.npy", f"cache/{USUAL_SIZE}.json",
    ):  # fmt: skip
        assert (workspace.root / name).read_bytes() == (other.root / name).read_bytes(), name
    pictures = [{i: each.thumbs.get(i) for i in ids} for each in (workspace, other)]
    assert pictures[0] == pictures[1]


def test_the_environment_says_how_many_images_are_measured_at_a_time(workspace, monkeypatch):
    most, inside = [], []

    def counted(image):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        try:
            return original(image)
        finally:
            inside.pop()

    original = measure_step.measured
    monkeypatch.setattr(measure_step, "measured", counted)
    monkeypatch.setenv("CONTRAST_WORKERS", "3")
    measure(workspace)
    assert max(most) == 3


def test_a_cancelled_run_keeps_its_rows_and_goes_on(workspace):
    with pytest.raises(Cancelled):
        measure(workspace, progress=Stopper(3))
    assert workspace.current("features") is None
    report = measure(workspace)
    assert (report.images, report.computed) == (5, 2)


def test_a_vanished_image_keeps_its_row(workspace, folder):
    first = measure(workspace)
    (folder / "photo_0000.jpg").unlink()
    scan(workspace)
    again = measure(workspace)
    assert (again.key, again.images, again.computed) == (first.key, 5, 0)


def test_an_image_that_vanished_before_it_was_measured_is_left_out(workspace, folder):
    (folder / "photo_0000.jpg").unlink()
    scan(workspace)
    report = measure(workspace)
    assert (report.images, report.problems) == (4, ())


def test_a_file_changed_since_the_scan_is_never_measured_under_the_old_name(workspace, folder):
    one, two = folder / "photo_0000.jpg", folder / "photo_0001.jpg"
    image = workspace.images.find(one)
    one.write_bytes(two.read_bytes())
    report = measure(workspace)
    assert report.images == 4
    assert [Path(problem.path).name for problem in report.problems] == ["photo_0000.jpg"]
    assert "changed since" in report.problems[0].reason
    assert image not in workspace.load(report.key).rows


def test_an_image_that_cannot_be_measured_is_a_problem_and_the_rest_is_measured(workspace):
    image = workspace.images.ids[2]
    measure(workspace)
    workspace.refuse(f"measure@{FEATURE_VERSION}", {image: "no number came out"})
    report = measure(workspace)
    assert report.images == 4
    assert [problem.reason for problem in report.problems] == ["no number came out"]
    assert image not in workspace.images
    assert [p.reason for p in scan(workspace).problems] == ["no number came out"]


def test_another_version_of_the_features_tries_refused_images_again(workspace):
    workspace.refuse("measure@0", {workspace.images.ids[2]: "no number came out"})
    assert len(workspace.images) == 4
    assert measure(workspace).images == 5


def test_nothing_scanned_says_what_to_do(tmp_path):
    with pytest.raises(NotEnoughData, match="scan a folder of images first"):
        measure(Workspace(tmp_path / "empty"))


def test_a_damaged_part_is_measured_again(workspace):
    before = workspace.load(measure(workspace).key)
    for part in (workspace.root / "features").glob("rows-*/part-*.parquet"):
        part.write_bytes(part.read_bytes()[:50])
    assert measure(workspace).computed == 0, "the table in use has their rows"
    (workspace.root / "features" / "current").unlink()
    report = measure(workspace)
    assert report.computed == 5
    assert np.array_equal(workspace.load(report.key).values, before.values)


@pytest.mark.slow
def test_many_parts_are_joined_and_nothing_is_lost(workspace, folder, photographs, monkeypatch):
    photographs(folder / "more", 40, seed=3)
    scan(workspace)
    monkeypatch.setattr(rows_of_features, "_PART_ROWS", 1)
    report = measure(workspace)
    parts = list((workspace.root / "features").glob("rows-*/part-*.parquet"))
    assert len(parts) == 1
    (workspace.root / "features" / f"{report.key}.json").unlink()
    assert measure(workspace) == measure(workspace)
    assert measure(workspace).computed == 0


def test_one_image_without_any_detail_is_measured_in_full(workspace, tmp_path, shared_data):
    scan(workspace, [shared_data / "bad_inputs" / "one_pixel.png"])
    table = workspace.load(measure(workspace).key)
    assert len(table) == 6
    assert np.isfinite(table.values).all()


def measured_by_an_earlier_version(workspace):
    """Make the current table of features one that version 2 would have left."""
    ids = tuple(sorted(workspace.images.ids))
    values = np.random.default_rng(0).random((len(ids), len(core_names())))
    key = workspace.save(
        Artifact("features", "measure@2", {}, ids), Vectors(ids, values, core_names())
    )
    workspace.make_current("features", key)


def test_values_of_an_earlier_version_are_never_mixed_with_new_ones(workspace):
    measured_by_an_earlier_version(workspace)
    state = workflow_state(workspace)
    assert (state.is_outdated, state.measured) == (True, 0)
    key = space(workspace, save=True).key
    with pytest.raises(ModelError, match="earlier version"):
        SpaceEncoder(workspace, key)
    measure(workspace)
    state = workflow_state(workspace)
    assert (state.is_outdated, state.measured) == (False, 5)
    assert SpaceEncoder(workspace, space(workspace, save=True).key).known().ids == tuple(
        sorted(workspace.images.ids)
    )


def test_the_space_is_the_core_features_on_one_scale(workspace):
    with pytest.raises(NotEnoughData, match="measure them first"):
        space(workspace)
    report = measure(workspace)
    first = space(workspace)
    assert first.vectors.columns == core_names()
    assert first.name == "20 contrast features, quantile-scaled on 5 images"
    again = space(workspace, report.key)
    assert again.key == first.key
    assert np.array_equal(again.vectors.values, first.vectors.values)
    features = workspace.load(report.key)
    assert np.array_equal(first.scaling.transform(features).values, first.vectors.values)
    with pytest.raises(UnknownName):
        space(workspace, "0" * 16)


MEASURING = """
import sys
import importlib
from contrast_engine.steps import measure
from contrast_engine.store import Workspace
importlib.import_module("contrast_engine.steps.collection.measured_rows")._PART_ROWS = 5
class Teller:
    def tick(self, done, total, note="", **metrics):
        print(done, flush=True)
measure(Workspace(sys.argv[1]), progress=Teller())
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 12, 33])
def test_measuring_killed_at_any_moment_loses_at_most_the_last_part(
    workspace, folder, photographs, after
):
    photographs(folder / "more", 35, seed=3)
    scan(workspace)
    with subprocess.Popen(
        [sys.executable, "-c", MEASURING, workspace.root],
        cwd=REPOSITORY, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        done = 0
        while done < after:
            done = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        done = max([done, *map(int, process.stdout.read().split())])
    report = measure(Workspace(workspace.root))
    assert report.images == 40
    assert report.computed <= 40 - done + 5

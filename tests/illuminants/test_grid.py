"""The grid of networks: what is trained, what a table in the making says, what is compared."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.illuminants import grid
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.grid import (
    CELLS,
    Budget,
    Run,
    differences,
    folds_of,
    rows_of,
    runs_of,
)
from contrast_engine.illuminants.learned.network import NetworkModel, NetworkRecipe, train_network
from contrast_engine.illuminants.learned.probes import probe, probes
from contrast_engine.progress import Cancelled
from contrast_engine.steps.collection.scan import scan
from contrast_engine.steps.illuminants.grid import grid_key, illuminant_grid, partial_grid
from contrast_engine.store import Workspace
from tests.illuminants.test_learned_kernel import a_set


def test_every_combination_is_trained_on_every_fold_and_seed_before_the_next_seed() -> None:
    data = a_set(24)
    every = list(runs_of(folds_of(data, Budget(seeds=2)), Budget(seeds=2)))
    assert len(CELLS) == 8
    assert len(every) == len(set(every)) == 2 * 8 * 3
    assert {run.seed for run in every[:24]} == {0}


def made_up(data: object, budget: Budget) -> dict[Run, np.ndarray]:
    """Errors of 3 degrees, of 2 where the input is log, by a little more in later pictures."""
    folds = folds_of(data, budget)
    return {
        run: (2.0 if run.cell.input == "log" else 3.0)
        + 0.1 * run.seed
        + 0.01 * np.flatnonzero(folds == run.fold)
        for run in runs_of(folds, budget)
    }


def test_a_table_in_the_making_says_how_far_it_is_and_compares_nothing() -> None:
    data, budget = a_set(24), Budget(seeds=2)
    results = made_up(data, budget)
    begun = dict(list(results.items())[:4])
    rows = rows_of(data, budget, begun)
    assert [row["n"] for row in rows] == [24, 8]
    assert [row["seeds"] for row in rows] == [1, 1]
    assert differences(data, budget, begun) == {}
    whole = rows_of(data, budget, results)
    assert len(whole) == 8
    assert {row["seeds"] for row in whole} == {2}
    for row in whole:
        wanted = (2.05 if row["input"] == "log" else 3.05) + 0.01 * 11.5
        assert row["mean"] == pytest.approx(wanted)
        assert row["best25"] <= row["median"] <= row["worst25"]
        assert row["low"] <= row["mean"] <= row["high"]


def test_log_is_compared_with_linear_image_by_image_with_an_interval() -> None:
    data, budget = a_set(24), Budget(seeds=2)
    found = differences(data, budget, made_up(data, budget))
    assert set(found) == {"input", "head", "pretraining"}
    assert found["input"]["mean"] == pytest.approx(-1)
    assert (found["input"]["first"], found["input"]["second"]) == ("linear", "log")
    assert found["input"]["n"] == 24
    within = found["input"]["within"]
    assert {(one["head"], one["pretraining"]) for one in within} == {
        (head, before) for head in ("frozen", "full") for before in ("contrastive", "none")
    }
    assert [one["mean"] for one in within] == pytest.approx([-1] * 4)
    assert found["input"]["high"] < 0
    assert "log errs less than linear, -1.00 degrees" in found["input"]["words"]
    assert "no difference beyond its interval" in found["head"]["words"]


def test_folds_by_camera_leave_out_each_camera_and_need_two() -> None:
    data = a_set(26)
    with pytest.raises(NotEnoughData, match="at least 2 cameras, got 1"):
        folds_of(data, Budget(folds="camera"))
    two = type(data)(data.images, data.valid, data.truths, data.files, ("a",) * 13 + ("b",) * 13)
    assert folds_of(two, Budget(folds="camera")).tolist() == [0] * 13 + [1] * 13
    with pytest.raises(OptionError, match="scene or camera"):
        Budget(folds="moon")
    with pytest.raises(NotEnoughData, match="outside every fold"):
        folds_of(a_set(9), Budget())


@pytest.mark.slow
def test_a_network_learns_lights_and_survives_being_saved() -> None:
    train, test = a_set(24), a_set(12, seed=1)
    recipe = NetworkRecipe(epochs=6, batch_size=8, dimensions=8, pretraining="none")
    model = train_network(train, recipe, 0)
    found = model.estimate(test)
    spread = angular_error(np.broadcast_to(train.truths.mean(axis=0), (12, 3)), test.truths).mean()
    assert angular_error(found, test.truths).mean() < 0.8 * spread
    again = NetworkModel.load(recipe.as_json(), model.arrays())
    assert np.array_equal(again.estimate(test), found)


@pytest.fixture
def workspace(tmp_path: Path, photographs) -> Workspace:
    photographs(tmp_path / "photos", 18, side=32)
    made = Workspace(tmp_path / "w.contrast")
    scan(made, [tmp_path / "photos"])
    return made


class StopLater:
    def __init__(self, after: int) -> None:
        self.left = after

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        if "seed" in note:
            self.left -= 1
        if self.left < 0:
            raise Cancelled


@pytest.mark.slow
def test_a_grid_that_was_stopped_goes_on_and_its_table_can_be_seen_before(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[str] = []

    class Still:
        def estimate(self, data):  # type: ignore[no-untyped-def]
            return np.ones((len(data), 3)) / 3**0.5

    def instead(data, recipe, seed, progress):  # type: ignore[no-untyped-def]
        trained.append(f"{recipe.input} {recipe.head} {recipe.pretraining} {seed} {len(data)}")
        return Still()

    monkeypatch.setattr(grid, "train_network", instead)
    key = grid_key(workspace, seeds=1, epochs=1)
    assert partial_grid(workspace, key) is None
    with pytest.raises(Cancelled):
        illuminant_grid(workspace, seeds=1, epochs=1, progress=StopLater(4))
    so_far = partial_grid(workspace, key)
    assert so_far is not None
    assert (so_far["done"], so_far["trainings"], len(so_far["rows"])) == (4, 24, 2)
    assert illuminant_grid(workspace, seeds=1, epochs=1) == key
    assert len(trained) == 24
    assert partial_grid(workspace, key) is None
    details = workspace.manifest(key).details
    assert len(details["rows"]) == 8
    assert details["is_synthetic"]
    assert details["differences"]["input"]["mean"] == 0
    assert illuminant_grid(workspace, seeds=1, epochs=1) == key
    assert len(trained) == 24
    shutil.rmtree(workspace.root)


def test_a_probe_finds_what_an_embedding_holds_and_chance_where_it_holds_nothing() -> None:
    random = np.random.default_rng(0)
    lights = np.exp(random.normal(0, 0.3, (60, 3)))
    scenes = random.normal(size=(60, 2))
    chroma = np.log(lights)[:, [0, 2]] - np.log(lights)[:, [1]]
    embedding = np.concatenate(
        [chroma @ random.normal(size=(2, 6)), random.normal(size=(60, 2))], 1
    )
    found = probes(embedding, lights, scenes)
    assert found.light.r2 > 0.95
    assert found.light.is_followed
    assert not found.scene.is_followed
    assert found.light.null < found.light.null_high < 0.3
    assert "follows the light more than the scene" in found.in_words
    assert probes(embedding, lights, scenes) == found
    other = probes(scenes, lights, scenes)
    assert "does not follow the light" in other.in_words
    with pytest.raises(NotEnoughData, match="20 images"):
        probe(embedding[:9], chroma[:9])

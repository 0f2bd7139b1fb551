import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from contrast_engine.encoders import Material, encoders
from contrast_engine.encoders.model import train_encoder, untrained
from contrast_engine.errors import ModelError
from contrast_engine.learning import training
from contrast_engine.learning.checkpoints import Checkpoint, load_weights, weights
from contrast_engine.learning.collapse import health
from contrast_engine.learning.devices import pick_device, seeded_weights
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.observer import SixPictures, Wish
from contrast_engine.learning.schedule import Plan, held_out_rows, schedule
from contrast_engine.learning.step_cost import faster_precision, seconds_a_step
from contrast_engine.learning.training import fit
from contrast_engine.progress import Cancelled
from contrast_engine.randomness import generator

PLAN = Plan(epochs=3, batch_size=8, seed=5)
TINY = {"size": 32, "batch_size": 8, "dimensions": 8}


def pictures(n: int = 24) -> np.ndarray:
    rng = generator(0, "training pictures")
    coarse = np.kron(rng.uniform(size=(n, 8, 8, 3)), np.ones((1, 4, 4, 1)))
    spread = rng.uniform(0.2, 1.0, size=(n, 1, 1, 1))
    return np.round(255 * (0.5 + spread * (coarse - 0.5))).astype(np.uint8)


class Kept:
    """A watcher that remembers everything and wishes what it is told to."""

    def __init__(self, *wishes: Wish) -> None:
        self.checkpoints: list[Checkpoint] = []
        self.epochs: list[tuple[int, dict[str, float], np.ndarray]] = []
        self.wishes = list(wishes)

    def epoch(
        self,
        number: int,
        metrics: dict[str, float],
        embedding: np.ndarray,
        six: SixPictures,
    ) -> None:
        self.six = six
        self.epochs.append((number, metrics, embedding))

    def keep(self, checkpoint: Checkpoint) -> None:
        self.checkpoints.append(checkpoint)

    def wish(self) -> Wish:
        return self.wishes.pop(0) if self.wishes else "go"


class StopAfter:
    """A progress that cancels once an epoch of this number is over."""

    def __init__(self, epoch: int) -> None:
        self.at, self.metrics = epoch, []

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        if metrics:
            self.metrics.append(metrics)
        if len(self.metrics) >= self.at and not metrics:
            raise Cancelled


def rank() -> Objective:
    return untrained(encoders["rank"].of(TINY), Material(pictures()), 5)


def same(one: Objective, two: Objective) -> bool:
    return all(np.array_equal(weights(two)[name], array) for name, array in weights(one).items())


@pytest.mark.slow
def test_a_cancelled_run_ends_with_the_same_weights_when_it_is_resumed() -> None:
    straight = rank()
    whole = fit(straight, pictures(), PLAN, device="cpu")
    stopped, watcher = rank(), Kept()
    with pytest.raises(Cancelled):
        fit(stopped, pictures(), PLAN, device="cpu", progress=StopAfter(2), watcher=watcher)
    kept = watcher.checkpoints[-1]
    assert kept.epoch == 2
    again = Checkpoint.of(kept.arrays, kept.as_json())
    resumed = rank()
    rest = fit(resumed, pictures(), PLAN, device="cpu", start=again)
    assert same(straight, resumed)
    assert not same(straight, stopped)
    assert rest.epochs == whole.epochs == 3
    assert [h["val_loss"] for h in rest.history] == [h["val_loss"] for h in whole.history]


@pytest.mark.slow
def test_every_epoch_tells_what_a_page_needs() -> None:
    progress, watcher = StopAfter(99), Kept()
    fit(rank(), pictures(), PLAN, device="cpu", progress=progress, watcher=watcher)
    assert len(progress.metrics) == len(watcher.epochs) == 3
    wanted = {
        "epoch", "loss", "val_loss", "spread", "effective_rank", "alignment", "uniformity",
        "collapsed", "images_per_second",
    }  # fmt: skip
    assert all(wanted <= set(metrics) for metrics in progress.metrics)
    assert all(math.isfinite(v) for metrics in progress.metrics for v in metrics.values())
    assert watcher.epochs[0][2].shape == (24, 8)


@pytest.mark.slow
def test_a_run_pauses_until_it_may_go_on_and_stops_with_what_it_has() -> None:
    watcher = Kept("go", "pause", "pause", "go", "stop")
    trained = fit(rank(), pictures(), PLAN, device="cpu", watcher=watcher)
    assert (trained.epochs, trained.ended) == (2, "asked")
    assert watcher.checkpoints[0].epoch == 1


@pytest.mark.slow
def test_a_run_that_paused_ends_with_the_weights_of_one_that_did_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "_SAVE_SECONDS", math.inf)  # kept for the pauses alone
    straight, halting = rank(), rank()
    fit(straight, pictures(), PLAN, device="cpu")
    watcher = Kept("go", "pause", "go", "pause", "pause", "go", "go")
    paused = fit(halting, pictures(), PLAN, device="cpu", watcher=watcher)
    assert paused.epochs == 3
    assert [checkpoint.epoch for checkpoint in watcher.checkpoints] == [1, 2]
    assert same(straight, halting)


def test_training_leaves_the_global_random_numbers_and_threads_alone() -> None:
    torch.manual_seed(1)
    before, threads = torch.random.get_rng_state(), torch.get_num_threads()
    train_encoder("vicreg", encoders["vicreg"].of({**TINY, "epochs": 1}), Material(pictures()))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.get_num_threads() == threads


class Still(Objective):
    """Has weights, and a loss that never gets better, or is not a number."""

    def __init__(self, loss: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(4, 3))
        self.value = loss

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        return {"loss": self.value + 0 * self.weight.sum()}

    def embed(self, light: Tensor) -> Tensor:
        return light.mean(dim=(2, 3)) @ self.weight.T * 0 + 1


@pytest.mark.slow
def test_a_loss_that_does_not_fall_stops_the_training_early() -> None:
    plan = Plan(epochs=50, batch_size=8, patience=3)
    trained = fit(Still(1.0), pictures(), plan, device="cpu")
    assert trained.ended == "plateau"
    assert 20 <= trained.epochs <= 25
    assert trained.has_collapsed


def test_a_loss_that_is_not_a_number_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ModelError, match="lower learning_rate"):
        fit(Still(float("nan")), pictures(), PLAN, device="cpu")


def test_the_collapse_monitor_knows_one_point_few_dimensions_and_a_full_sphere() -> None:
    draw = torch.Generator().manual_seed(0)
    full = torch.randn(400, 32, generator=draw)
    one = torch.ones(400, 32)
    line = torch.randn(400, 2, generator=draw) @ torch.randn(2, 32, generator=draw)
    healthy = health(full, full)
    assert healthy.spread == pytest.approx(1, abs=0.05)
    assert healthy.effective_rank > 28
    assert healthy.alignment == pytest.approx(0, abs=1e-6)
    assert healthy.uniformity < -3
    assert not healthy.has_collapsed(must_spread=True, dimensions=32)
    assert health(one, one).spread < 1e-3
    assert health(one, one).uniformity == pytest.approx(0, abs=1e-3)
    assert health(one, one).has_collapsed(must_spread=False, dimensions=32)
    assert health(line, line).effective_rank < 2.1
    assert health(line, line).has_collapsed(must_spread=True, dimensions=32)
    assert not health(line, line).has_collapsed(must_spread=False, dimensions=32)


def test_held_out_pictures_are_a_fifth_and_never_trained_on() -> None:
    assert len(held_out_rows(100, 0)) == 20
    assert len(held_out_rows(5000, 0)) == 200
    assert len(held_out_rows(19, 0)) == 0
    seen: set[int] = set()

    class Nosy(Still):
        def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
            if self.training:
                seen.update(rows.tolist())
            return super().terms(light, rows, draw, share)

    trained = fit(Nosy(1.0), pictures(), PLAN, device="cpu")
    assert seen == set(range(24)) - set(trained.held_out.tolist())
    assert len(trained.held_out) == 5


def test_the_learning_rate_warms_up_and_falls() -> None:
    rates = [schedule(share) for share in np.linspace(0, 1, 101)]
    assert max(rates) == pytest.approx(1)
    assert rates.index(max(rates)) == 10
    assert rates[-1] < 0.05


def test_the_probe_times_both_precisions_and_changes_nothing() -> None:
    objective = rank()
    before = weights(objective)
    times = seconds_a_step(objective, pictures(), PLAN, device="cpu")
    assert set(times) == {"float32", "bfloat16"}
    assert all(seconds > 0 for seconds in times.values())
    assert all(np.array_equal(weights(objective)[k], v) for k, v in before.items())
    assert faster_precision({"float32": 2.0, "bfloat16": 1.0}) == "bfloat16"
    assert faster_precision({"float32": 1.1, "bfloat16": 1.0}) == "float32"


@pytest.mark.slow
def test_bfloat16_trains_nearly_as_float32_does() -> None:
    losses = []
    for precision in ("float32", "bfloat16"):
        plan = replace(PLAN, precision=precision)
        losses.append(fit(rank(), pictures(), plan, device="cpu").history[0]["loss"])
    assert losses[0] == pytest.approx(losses[1], rel=0.2)
    assert losses[0] != losses[1]


def test_weights_of_another_network_are_refused() -> None:
    with seeded_weights(0):
        wide = encoders["rank"].of({**TINY, "dimensions": 16}).objective()
    with pytest.raises(ModelError, match="train again"):
        load_weights(wide, weights(rank()))


def test_a_named_device_is_used() -> None:
    assert pick_device("cpu") == torch.device("cpu")

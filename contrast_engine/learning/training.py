"""The one training loop: every encoder goes through it.

An epoch's order and views depend on the seed and the number of the epoch only, and checkpoints
are taken between epochs, so a run that was stopped and resumed ends with the same weights as one
that was not. The device is waited for once an epoch.
"""

import math
import time
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from contrast_engine.arrays import Bytes, Floats32, Ints, Json
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.learning.batches import Pictures
from contrast_engine.learning.checkpoints import Checkpoint, optimiser_arrays, restore, weights
from contrast_engine.learning.devices import pick_device, place, repeatable, synchronise
from contrast_engine.learning.epoch_metrics import Judge
from contrast_engine.learning.networks.mixed import set_precision
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.observer import Unwatched, Watcher
from contrast_engine.learning.schedule import (
    LEAST,
    Plan,
    draws,
    held_out_rows,
    optimiser,
    schedule,
    steps_an_epoch,
)
from contrast_engine.progress import SILENT, Cancelled, Progress
from contrast_engine.randomness import generator

_SAVE_SECONDS = 5.0
_PAUSE_SECONDS = 0.2
_BETTER = 0.005


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What training gave, beside the weights in the objective.

    Args:
        epochs: Epochs trained, those before a resumption included.
        history: The metrics of each epoch.
        seconds: Time spent training.
        images_per_second: Pictures drawn for training in a second of it.
        has_collapsed: The alarm was on at the end.
        ended: "planned", "plateau" or "asked".
        held_out: Rows that were never trained on.
        refused: Why the network is not to be used, in words; empty where nothing speaks against.
    """

    epochs: int
    history: list[Json]
    seconds: float
    images_per_second: float
    has_collapsed: bool
    ended: str
    held_out: Ints = field(repr=False)
    refused: str = ""


def fit(
    objective: Objective,
    codes: Bytes | Floats32,
    plan: Plan,
    *,
    device: str = "auto",
    progress: Progress = SILENT,
    watcher: Watcher | None = None,
    start: Checkpoint | None = None,
) -> TrainingResult:
    """Train an objective on pictures; its weights change in place.

    After every epoch one tick carries loss, val_loss, spread, effective_rank, alignment,
    uniformity, collapsed (0 or 1), images_per_second and the objective's own terms.

    Args:
        objective: What to train.
        codes: (n, s, s, 3) uint8 sRGB, or float32 linear light.
        plan: How.
        device: "auto", "cpu", "cuda" or "mps".
        progress: Told after every step; cancelling keeps the last finished epoch.
        watcher: Told after every epoch.
        start: Where to go on from.

    Raises:
        NotEnoughData: There are fewer than eight pictures.
        ModelError: The loss became infinite.
        Cancelled: Somebody asked to stop; the last checkpoint is kept.
    """
    if len(codes) < LEAST:
        raise NotEnoughData(f"training needs at least {LEAST} images, got {len(codes)}; add some")
    with repeatable():
        return _Run(objective, codes, plan, pick_device(device), progress,
                    watcher or Unwatched()).train(start)  # fmt: skip


class _Run:
    def __init__(
        self, objective: Objective, codes: Bytes | Floats32, plan: Plan, device: torch.device,
        progress: Progress, watcher: Watcher,
    ) -> None:  # fmt: skip
        self.plan, self.progress, self.watcher = plan, progress, watcher
        self.pictures = Pictures(codes, device)
        self.objective = objective
        place(objective, device)
        set_precision(objective, plan.precision)
        self.held_out = held_out_rows(len(codes), plan.seed)
        self.rows = np.setdiff1d(np.arange(len(codes)), self.held_out)
        self.batch = min(plan.batch_size, len(self.rows))
        self.steps = steps_an_epoch(len(self.rows), self.batch)
        self.optimiser = optimiser(objective, plan)
        self.device = device
        self.judge = Judge(objective, self.pictures, self.held_out, self.batch, plan.seed)

    def train(self, start: Checkpoint | None) -> TrainingResult:
        state = start or Checkpoint.fresh()
        if start is not None:
            restore(start, self.objective, self.optimiser)
        saved, ended = time.monotonic(), "planned"
        try:
            while state.epoch < self.plan.epochs and ended == "planned":
                if self._asked_to_stop(state):
                    ended = "asked"
                    break
                state = self._epoch(state)
                if self._is_stale(state):
                    ended = "plateau"
                if time.monotonic() - saved > _SAVE_SECONDS:
                    self.watcher.keep(state)
                    saved = time.monotonic()
        except Cancelled:
            self.watcher.keep(state)
            raise
        restore(state, self.objective, self.optimiser)
        last = state.history[-1] if state.history else {}
        drawn = state.epoch * self.steps * self.batch
        self.objective.eval()
        return TrainingResult(
            epochs=state.epoch,
            history=state.history,
            seconds=state.seconds,
            images_per_second=drawn / max(state.seconds, 1e-9),
            has_collapsed=bool(last.get("collapsed", 0)),
            ended=ended,
            held_out=self.held_out,
            refused=self.objective.verdict(state.history) or "",
        )

    def _epoch(self, state: Checkpoint) -> Checkpoint:
        began = time.monotonic()  # after any pause
        metrics = self._train_once(state.epoch)
        synchronise(self.device)
        trained = time.monotonic() - began
        judged, embedding = self.judge.measure(metrics["loss"])
        metrics |= judged
        metrics["images_per_second"] = self.steps * self.batch / trained
        number = state.epoch + 1
        history = [*state.history, {"epoch": number, **metrics}]
        is_better = metrics["val_loss"] < state.best - _BETTER * abs(state.best)
        after = Checkpoint(
            epoch=number,
            arrays=weights(self.objective) | optimiser_arrays(self.optimiser),
            history=history,
            best=min(state.best, metrics["val_loss"]),
            stale=0 if is_better or number < 0.4 * self.plan.epochs else state.stale + 1,
            seconds=state.seconds + trained,
        )
        self.watcher.epoch(number, metrics, embedding, self.judge.six_pictures(embedding))
        self.progress.tick(
            number * self.steps, self.plan.epochs * self.steps, "training", epoch=number, **metrics
        )
        return after

    def _train_once(self, epoch: int) -> dict[str, float]:
        self.objective.train()
        order = self._order(epoch)
        draw = draws(self.device, self.plan.seed, "views", str(epoch))
        totals: Terms = {}
        total_steps = self.plan.epochs * self.steps
        for step in range(self.steps):
            place = epoch * self.steps + step
            for group in self.optimiser.param_groups:
                group["lr"] = self.plan.learning_rate * schedule(place / total_steps)
            rows = order[step * self.batch : (step + 1) * self.batch]
            light = self.pictures.light(rows)
            terms = self.objective.terms(light, rows, draw, place / total_steps)
            self.optimiser.zero_grad(set_to_none=True)
            terms["loss"].backward()  # type: ignore[no-untyped-call]
            self.optimiser.step()
            for name, value in terms.items():
                totals[name] = totals.get(name, torch.zeros((), device=self.device)) + (
                    value.detach()
                )
            self.progress.tick(place, total_steps, "training")
        means = torch.stack([value / self.steps for value in totals.values()]).tolist()
        metrics = dict(zip(totals, means, strict=True))
        if not math.isfinite(metrics["loss"]):
            raise ModelError(f"the loss became infinite in epoch {epoch + 1}; lower learning_rate")
        return metrics

    def _order(self, epoch: int) -> Tensor:
        needed = self.steps * self.batch
        rng = generator(self.plan.seed, "training", "order", str(epoch))
        rounds = [rng.permutation(self.rows) for _ in range(math.ceil(needed / len(self.rows)))]
        return torch.from_numpy(np.concatenate(rounds)[:needed]).to(self.device)

    def _asked_to_stop(self, state: Checkpoint) -> bool:
        is_kept = False
        while True:
            wish = self.watcher.wish()
            if wish != "pause":
                return wish == "stop" and state.epoch > 0
            if not is_kept and state.epoch:
                self.watcher.keep(state)
                is_kept = True
            done = state.epoch * self.steps
            self.progress.tick(done, self.plan.epochs * self.steps, "paused")
            time.sleep(_PAUSE_SECONDS)

    def _is_stale(self, state: Checkpoint) -> bool:
        return state.stale >= self.plan.patience and state.epoch < self.plan.epochs

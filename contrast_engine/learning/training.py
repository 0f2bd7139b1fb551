"""The one training loop: every encoder goes through it.

An epoch's order and views depend on the seed and the number of the epoch only, and checkpoints
are taken between epochs, so a run that was stopped and resumed ends with the same weights as one
that was not. The device is waited for once an epoch.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor

from contrast_engine.arrays import Bytes, Floats, Ints, Json
from contrast_engine.errors import ModelError, NotEnoughData
from contrast_engine.learning.checkpoints import Checkpoint, optimiser_arrays, restore, weights
from contrast_engine.learning.collapse import health
from contrast_engine.learning.devices import pick_device, place, repeatable, synchronise
from contrast_engine.learning.light import encode_srgb
from contrast_engine.learning.networks.mixed import set_precision
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.pictures import Pictures
from contrast_engine.learning.views import positives
from contrast_engine.progress import SILENT, Cancelled, Progress
from contrast_engine.randomness import derived_seed, generator

LEAST = 8
"""Fewer pictures than this cannot be trained on."""

LEAST_STEPS = 8
"""An epoch of a small collection goes through it several times."""

HELD_OUT_SHARE, HELD_OUT_MOST = 0.2, 200
SNAPSHOT = 500
"""Pictures that the live map shows."""

PAINTED = 6
"""Held-out pictures that are shown as they are painted again."""

_SAVE_SECONDS = 5.0
_PAUSE_SECONDS = 0.2
_BETTER = 0.005

Wish = Literal["go", "pause", "stop"]


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Args:
        epochs: Passes over the pictures.
        batch_size: Pictures a step.
        learning_rate: Highest rate; it warms up over a tenth and falls along a cosine.
        seed: For weights, order and views.
        patience: Epochs without a better held-out loss after which training stops.
        precision: "float32" or "bfloat16".
    """

    epochs: int
    batch_size: int = 64
    learning_rate: float = 2e-3
    seed: int = 0
    patience: int = 8
    precision: str = "float32"
    weight_decay: float = 1e-4


class Watcher(Protocol):
    """Whoever looks on: keeps the curve, the maps and the checkpoints, and says when to stop."""

    def epoch(
        self, number: int, metrics: dict[str, float], embedding: Floats, painted: Bytes | None
    ) -> None:
        """Hear of a finished epoch.

        Args:
            number: Which one, from 1.
            metrics: What was measured of it.
            embedding: That of `sample_rows`, in their order.
            painted: (2, six, s, s, 3) uint8 sRGB, six fixed pictures as they are and as they are
                painted again; None where the encoder paints none.
        """

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store what is needed to go on from here."""

    def wish(self) -> Wish:
        """Say whether to go on, to pause, or to stop with what there is."""


class Unwatched:
    """Nobody looks on."""

    def epoch(
        self, number: int, metrics: dict[str, float], embedding: Floats, painted: Bytes | None
    ) -> None:
        """Forget it."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Forget it."""

    def wish(self) -> Wish:
        """Go on."""
        return "go"


@dataclass(frozen=True, eq=False)
class Trained:
    """What training gave, beside the weights in the objective.

    Args:
        epochs: Epochs trained, those before a resumption included.
        history: The metrics of each epoch.
        seconds: Time spent training.
        images_per_second: Pictures drawn for training in a second of it.
        has_collapsed: The alarm was on at the end.
        ended: "planned", "plateau" or "asked".
        held_out: Rows that were never trained on.
    """

    epochs: int
    history: list[Json]
    seconds: float
    images_per_second: float
    has_collapsed: bool
    ended: str
    held_out: Ints = field(repr=False)


def fit(
    objective: Objective,
    codes: Bytes,
    plan: Plan,
    *,
    device: str = "auto",
    progress: Progress = SILENT,
    watcher: Watcher | None = None,
    start: Checkpoint | None = None,
) -> Trained:
    """Train an objective on uint8 pictures; its weights change in place.

    After every epoch one tick carries loss, val_loss, spread, effective_rank, alignment,
    uniformity, collapsed (0 or 1), images_per_second and the objective's own terms.

    Args:
        objective: What to train.
        codes: (n, s, s, 3) uint8 sRGB.
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
        self, objective: Objective, codes: Bytes, plan: Plan, device: torch.device,
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

    def train(self, start: Checkpoint | None) -> Trained:
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
        return Trained(
            epochs=state.epoch,
            history=state.history,
            seconds=state.seconds,
            images_per_second=drawn / max(state.seconds, 1e-9),
            has_collapsed=bool(last.get("collapsed", 0)),
            ended=ended,
            held_out=self.held_out,
        )

    def _epoch(self, state: Checkpoint) -> Checkpoint:
        began = time.monotonic()  # after any pause
        metrics = self._train_once(state.epoch)
        synchronise(self.device)
        trained = time.monotonic() - began
        embedding = self._judge(metrics)
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
        self.watcher.epoch(number, metrics, embedding, self._painted())
        self.progress.tick(
            number * self.steps, self.plan.epochs * self.steps, "training", epoch=number, **metrics
        )
        return after

    def _train_once(self, epoch: int) -> dict[str, float]:
        self.objective.train()
        order = self._order(epoch)
        draw = _draws(self.device, self.plan.seed, "views", str(epoch))
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

    @torch.no_grad()
    def _judge(self, metrics: dict[str, float]) -> Floats:
        """Add held-out loss and health to the metrics; give the embedding of the sample."""
        self.objective.eval()
        rows = self.held_out if len(self.held_out) >= LEAST else self.rows
        draw = _draws(self.device, self.plan.seed, "held out")
        losses = []
        for part in _parts(rows[: 2 * self.batch], self.batch):
            index = torch.from_numpy(part).to(self.device)
            terms = self.objective.terms(self.pictures.light(index), index, draw, 1.0)
            losses.append(terms["loss"])
        metrics["val_loss"] = float(torch.stack(losses).mean())
        sample = sample_rows(len(self.pictures), self.plan.seed)
        embeddings = []
        for part in _parts(sample, 256):
            embeddings.append(self.objective.embed(self.pictures.light(part)).float())
        light = self.pictures.light(sample[:128])
        views = positives(light, log_panel(light), draw).light
        found = health(self.objective.watched(light), self.objective.watched(views))
        metrics |= {
            "spread": found.spread,
            "effective_rank": found.effective_rank,
            "alignment": found.alignment,
            "uniformity": found.uniformity,
        }
        dimensions = int(self.objective.watched(light[:2]).shape[1])
        alarm = found.has_collapsed(
            must_spread=self.objective.must_spread, dimensions=min(dimensions, len(light))
        )
        ceiling = self.objective.ceiling(self.batch)
        if ceiling is not None and abs(metrics["loss"] - ceiling) < 0.01 * ceiling:
            alarm = True
        metrics["collapsed"] = float(alarm)
        return torch.cat(embeddings).cpu().numpy().astype(np.float64)

    @torch.no_grad()
    def _painted(self) -> Bytes | None:
        """Give fixed pictures, from least to most contrast, as they are and painted again."""
        rows = self.held_out if len(self.held_out) >= LEAST else self.rows
        light = self.pictures.light(rows)
        order = log_panel(light)[:, 0].argsort()
        light = light[order[torch.linspace(0, len(rows) - 1, PAINTED).round().long()]]
        painted = self.objective.painted(light)
        if painted is None:
            return None
        both = torch.stack([encode_srgb(light), painted.float()])
        codes = (255 * both.clamp(0, 1)).round().byte()
        return np.ascontiguousarray(codes.permute(0, 1, 3, 4, 2).cpu().numpy())

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


def steps_an_epoch(n: int, batch: int) -> int:
    """Give how many steps an epoch of n pictures takes."""
    return max(math.ceil(n / batch), LEAST_STEPS)


def optimiser(objective: Objective, plan: Plan) -> torch.optim.Optimizer:
    """Give AdamW over all weights of an objective."""
    return torch.optim.AdamW(
        objective.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
    )


def schedule(share: float) -> float:
    """Give the learning rate at this share of the training, as a part of the highest."""
    if share < 0.1:
        return 0.1 + 0.9 * share / 0.1
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - 0.1) / 0.9))


def held_out_rows(n: int, seed: int) -> Ints:
    """Draw the rows that are never trained on: a fifth, at most 200, none below 20 pictures."""
    count = min(round(HELD_OUT_SHARE * n), HELD_OUT_MOST) if n >= 20 else 0
    order = generator(seed, "training", "held out").permutation(n)
    return np.sort(order[:count]).astype(np.int64)


def sample_rows(n: int, seed: int) -> Ints:
    """Draw the rows that the live map shows, at most 500."""
    order = generator(seed, "training", "sample").permutation(n)
    return np.sort(order[:SNAPSHOT]).astype(np.int64)


def _draws(device: torch.device, seed: int, *purpose: str) -> torch.Generator:
    return torch.Generator(device).manual_seed(derived_seed(seed, "training", *purpose))


def _parts(rows: Ints, size: int) -> Iterator[Ints]:
    return (rows[start : start + size] for start in range(0, len(rows), size))

"""How a network is trained: its rate, its steps, and which pictures are kept from it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from contrast_engine.arrays import Ints
from contrast_engine.learning.objective import Objective
from contrast_engine.randomness import derived_seed, generator

LEAST = 8
"""Fewer pictures than this cannot be trained on."""

LEAST_STEPS = 8
"""An epoch of a small collection goes through it several times."""

HELD_OUT_SHARE, HELD_OUT_MOST = 0.2, 200
SNAPSHOT = 500
"""Pictures that the live map shows."""


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


def steps_an_epoch(n: int, batch: int) -> int:
    """How many steps an epoch of n pictures takes."""
    return max(math.ceil(n / batch), LEAST_STEPS)


def optimiser(objective: Objective, plan: Plan) -> torch.optim.Optimizer:
    """AdamW over all weights of an objective."""
    return torch.optim.AdamW(
        objective.parameters(), lr=plan.learning_rate, weight_decay=plan.weight_decay
    )


def schedule(share: float) -> float:
    """The learning rate at this share of the training, as a part of the highest."""
    if share < 0.1:
        return 0.1 + 0.9 * share / 0.1
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - 0.1) / 0.9))


def held_out_rows(n: int, seed: int) -> Ints:
    """The rows that are never trained on: a fifth, at most 200, none below 20 pictures."""
    count = min(round(HELD_OUT_SHARE * n), HELD_OUT_MOST) if n >= 20 else 0
    order = generator(seed, "training", "held out").permutation(n)
    return np.sort(order[:count]).astype(np.int64)


def sample_rows(n: int, seed: int) -> Ints:
    """The rows that the live map shows, at most 500."""
    order = generator(seed, "training", "sample").permutation(n)
    return np.sort(order[:SNAPSHOT]).astype(np.int64)


def draws(device: torch.device, seed: int, *purpose: str) -> torch.Generator:
    """Random numbers on a device, for one purpose of a training."""
    return torch.Generator(device).manual_seed(derived_seed(seed, "training", *purpose))


def parts(rows: Ints, size: int) -> Iterator[Ints]:
    """Rows in batches, the last one smaller."""
    return (rows[start : start + size] for start in range(0, len(rows), size))

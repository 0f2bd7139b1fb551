"""What a step costs on this machine, and whether bfloat16 makes it cheaper."""

import copy
import time

import torch

from contrast_engine.arrays import Bytes
from contrast_engine.learning.batches import Pictures
from contrast_engine.learning.devices import pick_device, place, repeatable, synchronise
from contrast_engine.learning.networks.mixed import set_precision
from contrast_engine.learning.objective import Objective
from contrast_engine.learning.schedule import Plan, optimiser

STEPS = 3
WORTH_IT = 1.15
"""How much faster bfloat16 must be: below it, the clock's noise would decide."""


def seconds_a_step(
    objective: Objective, codes: Bytes, plan: Plan, *, device: str = "auto"
) -> dict[str, float]:
    """Time three training steps in each precision, after one to warm up: the quickest of them.

    The objective itself stays as it is.
    """
    found = {}
    where = pick_device(device)
    with repeatable():
        pictures = Pictures(codes[: plan.batch_size], where)
        rows = torch.arange(len(pictures), device=where)
        for precision in ("float32", "bfloat16"):
            trial = copy.deepcopy(objective)
            place(trial, where)
            set_precision(trial, precision)
            steps = optimiser(trial, plan)
            draw = torch.Generator(where).manual_seed(0)
            times = []
            for _ in range(STEPS + 1):
                began = time.perf_counter()
                loss = trial.terms(pictures.light(rows), rows, draw, 0.5)["loss"]
                steps.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                steps.step()
                synchronise(where)
                times.append(time.perf_counter() - began)
            found[precision] = min(times[1:])
    return found


def faster_precision(seconds: dict[str, float]) -> str:
    """Choose bfloat16 only where it clearly pays."""
    is_worth_it = seconds["float32"] > WORTH_IT * seconds["bfloat16"]
    return "bfloat16" if is_worth_it else "float32"

"""Minimise many small smooth convex functions side by side, one iteration at a time.

Training the final model and all its folds in lockstep makes every live score real: after each
iteration the held-out labels are judged by models that are exactly as far trained.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats

Objective = Callable[[Floats], tuple[Floats, Floats]]
"""(b, p) parameters -> (b,) values, infinite where not allowed, and (b, p) gradients."""

_ARMIJO = 1e-4
_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class Step:
    """Where all b minimisations are after one iteration.

    Args:
        parameters: (b, p).
        value: (b,) value of each function.
        progress: Share of the way to convergence, 0..1, from the largest gradient.
    """

    parameters: Floats
    value: Floats
    progress: float


def minimise(
    objective: Objective,
    start: Floats,
    *,
    tolerance: float = 1e-7,
    limit: int = 500,
    memory: int = 10,
) -> Iterator[Step]:
    """Yield the steps of limited-memory BFGS on b independent problems of the same shape.

    Each problem has its own step length, found by halving until it decreases enough; a problem
    whose largest gradient is under `tolerance` stays where it is.

    Source: Nocedal 1980; Nocedal & Wright 2006, algorithm 7.4.
    """
    at = start.copy()
    value, slope = objective(at)
    steepest = _largest(slope)
    is_moving: Bools = steepest > tolerance
    begin = max(float(steepest.max()), tolerance * 10)
    past: list[tuple[Floats, Floats, Floats]] = []
    share = 0.0
    for _ in range(limit):
        yield Step(at, value, 1.0 if not is_moving.any() else share)
        if not is_moving.any():
            return
        direction = -_two_loop(slope, past) * is_moving[:, None]
        moved, new_value, new_slope, has_moved = _search(objective, at, value, slope, direction,
                                                         first=not past)  # fmt: skip
        past = [*past, _pair(moved - at, new_slope - slope)][-memory:]
        at, value, slope = moved, new_value, new_slope
        steepest = _largest(slope)
        is_moving = is_moving & has_moved & (steepest > tolerance)
        # The gradient falls roughly geometrically, so its logarithm says how far we are.
        reached = np.log(begin / max(float(steepest.max()), tolerance)) / np.log(begin / tolerance)
        share = min(max(share, float(reached)), 0.99)
    yield Step(at, value, 1.0)


def _largest(slope: Floats) -> Floats:
    largest: Floats = np.abs(slope).max(axis=1)
    return largest


def _pair(step: Floats, change: Floats) -> tuple[Floats, Floats, Floats]:
    """(step, change of gradient, 1 / their product), the last 0 where there is no curvature."""
    product = (step * change).sum(axis=1)
    is_curved = product > 1e-14
    return step, change, np.where(is_curved, 1 / np.where(is_curved, product, 1), 0)


def _two_loop(slope: Floats, past: list[tuple[Floats, Floats, Floats]]) -> Floats:
    direction = slope.copy()
    shares = []
    for step, change, inverse in reversed(past):
        share = inverse * (step * direction).sum(axis=1)
        direction -= share[:, None] * change
        shares.append(share)
    if past:
        _, change, inverse = past[-1]
        length = (change**2).sum(axis=1) * inverse
        scale = np.where(length > 0, 1 / np.where(length > 0, length, 1), 1)
        direction *= scale[:, None]
    for (step, change, inverse), share in zip(past, reversed(shares), strict=True):
        again = inverse * (change * direction).sum(axis=1)
        direction += (share - again)[:, None] * step
    return direction


def _search(
    objective: Objective,
    at: Floats,
    value: Floats,
    slope: Floats,
    direction: Floats,
    *,
    first: bool,
) -> tuple[Floats, Floats, Floats, Bools]:
    """Halve each problem's step until it goes down enough; one that cannot stays where it is."""
    descent = (slope * direction).sum(axis=1)
    length = np.sqrt((direction**2).sum(axis=1))
    step = 1 / np.maximum(length, 1) if first else np.ones(len(at))
    # A direction spoilt by rounding does not descend: fall back to the gradient.
    uphill = descent > 0
    direction = np.where(uphill[:, None], -slope, direction)
    descent = np.where(uphill, -(slope**2).sum(axis=1), descent)
    waiting = descent < 0
    best, best_value, best_slope = at.copy(), value.copy(), slope.copy()
    for _ in range(_HALVINGS):
        if not waiting.any():
            break
        trial = np.where(waiting[:, None], at + step[:, None] * direction, best)
        new_value, new_slope = objective(trial)
        good = waiting & (new_value <= value + _ARMIJO * step * descent)
        best[good], best_value[good], best_slope[good] = (
            trial[good],
            new_value[good],
            new_slope[good],
        )
        waiting &= ~good
        step = np.where(waiting, step / 2, step)
    return best, best_value, best_slope, (descent < 0) & ~waiting

"""How far labels go with a number, other numbers held constant, and what chance gives."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.validation.correlation import fisher_interval, ranks

PERMUTATIONS = 199


@dataclass(frozen=True)
class Association:
    """The number that labels go with most, others held constant.

    Args:
        name: Which one.
        r: Partial multiple correlation of labels and number, 0..1, adjusted for their kinds,
        low, high: and its 95 % interval.
        by_chance: What the largest of all numbers reaches in 95 % of shuffles of the labels.
    """

    name: str
    r: float
    low: float
    high: float
    by_chance: float


def strongest(
    codes: Ints, numbers: dict[str, Floats], given: Floats, rng: np.random.Generator
) -> Association | None:
    """The number whose remaining variance the labels explain most; None where none varies.

    All looks count: the null is that of the largest of all numbers.

    Args:
        codes: (n,) class of each label, ordered or not.
        numbers: (n,) each, by name.
        given: (n, q) what is held constant.
        rng: Shuffles the labels.

    Source: docs/methods.md#shortcuts-of-labels.
    """
    held = _ranked(given)
    left = {name: _without(ranks(values)[:, None], held)[:, 0] for name, values in numbers.items()}
    names = [name for name, rest in left.items() if np.square(rest).sum() > 1e-9 * len(rest) ** 2]
    if not names:
        return None
    targets = np.column_stack([left[name] / np.linalg.norm(left[name]) for name in names])
    member = np.eye(int(codes.max()) + 1)[codes][:, 1:]
    found = _explained(member, targets, held)
    shuffled = [
        _explained(member[rng.permutation(len(member))], targets, held).max()
        for _ in range(PERMUTATIONS)
    ]
    best = int(found.argmax())
    low, high = fisher_interval(float(found[best]), len(codes), held.shape[1])
    return Association(names[best], float(found[best]), max(low, 0.0), high,
                       float(np.quantile(shuffled, 0.95)))  # fmt: skip


def partial(codes: Ints, number: Floats, given: Floats) -> float:
    """Partial multiple correlation of labels and one number, 0..1; 0 where nothing varies."""
    held = _ranked(given)
    left = _without(ranks(number)[:, None], held)
    size = float(np.linalg.norm(left))
    if size < 1e-5 * len(codes):
        return 0.0
    member = np.eye(int(codes.max()) + 1)[codes][:, 1:]
    return float(_explained(member, left / size, held)[0])


def _ranked(given: Floats) -> Floats:
    """(n, q) ranks of what varies."""
    columns = [ranks(column) for column in given.T if np.ptp(column) > 0]
    return np.column_stack(columns) if columns else np.zeros((len(given), 0))


def _without(values: Floats, held: Floats) -> Floats:
    design = np.column_stack([np.ones(len(values)), held])
    rest: Floats = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return rest


def _explained(member: Floats, targets: Floats, held: Floats) -> Floats:
    """(c,) multiple correlation of unit targets with what is left of the members (n, k - 1)."""
    u, s, _ = np.linalg.svd(_without(member, held), full_matrices=False)
    basis = u[:, s > 1e-9 * max(float(s.max(initial=0.0)), 1e-300)]
    if basis.shape[1] == 0:
        return np.zeros(targets.shape[1])
    share = np.square(basis.T @ targets).sum(axis=0)
    room = len(member) - 1 - held.shape[1]
    adjusted = 1 - (1 - share) * room / max(room - basis.shape[1], 1)
    r: Floats = np.sqrt(np.clip(adjusted, 0, 1))
    return r

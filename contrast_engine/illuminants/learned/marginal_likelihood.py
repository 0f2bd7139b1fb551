"""The weights and lengths of a Gaussian process, by its marginal likelihood."""

from collections.abc import Mapping, Sequence

import numpy as np

from contrast_engine.arrays import Floats

Distances = Mapping[str, Floats]

ROUNDS = 40
PRIOR = 0.02
"""A weak pull of the logarithms of all weights and lengths to 0 (own choice)."""


def kernel(logs: Floats, apart: Distances, linear: Floats) -> Floats:
    """Linear in some numbers, and weight exp(-distance / length) in every part, (n, m).

    Args:
        logs: Logarithms of the noise, of the weight of the linear part, and of the weight and of
            the squared length of each part, in the order of `apart`.
        apart: (n, m) distances by part.
        linear: (n, m) products of the numbers.
    """
    made: Floats = np.exp(logs[1]) * linear
    for at, distances in enumerate(apart.values()):
        made = made + _part(logs, at, distances)
    return made


def fitted(apart: Distances, linear: Floats, wanted: Floats) -> Floats:
    """The logarithms of the highest marginal likelihood, as `kernel` takes them.

    Source: Rasmussen & Williams 2006, equations 5.8 and 5.9.

    Args:
        apart: (n, n) distances by part.
        linear: (n, n) products.
        wanted: (n, k) what is to be predicted, of mean 0 and spread 1.
    """
    from scipy.optimize import minimize

    middles = [2 * np.log(max(float(np.median(each)), 1e-3)) for each in apart.values()]
    start = [-2.0, -2.0, *(number for middle in middles for number in (-1.0, middle))]
    limits: Sequence[tuple[float, float]] = [
        *[(-6.0, 2.0)] * 2, *[(-6.0, 4.0), (-8.0, 8.0)] * len(apart)
    ]  # fmt: skip
    found = minimize(
        cost, start, args=(apart, linear, wanted), jac=True, method="L-BFGS-B", bounds=limits,
        options={"maxiter": ROUNDS},
    )  # fmt: skip
    return np.asarray(found.x, np.float64)


def cost(logs: Floats, apart: Distances, linear: Floats, wanted: Floats) -> tuple[float, Floats]:
    """Negative log marginal likelihood with the prior, less a constant, and its gradient."""
    from scipy.linalg import cho_solve

    noise = float(np.exp(logs[0]))
    parts = [_part(logs, at, distances) for at, distances in enumerate(apart.values())]
    slope = np.exp(logs[1]) * linear
    root = np.linalg.cholesky(sum(parts, slope) + noise * np.eye(len(linear)))
    solved = cho_solve((root, True), wanted)
    count = wanted.shape[1]
    fit = 0.5 * float((wanted * solved).sum()) + count * float(np.log(np.diag(root)).sum())
    inverse = cho_solve((root, True), np.eye(len(linear)))
    pull = 0.5 * (count * inverse - solved @ solved.T)
    steps = [noise * float(np.trace(pull)), float((pull * slope).sum())]
    for at, (part, distances) in enumerate(zip(parts, apart.values(), strict=True)):
        felt = pull * part
        steps += [float(felt.sum()), float((felt * distances).sum() * _rate(logs, at) / 2)]
    return fit + PRIOR * float((logs**2).sum()), np.array(steps) + 2 * PRIOR * logs


def _part(logs: Floats, at: int, distances: Floats) -> Floats:
    made: Floats = np.exp(logs[2 + 2 * at] - distances * _rate(logs, at))
    return made


def _rate(logs: Floats, at: int) -> float:
    """One over the length of a part."""
    return float(np.exp(-0.5 * logs[3 + 2 * at]))

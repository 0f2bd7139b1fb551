"""How patches of two views lie, and how well values of patches were predicted."""

import torch
from torch import Tensor
from torch.nn import functional


@torch.no_grad()
def alignment(one: Tensor, two: Tensor) -> Tensor:
    """Mean squared distance of partners (n, m, d) on the unit sphere: 0 best, 2 unrelated.

    Source: Wang and Isola 2020.
    """
    first, second = (functional.normalize(z, dim=2) for z in (one, two))
    return (first - second).square().sum(dim=2).mean()


@torch.no_grad()
def uniformity(tokens: Tensor, most: int = 256) -> Tensor:
    """Ln of the mean of exp(-2 distance^2) over pairs of patches (n, m, d): lower fills better.

    Of at most so many patches, evenly taken.

    Source: Wang and Isola 2020.
    """
    flat = tokens.flatten(0, 1)
    unit = functional.normalize(flat[:: max(1, len(flat) // most)][:most], dim=1)
    if len(unit) < 2:
        return unit.new_zeros(())
    return torch.exp(-2 * torch.pdist(unit).square()).mean().log()


def r_squared(known: Tensor, predicted: Tensor) -> float:
    """1 less the squared error over that of the mean of what is known; 0 where that is none."""
    around = (known - known.mean()).square().sum()
    error = (known - predicted).square().sum()
    return float(1 - error / around) if float(around) > 0 else 0.0

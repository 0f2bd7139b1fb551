"""Has the network given up and maps everything to one place? Watched at every epoch."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

LEAST_SPREAD = 0.3
LEAST_RANK = 5.0
NOWHERE = 0.003


@dataclass(frozen=True)
class Health:
    """How an embedding fills its space.

    Args:
        spread: Mean standard deviation per dimension of normalised vectors, times sqrt(d): 1 when
            they point everywhere, 0 when all are one. Alarm below 0.3.
        effective_rank: exp of the entropy of the singular values: how many dimensions are used.
        alignment: Mean squared distance of two views of a picture, 0 best.
        uniformity: ln of the mean of exp(-2 distance^2) over pairs: lower fills the sphere better.

    Source: Wang and Isola 2020; Roy and Vetterli 2007; docs/methods.md#collapse-alarm.
    """

    spread: float
    effective_rank: float
    alignment: float
    uniformity: float

    def has_collapsed(self, *, must_spread: bool, dimensions: int) -> bool:
        """Whether an alarm is due.

        Args:
            must_spread: The loss asks for many dimensions; where it asks for one number, only
                vectors that hardly differ at all are an alarm.
            dimensions: How many there are; fewer than ten cannot reach the usual limit.
        """
        if not must_spread:
            return self.spread < NOWHERE
        return self.spread < LEAST_SPREAD or self.effective_rank < min(LEAST_RANK, dimensions / 2)


@torch.no_grad()
def health(one: Tensor, two: Tensor) -> Health:
    """How vectors of two views of the same pictures, each (n, d), fill their space."""
    first, second = (functional.normalize(z.float(), dim=1) for z in (one, two))
    n, d = first.shape
    spread = float(first.std(dim=0, correction=0).mean()) * math.sqrt(d)
    values = torch.linalg.svdvals(first - first.mean(dim=0))
    share = values / values.sum().clamp(min=1e-12)
    entropy = -(share * share.clamp(min=1e-12).log()).sum()
    alignment = float((first - second).square().sum(dim=1).mean())
    uniformity = 0.0
    if n > 1:
        apart = torch.pdist(first).square()
        uniformity = float(torch.exp(-2 * apart).mean().log())
    return Health(spread, float(entropy.exp()), alignment, uniformity)

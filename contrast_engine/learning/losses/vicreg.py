"""VICReg: views agree, dimensions spread, dimensions differ; no negatives needed."""

import torch
from torch import Tensor
from torch.nn import functional


def vicreg(
    one: Tensor,
    two: Tensor,
    *,
    invariance: float = 25.0,
    variance: float = 25.0,
    covariance: float = 1.0,
) -> Tensor:
    """Variance, invariance and covariance of two views, weighted and added.

    invariance * MSE + variance * (hinge of sd below 1, mean over dimensions, halved per branch)
    + covariance * (squared off-diagonal covariance / d, per branch).

    Args:
        one: (n, d) embeddings of a view of each picture, not normalised.
        two: (n, d) embeddings of another view of each.
        invariance: Weight of the agreement of the two.
        variance: Weight of the spread of each dimension.
        covariance: Weight of the difference between dimensions.

    Source: Bardes 2022; docs/methods.md#vicreg-loss.
    """
    agreement = functional.mse_loss(one, two)
    spread = (spread_hinge(one) + spread_hinge(two)) / 2
    overlap = off_diagonal(one) + off_diagonal(two)
    return invariance * agreement + variance * spread + covariance * overlap


def spread_hinge(z: Tensor) -> Tensor:
    """How far the dimensions of (n, d) stay below a standard deviation of 1, on average."""
    return functional.relu(1 - torch.sqrt(z.var(dim=0) + 1e-4)).mean()


def off_diagonal(z: Tensor) -> Tensor:
    """Squared covariances of different dimensions of (n, d), summed, over d."""
    centred = z - z.mean(dim=0)
    covariance = centred.T @ centred / max(len(z) - 1, 1)
    return (covariance.square().sum() - covariance.diagonal().square().sum()) / z.shape[1]

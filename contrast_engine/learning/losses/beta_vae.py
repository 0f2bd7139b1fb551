"""The parts of the contrast-aware beta-VAE loss, each per picture."""

import torch
from torch import Tensor

LOG_VARIANCE = 10.0
"""Log variances are clamped to plus and minus this, so that neither exp overflows."""


def squared_error(one: Tensor, two: Tensor) -> Tensor:
    """Sum over all values of a picture of the squared difference: (n,)."""
    return (one - two).square().flatten(1).sum(dim=1)


def gradient_error(one: Tensor, two: Tensor) -> Tensor:
    """Squared error of the absolute differences of neighbours, both directions: (n,).

    |dx| and |dy| of each picture are compared, so an edge may move a little but not fade.
    """
    across = squared_error(one.diff(dim=-1).abs(), two.diff(dim=-1).abs())
    return across + squared_error(one.diff(dim=-2).abs(), two.diff(dim=-2).abs())


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Distance of a diagonal Gaussian from the standard normal, in nats: (n,).

    -1/2 sum(1 + lv - mu^2 - e^lv), lv clamped to -10..10. 0 for mean 0 and variance 1.

    Source: Kingma and Welling 2014; docs/methods.md#beta-vae-loss.
    """
    lv = log_variance.clamp(-LOG_VARIANCE, LOG_VARIANCE)
    return -0.5 * (1 + lv - mean.square() - torch.exp(lv)).sum(dim=1)


def warmed_up(beta: float, share: float, over: float = 0.3) -> float:
    """Weight of the KL term after this share of the training: rising from 0 to beta."""
    return beta * min(1.0, share / over)

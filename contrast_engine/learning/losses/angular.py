"""The angle between two lights, as a loss."""

import torch
from torch import Tensor
from torch.nn import functional

NEAREST = 0.999999
"""Cosines are kept below this, where the slope of acos is still finite."""


def angular(estimates: Tensor, truths: Tensor) -> Tensor:
    """Mean angle in radians between estimates and truths, (n, 3) each; lengths do not matter.

    Equal lights: acos(0.999999), 0.08 degrees, and no gradient.

    Source: Lo 2021 (CLCC) for the clipping; docs/methods.md#angular-loss.
    """
    cosine = functional.cosine_similarity(estimates, truths, dim=1)
    return torch.acos(cosine.clamp(-NEAREST, NEAREST)).mean()

"""Ranking hinge: the picture with more contrast must score higher, by a margin."""

from torch import Tensor
from torch.nn import functional


def ranking_hinge(high: Tensor, low: Tensor, margin: Tensor | float, weight: Tensor) -> Tensor:
    """Mean of max(0, margin - (high - low)) over the pairs that count.

    Args:
        high: (n,) scores of the picture with more contrast.
        low: (n,) scores of the one with less.
        margin: How much higher the score must be, one number or one per pair.
        weight: (n,) 1 where a pair counts, 0 where it does not. No pair counts: 0.

    Source: Liu 2017 (RankIQA); docs/methods.md#ranking-hinge.
    """
    hinge = functional.relu(margin - (high - low))
    return (hinge * weight).sum() / weight.sum().clamp(min=1)

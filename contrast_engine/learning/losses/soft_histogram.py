"""A histogram that gradients flow through, and the distance between two of them."""

import torch
from torch import Tensor

CENTRES = 64


def soft_histogram(values: Tensor, n_centres: int = CENTRES) -> Tensor:
    """Share of values near each of evenly spaced centres over 0..1: (n, centres), sums to 1.

    A value counts max(0, 1 - |x - c| / w) for a centre c, with w the spacing, so it is shared
    between the two centres it lies between. Equal to the hard histogram for values at centres.

    Args:
        values: (n, m), 0..1; what lies outside counts at the end it passed.
        n_centres: How many centres, the first at 0 and the last at 1.

    Source: docs/methods.md#soft-histogram.
    """
    position = values.clamp(0, 1) * (n_centres - 1)
    if values.is_cuda:  # adding up by index is not repeatable there; the dense form is
        centres = torch.arange(n_centres, device=values.device, dtype=values.dtype)
        return (1 - (position[..., None] - centres).abs()).clamp(min=0).mean(dim=1)
    lower = position.detach().floor().clamp(max=n_centres - 2).long()
    above = position - lower
    counts = torch.zeros(len(values), n_centres, dtype=values.dtype, device=values.device)
    counts = counts.scatter_add(1, lower, 1 - above).scatter_add(1, lower + 1, above)
    return counts / values.shape[1]


def histogram_distance(one: Tensor, two: Tensor, n_centres: int = CENTRES) -> Tensor:
    """Mean absolute difference of the cumulative soft histograms of (n, m) values: (n,).

    Proportional to the Wasserstein-1 distance of the two tone distributions.
    """
    first, second = soft_histogram(one, n_centres), soft_histogram(two, n_centres)
    return (first - second).cumsum(dim=1).abs().mean(dim=1)

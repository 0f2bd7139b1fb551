"""How alike two pictures are in local contrast, the middle term of SSIM."""

from functools import lru_cache

import torch
from torch import Tensor

WINDOW = 11
C2 = 0.03**2


def contrast_term(one: Tensor, two: Tensor) -> Tensor:
    """Mean of (2 s1 s2 + C2) / (s1^2 + s2^2 + C2) over 11 x 11 windows: (n,), 1 where equal.

    s is the standard deviation in the window, C2 = 0.03 squared.

    Args:
        one: (n, h, w) values 0..1; a side under 11 pixels shrinks the window to fit.
        two: (n, h, w), what to compare with.

    Source: Wang 2004; docs/methods.md#contrast-term.
    """
    window = min(WINDOW, *one.shape[-2:])
    first, second = _deviation(one, window), _deviation(two, window)
    ratio = (2 * first * second + C2) / (first.square() + second.square() + C2)
    return ratio.mean(dim=(-2, -1))


def _deviation(values: Tensor, window: int) -> Tensor:
    down, across = (
        _windows(side, window, values.dtype, values.device) for side in values.shape[-2:]
    )
    mean = down @ values @ across.T
    square = down @ values.square() @ across.T
    # the floor keeps the slope of the root finite where a window is flat
    return torch.sqrt((square - mean.square()).clamp(min=1e-8))


@lru_cache(maxsize=64)
def _windows(side: int, window: int, dtype: torch.dtype, device: torch.device) -> Tensor:
    """The matrix that averages every whole window of an axis: two of them are a box."""
    count = side - window + 1
    matrix = torch.zeros(count, side, dtype=dtype)
    for first in range(count):
        matrix[first, first : first + window] = 1 / window
    return matrix.to(device)

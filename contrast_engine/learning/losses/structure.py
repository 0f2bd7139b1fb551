"""How alike two pictures are in local contrast, the middle term of SSIM."""

import torch
from torch import Tensor
from torch.nn import functional

WINDOW = 11
C2 = 0.03**2


def contrast_term(one: Tensor, two: Tensor) -> Tensor:
    """Mean of (2 s1 s2 + C2) / (s1^2 + s2^2 + C2) over 11 x 11 windows: (n,), 1 where equal.

    s is the standard deviation in the window, C2 = 0.03 squared.

    Args:
        one: (n, h, w) values 0..1; a side under 11 pixels shrinks the window to fit.
        two: (n, h, w), what to compare with.

    Source: Wang 2004; SCIENCE 3.5.
    """
    window = min(WINDOW, *one.shape[-2:])
    first, second = _deviation(one, window), _deviation(two, window)
    ratio = (2 * first * second + C2) / (first.square() + second.square() + C2)
    return ratio.mean(dim=(-2, -1))


def _deviation(values: Tensor, window: int) -> Tensor:
    mean = functional.avg_pool2d(values[:, None], window, stride=1)
    square = functional.avg_pool2d(values[:, None].square(), window, stride=1)
    # the floor keeps the slope of the root finite where a window is flat
    return torch.sqrt((square - mean.square()).clamp(min=1e-8))[:, 0]

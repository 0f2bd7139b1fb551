"""Contrast of whole batches in differences of lightness: what a ranking is taught by.

None of the four is divided by a mean, so that a picture made lighter or darker by the same step
everywhere keeps its values; `panel` holds ratios to the mean as well. Training size, float32.
"""

import torch
from torch import Tensor
from torch.nn import functional

from contrast_engine.features.amount import TAIL
from contrast_engine.learning.luminance import decode_srgb, encode_srgb, lightness, luminance
from contrast_engine.learning.panel import gcf

LIGHTNESS_PANEL = ("sigma_l", "gcf", "amount", "local deviation of L*")
"""What the columns are: overall, over many sizes, of areas, and within small windows."""

_FLOOR = 1e-2
_WINDOW = 7
_LEAST_CELLS = 4


@torch.no_grad()
def log_lightness_panel(light: Tensor) -> Tensor:
    """Ln of four measures of linear light (n, 3, h, w), all in steps of lightness: (n, 4)."""
    y = luminance(light)
    tones = lightness(y)
    found = torch.stack([_deviation(tones), gcf(y), span(tones), _local(tones)], dim=1)
    return found.clamp(min=_FLOOR).log()


def span(tones: Tensor) -> Tensor:
    """The amount of contrast of lightness (n, h, w): (n,), as the feature `amount`.

    Deviates: cells that do not fill a level are left out, and no border is looked for.
    """
    level, spans, counts = tones[:, None], [], []
    while min(level.shape[-2:]) >= _LEAST_CELLS:
        counts.append(min(min(level.shape[-2:]) - 3.5, 1.0))  # the coarsest may count half
        cells = level.flatten(1)
        count = max(1, round(TAIL * cells.shape[1]))
        light = cells.topk(count, dim=1).values.mean(dim=1)
        dark = cells.topk(count, dim=1, largest=False).values.mean(dim=1)
        spans.append(light - dark)
        level = functional.avg_pool2d(level, 2)
    weights = torch.tensor(counts, dtype=tones.dtype, device=tones.device)
    return weights @ torch.stack(spans) / weights.sum()


def lit(light: Tensor, step: Tensor) -> Tensor:
    """Each picture with the same step (n,) added to all its code values, 0..1, clipped."""
    return decode_srgb((encode_srgb(light) + step[:, None, None, None]).clamp(0, 1))


def _deviation(maps: Tensor) -> Tensor:
    return (maps - maps.mean(dim=(1, 2), keepdim=True)).square().mean(dim=(1, 2)).sqrt()


def _local(tones: Tensor) -> Tensor:
    maps = tones[:, None]
    mean = functional.avg_pool2d(maps, _WINDOW, 1)
    variance = functional.avg_pool2d(maps * maps, _WINDOW, 1) - mean * mean
    return variance.clamp(min=0).sqrt().mean(dim=(1, 2, 3))

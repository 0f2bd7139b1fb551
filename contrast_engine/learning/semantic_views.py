"""SimCLR's views, which change contrast freely: only for comparison with the verified ones."""

import torch
from torch import Tensor

from contrast_engine.learning.light import decode_srgb, encode_srgb
from contrast_engine.learning.views import cropped

CROP = 0.08
JITTER = 0.8
GREY = 0.2


@torch.no_grad()
def semantic_views(light: Tensor, draw: torch.Generator) -> Tensor:
    """Give one view of each picture as SimCLR makes them: crop, flip, jitter, grey.

    Crops from 8 % of the area; brightness, contrast and saturation of the code values jittered by
    up to 80 % (its full strength) with probability 0.8; no colour with probability 0.2. None of
    it is measured.

    Source: Chen 2020 (SimCLR).
    Deviates: no hue jitter and no blur, so that it differs from the verified views in contrast.
    """
    coded = encode_srgb(cropped(light, draw, CROP))
    n, device = len(light), light.device

    def some(low: float, high: float) -> Tensor:
        return (low + (high - low) * torch.rand(n, generator=draw, device=device))[
            :, None, None, None
        ]

    brighter = (coded * some(1 - JITTER, 1 + JITTER)).clamp(0, 1)
    mean = brighter.mean(dim=(1, 2, 3), keepdim=True)
    harsher = (mean + (brighter - mean) * some(1 - JITTER, 1 + JITTER)).clamp(0, 1)
    grey = harsher.mean(dim=1, keepdim=True)
    colour = (grey + (harsher - grey) * some(1 - JITTER, 1 + JITTER)).clamp(0, 1)
    jittered = torch.where(some(0, 1) < 0.8, colour, coded)
    without = jittered.mean(dim=1, keepdim=True).expand_as(jittered)
    return decode_srgb(torch.where(some(0, 1) < GREY, without, jittered))

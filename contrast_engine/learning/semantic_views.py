"""SimCLR's views, which change contrast freely: only for comparison with the verified ones."""

import torch
from torch import Tensor
from torch.nn import functional

from contrast_engine.learning.luminance import decode_srgb, encode_srgb
from contrast_engine.learning.views import cropped

CROP = 0.08
JITTER, HUE = 0.8, 0.2
JITTERED, GREY, BLURRED = 0.8, 0.2, 0.5
BLUR_LEAST, BLUR_MOST = 0.1, 2.0

_LUMA = (0.299, 0.587, 0.114)
_YIQ = (_LUMA, (0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


@torch.no_grad()
def semantic_views(light: Tensor, draw: torch.Generator) -> Tensor:
    """One view of each picture as SimCLR makes them: crop, flip, jitter, grey, blur.

    Crops from 8 % of the area; brightness, contrast and saturation of the code values jittered by
    up to 80 % and hue by a fifth of the circle (its full strength) with probability 0.8; no colour
    with probability 0.2; a Gaussian blur of 0.1 to 2 pixels, over a tenth of the side, with
    probability 0.5. None of it is measured.

    Source: Chen 2020 (SimCLR).
    Deviates: crops keep the shape of the picture, the order of the jitters is fixed, and hue is
    turned in the plane of YIQ.
    """
    coded = encode_srgb(cropped(light, draw, CROP))
    jittered = torch.where(_some(coded, draw, 0, 1) < JITTERED, _jittered(coded, draw), coded)
    without = _luma(jittered).expand_as(jittered)
    shown = torch.where(_some(coded, draw, 0, 1) < GREY, without, jittered)
    blurred = torch.where(_some(coded, draw, 0, 1) < BLURRED, _blurred(shown, draw), shown)
    return decode_srgb(blurred.clamp(0, 1))


def _jittered(coded: Tensor, draw: torch.Generator) -> Tensor:
    least, most = 1 - JITTER, 1 + JITTER
    brighter = (coded * _some(coded, draw, least, most)).clamp(0, 1)
    mean = _luma(brighter).mean(dim=(2, 3), keepdim=True)
    harsher = (mean + (brighter - mean) * _some(coded, draw, least, most)).clamp(0, 1)
    grey = _luma(harsher)
    colour = (grey + (harsher - grey) * _some(coded, draw, least, most)).clamp(0, 1)
    return _turned(colour, 2 * torch.pi * _some(coded, draw, -HUE, HUE)).clamp(0, 1)


def _turned(coded: Tensor, angle: Tensor) -> Tensor:
    """Turn the hues of (n, 3, h, w) by angles (n, 1, 1, 1) at constant luma."""
    yiq = torch.tensor(_YIQ, dtype=coded.dtype, device=coded.device)
    y, i, q = torch.einsum("ck,nkhw->cnhw", yiq, coded)[:, :, None]
    turned = torch.cat(
        [y, i * angle.cos() - q * angle.sin(), i * angle.sin() + q * angle.cos()], dim=1
    )
    return torch.einsum("kc,nchw->nkhw", torch.linalg.inv(yiq), turned)


def _blurred(coded: Tensor, draw: torch.Generator) -> Tensor:
    n, channels, height, width = coded.shape
    reach = max(1, min(height, width) // 20)
    sigma = _some(coded, draw, BLUR_LEAST, BLUR_MOST)[:, :, 0]  # (n, 1, 1)
    places = torch.arange(-reach, reach + 1, dtype=coded.dtype, device=coded.device)
    kernel = torch.exp(-0.5 * (places / sigma).square())
    kernel = (kernel / kernel.sum(dim=2, keepdim=True)).repeat_interleave(channels, dim=0)
    padded = functional.pad(coded, (reach,) * 4, mode="reflect").flatten(0, 1)[None]
    across = functional.conv2d(padded, kernel[:, None], groups=n * channels)
    both = functional.conv2d(across, kernel[:, :, :, None], groups=n * channels)
    return both.view(n, channels, height, width)


def _luma(coded: Tensor) -> Tensor:
    red, green, blue = _LUMA
    return red * coded[:, :1] + green * coded[:, 1:2] + blue * coded[:, 2:]


def _some(like: Tensor, draw: torch.Generator, low: float, high: float) -> Tensor:
    drawn = torch.rand(len(like), generator=draw, device=like.device)
    return (low + (high - low) * drawn)[:, None, None, None]

"""Verified views: versions of pictures whose contrast is measured before they are used.

Positives keep the contrast: crop, flip, turn of hue and saturation at constant luminance, a touch
of exposure and noise. Negatives change it: scale, haze or an S-curve, up or down. Each candidate
is measured at training size beside its picture and accepted only if all three features of the
panel agree; what fails is drawn again, milder or stronger, and what fails to the
end is a pure flip with its hues turned (no change at all) or, for a negative, not used.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from contrast_engine.images.colour import LUMINANCE_WEIGHTS
from contrast_engine.learning.luminance import decode_srgb, encode_srgb, luminance
from contrast_engine.learning.panel import log_panel

KEPT_WITHIN = 0.10
"""Largest |change of ln feature| of a positive, over the panel."""

CHANGED_BY = 0.20
"""Smallest |change of ln feature| of a negative, on every feature of the panel and of one sign."""

TRIES = 3


@dataclass(frozen=True, eq=False)
class Views:
    """Views of a batch, with their proof.

    Args:
        light: (n, 3, h, w) linear light.
        change: (n, 3) ln of each feature of the panel, less that of the picture itself.
        is_accepted: (n,) whether the rule holds; a view where it does not is not to be used.
        attempt: (n,) which draw it is from, 0 the first; meaningless where not accepted.
    """

    light: Tensor
    change: Tensor
    is_accepted: Tensor
    attempt: Tensor


def keeps_contrast(change: Tensor) -> Tensor:
    """Whether each change (n, 3) is small enough for a positive."""
    return change.abs().amax(dim=1) <= KEPT_WITHIN


def alters_contrast(change: Tensor) -> Tensor:
    """Whether each change (n, 3) is large and of one sign, as a negative needs."""
    return (change >= CHANGED_BY).all(dim=1) | (change <= -CHANGED_BY).all(dim=1)


@torch.no_grad()
def positives(light: Tensor, own: Tensor, draw: torch.Generator, crop: float = 0.7) -> Views:
    """One view of each picture that keeps its contrast; every one is accepted.

    Args:
        light: (n, 3, h, w) linear light.
        own: (n, 3) `log_panel` of it.
        draw: Where the random numbers come from, on the same device.
        crop: Smallest share of the area that a crop keeps, at least 0.5.
    """

    def candidate(pictures: Tensor, attempt: int, rows: Tensor | slice) -> Tensor:
        mildness = (1.0, 0.5, 0.0)[min(attempt, 2)]
        kept = 1 - mildness * (1 - crop)
        view = turned_colours(cropped(pictures, draw, kept), draw)
        if not mildness:
            return view
        gain = torch.exp(0.1 * mildness * _between(len(view), -1, 1, draw))
        noise = torch.randn(len(view), 1, *view.shape[2:], generator=draw, device=view.device)
        amount = 0.004 * mildness * _between(len(view), 0, 1, draw)
        return (view * gain[:, None, None, None] + noise * amount[:, None, None, None]).clamp(0, 1)

    return _verified(light, own, candidate, keeps_contrast)


@torch.no_grad()
def negatives(light: Tensor, own: Tensor, draw: torch.Generator) -> Views:
    """One view of each picture whose contrast is altered; look at `is_accepted`.

    A picture that is flat, or black and white already, may have none.

    Args:
        light: (n, 3, h, w) linear light.
        own: (n, 3) `log_panel` of it.
        draw: Where the random numbers come from, on the same device.
    """
    kinds = torch.arange(len(light), device=light.device)

    def candidate(pictures: Tensor, attempt: int, rows: Tensor | slice) -> Tensor:
        # A third of the batch gets each kind; what failed gets the next kind, stronger.
        kind = (kinds[rows] + attempt) % 3
        strength = 1 + 0.4 * attempt
        amount = _between(len(pictures), 0, 1, draw)
        is_up = torch.rand(len(pictures), generator=draw, device=pictures.device) < 0.4
        view = torch.empty_like(pictures)
        for number, change in enumerate(_ALTERATIONS):
            chosen = _where(kind == number)
            if isinstance(chosen, slice):
                made = change(pictures, amount * strength, is_up)
                view = torch.where((kind == number)[:, None, None, None], made, view)
            elif len(chosen):
                view[chosen] = change(pictures[chosen], amount[chosen] * strength, is_up[chosen])
        return view

    return _verified(light, own, candidate, alters_contrast)


def _rescaled(light: Tensor, amount: Tensor, is_up: Tensor) -> Tensor:
    return scaled(light, torch.where(is_up, 1.4 + 0.6 * amount, 0.7 - 0.3 * amount))


def _veiled(light: Tensor, amount: Tensor, is_up: Tensor) -> Tensor:
    return hazed(light, 0.65 - 0.3 * amount)


def _bent(light: Tensor, amount: Tensor, is_up: Tensor) -> Tensor:
    return s_curved(light, torch.where(is_up, 1.0, -1.0) * (4 + 3 * amount))


_ALTERATIONS = (_rescaled, _veiled, _bent)


def _verified(
    light: Tensor,
    own: Tensor,
    candidate: Callable[[Tensor, int, Tensor | slice], Tensor],
    rule: Callable[[Tensor], Tensor],
) -> Views:
    view = candidate(light, 0, slice(None))
    change = log_panel(view) - own
    accepted = rule(change)
    drawn = torch.zeros_like(accepted, dtype=torch.long)
    for attempt in range(1, TRIES):
        rows = _where(~accepted)
        if not isinstance(rows, slice) and not len(rows):
            break
        again = candidate(light[rows], attempt, rows)
        moved = log_panel(again) - own[rows]
        better = rule(moved) & ~accepted[rows]
        view[rows] = torch.where(better[:, None, None, None], again, view[rows])
        change[rows] = torch.where(better[:, None], moved, change[rows])
        accepted[rows] = accepted[rows] | better
        drawn[rows] = torch.where(better, attempt, drawn[rows])
    return Views(view, change, accepted, drawn)


def _where(chosen: Tensor) -> Tensor | slice:
    """The rows to work on: those chosen, or all of them where asking would stall a device."""
    return chosen.nonzero()[:, 0] if chosen.device.type == "cpu" else slice(None)


def cropped(light: Tensor, draw: torch.Generator, smallest: float) -> Tensor:
    """Crop to a random part of the area, flip at random, and bring back to the same size."""
    n, _, height, width = light.shape
    share = torch.sqrt(_between(n, smallest, 1, draw, light.device))  # of each side
    room = 1 - share
    affine = torch.zeros(n, 2, 3, device=light.device)
    flip = torch.where(torch.rand(n, generator=draw, device=light.device) < 0.5, -1.0, 1.0)
    affine[:, 0, 0] = share * flip
    affine[:, 1, 1] = share
    affine[:, 0, 2] = room * _between(n, -1, 1, draw, light.device)
    affine[:, 1, 2] = room * _between(n, -1, 1, draw, light.device)
    if smallest >= 1:  # a flip alone moves no light, not even by rounding
        return torch.where((flip < 0)[:, None, None, None], light.flip(-1), light)
    grid = functional.affine_grid(affine, [n, 3, height, width], align_corners=False)
    return functional.grid_sample(light, grid, padding_mode="border", align_corners=False)


def turned_colours(light: Tensor, draw: torch.Generator) -> Tensor:
    """Turn the hues and change the saturation at constant luminance, as far as 0..1 allows.

    Source: docs/methods.md#verified-views, rgb' = Y + k M (rgb - Y).
    """
    n, device = len(light), light.device
    angle = torch.pi * _between(n, -1, 1, draw, device)
    factor = _between(n, 0, 1.3, draw, device)
    axis = torch.tensor(LUMINANCE_WEIGHTS, dtype=light.dtype, device=device)
    x, y, z = (axis / axis.norm()).tolist()
    cross = torch.tensor([[0, -z, y], [z, 0, -x], [-y, x, 0]], dtype=light.dtype, device=device)
    turn = (
        torch.eye(3, dtype=light.dtype, device=device)
        + torch.sin(angle)[:, None, None] * cross
        + (1 - torch.cos(angle))[:, None, None] * (cross @ cross)
    )
    grey = luminance(light)[:, None]
    offset = torch.einsum("nij,njhw->nihw", factor[:, None, None] * turn, light - grey)
    room = torch.where(offset > 0, 1 - grey, grey).clamp(min=0)
    reach = (room / offset.abs().clamp(min=1e-6)).amin(dim=1, keepdim=True)
    return (grey + reach.clamp(max=1) * offset).clamp(0, 1)


def scaled(light: Tensor, factor: Tensor) -> Tensor:
    """Stretch or squeeze each picture about its mean luminance by its factor (n,)."""
    mean = luminance(light).mean(dim=(1, 2))[:, None, None, None]
    return (mean + factor[:, None, None, None] * (light - mean)).clamp(0, 1)


def hazed(light: Tensor, transmission: Tensor, airlight: float = 0.8) -> Tensor:
    """Each picture behind a veil that lets this share (n,) of it through."""
    share = transmission.clamp(0.02, 1)[:, None, None, None]
    return light * share + airlight * (1 - share)


def s_curved(light: Tensor, slope: Tensor) -> Tensor:
    """Bend the tones of each picture around middle grey by its slope (n,); below 0 undoes it."""
    code = 2 * encode_srgb(light.clamp(0, 1)) - 1
    strength = slope.abs().clamp(min=1e-3)[:, None, None, None] / 4
    end = torch.tanh(strength)
    up = torch.tanh(strength * code) / end
    down = torch.atanh((code * end).clamp(-0.9999999, 0.9999999)) / strength
    curved = torch.where(slope[:, None, None, None] > 0, up, down)
    return decode_srgb(((curved + 1) / 2).clamp(0, 1))


def _between(
    n: int, low: float, high: float, draw: torch.Generator, device: torch.device | None = None
) -> Tensor:
    return low + (high - low) * torch.rand(n, generator=draw, device=device or draw.device)

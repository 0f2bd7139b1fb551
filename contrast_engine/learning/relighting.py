"""Whole batches under another light: von Kries scaling, log colours, and what may be looked at.

The same as `illuminants.relighting` and `illuminants.angles`, in torch and on the device (tested
against them); float32 always, since bfloat16 has too few bits for a colour.
"""

import torch
from torch import Tensor
from torch.nn import functional

SATURATED = 0.98
"""From this share of white on, a channel counts as saturated."""

DARKEST = 2.0**-12
"""Linear light that a logarithm takes for black."""


def usable(light: Tensor) -> Tensor:
    """Which pixels (n, h, w) of linear light (n, 3, h, w) are neither black nor saturated."""
    return (light.sum(dim=1) > 0) & (light.amax(dim=1) < SATURATED)


def relit(light: Tensor, valid: Tensor, lights: Tensor, new_lights: Tensor) -> Tensor:
    """Pictures as another light would show them; the mean over valid pixels stays, then clipped.

    Args:
        light: (n, 3, h, w) linear light.
        valid: (n, h, w) pixels that are neither masked, black nor saturated.
        lights: (n, 3) the illuminants of the pictures.
        new_lights: (n, 3) the illuminants to have.

    Source: von Kries scaling as in Lo 2021 (CLCC), diagonal instead of full matrices.
    """
    gains = functional.normalize(new_lights, dim=1) / functional.normalize(lights, dim=1)
    made = light * gains[:, :, None, None]
    was, now = (_total(picture, valid) for picture in (light, made))
    factor = torch.where(now > 0, was / now.clamp(min=1e-30), torch.ones_like(now))
    return (made * factor[:, None, None, None]).clamp(max=1)


def log_rgb(light: Tensor) -> Tensor:
    """Linear light as logarithms, 0..1 for 0..1: ln(max(x, d) / d) / ln(1 / d), d = 2^-12.

    Another light adds a constant to each channel, as long as nothing is below d.
    """
    floor = torch.tensor(DARKEST, dtype=light.dtype, device=light.device)
    return (light.clamp(min=DARKEST) / floor).log() / (1 / floor).log()


def angles(one: Tensor, two: Tensor) -> Tensor:
    """Angles in degrees between lights, (n, 3) each: (n,)."""
    across = torch.linalg.cross(one, two, dim=1).norm(dim=1)
    return torch.rad2deg(torch.atan2(across, (one * two).sum(dim=1)))


def drawn_away(lights: Tensor, pool: Tensor, draw: torch.Generator, least: float = 5.0) -> Tensor:
    """A light of the pool for each light (n, 3), at least some degrees away from it.

    Where the pool (m, 3) has none so far away, the farthest.
    """
    n, m = len(lights), len(pool)
    apart = angles(lights.repeat_interleave(m, 0), pool.repeat(n, 1)).view(n, m)
    farthest = apart >= apart.amax(dim=1, keepdim=True)
    allowed = torch.where((apart >= least).any(dim=1, keepdim=True), apart >= least, farthest)
    chosen = torch.multinomial(allowed.float(), 1, generator=draw)[:, 0]
    return pool[chosen]


def _total(light: Tensor, valid: Tensor) -> Tensor:
    return (light * valid[:, None]).sum(dim=(1, 2, 3))

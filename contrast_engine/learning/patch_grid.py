"""Pictures cut into a grid of square patches: the shifted grid, masks, and what lies beside."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from contrast_engine.learning.luminance import encode_srgb, luminance

BINS = 32
"""Tones that are told apart in a patch, as `complexity.patch_entropy` counts them."""

LARGEST_ENTROPY = 5.0
"""Bits of `BINS` equally frequent tones: what entropies are divided by before they are learnt."""

_DIRECTIONS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


def whole_patches(maps: Tensor, side: int) -> Tensor:
    """Pictures (n, c, h, w) reflected at the right and below up to whole patches."""
    down, right = (-length % side for length in maps.shape[-2:])
    return functional.pad(maps, (0, right, 0, down), mode="reflect") if down or right else maps


@torch.no_grad()
def patch_entropy(light: Tensor, side: int) -> Tensor:
    """Entropy in bits of the tones of each patch of linear light (n, 3, h, w): (n, g, g').

    Source: `complexity.patch_entropy`, the same definition in numpy.
    """
    return entropy_of_tones(tones_of(light), side)


@torch.no_grad()
def tones_of(light: Tensor) -> Tensor:
    """Y' of linear light (n, 3, h, w), luminance on the sRGB curve: (n, 1, h, w)."""
    return encode_srgb(luminance(light).clamp(0, 1))[:, None]


@torch.no_grad()
def entropy_of_tones(tones: Tensor, side: int) -> Tensor:
    """Entropy in bits of each patch of tones (n, 1, h, w): (n, g, g')."""
    n, _, height, width = (tones := whole_patches(tones, side)).shape
    down, across = height // side, width // side
    cells = tones.reshape(n, down, side, across, side).transpose(2, 3).reshape(-1, side * side)
    place = (BINS * cells).long().clamp(max=BINS - 1)  # (n g g', side^2)
    # sums of ones are exact in any order, so a GPU gives the same counts every time
    counts = torch.zeros(len(cells), BINS, device=tones.device)
    counts.scatter_add_(1, place, torch.ones_like(cells))
    share = counts / side**2
    bits = -(share * share.clamp(min=1e-12).log2()).sum(dim=1)
    occupied = (counts > 0).sum(dim=1)
    bias = (occupied - 1) / (2 * side**2 * math.log(2))
    return (bits + bias).view(n, down, across)


@torch.no_grad()
def shifted(light: Tensor, side: int, draw: torch.Generator) -> Tensor:
    """Each picture moved by an eighth to half a patch in one of eight directions, reflected.

    Patches at the same place of the grid then share at least a quarter of their pixels, half
    where the picture moved along one axis.

    Args:
        light: (n, 3, h, w) linear light.
        side: Of a patch, in pixels.
        draw: Random numbers, on the same device.
    """
    n, _, height, width = light.shape
    device = light.device
    directions = torch.tensor(_DIRECTIONS, device=device)
    way = directions[torch.randint(len(_DIRECTIONS), (n,), generator=draw, device=device)]
    least, most = max(1, side // 8), side // 2
    far = torch.randint(least, most + 1, (n, 1), generator=draw, device=device)
    offset = way * far  # (n, 2)
    rows = _reflected(torch.arange(height, device=device) + offset[:, :1], height)
    columns = _reflected(torch.arange(width, device=device) + offset[:, 1:], width)
    which = torch.arange(n, device=device)[:, None, None]
    moved = light.permute(0, 2, 3, 1)[which, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def _reflected(places: Tensor, length: int) -> Tensor:
    """Places beyond either end, brought back as a mirror there would: ... 2 1 0 1 2 ..."""
    inside = places.abs()
    return torch.where(inside >= length, 2 * (length - 1) - inside, inside)


@torch.no_grad()
def half_masked(n: int, down: int, across: int, draw: torch.Generator) -> Tensor:
    """For each of n grids which half of the patches is hidden, true there: (n, down, across)."""
    order = torch.rand(n, down * across, generator=draw, device=draw.device).argsort(dim=1)
    return (order.argsort(dim=1) < down * across // 2).view(n, down, across)


def with_patches_hidden(seen: Tensor, hidden: Tensor, side: int) -> Tensor:
    """Pictures (n, c, h, w) with hidden patches filled and one more channel, 1 where visible.

    The fill is the mean over the visible patches of the picture: it holds nothing of a hidden one.

    Args:
        seen: Whole patches.
        hidden: (n, g, g') true where hidden.
        side: Of a patch, in pixels.
    """
    visible = (~hidden).to(seen.dtype)[:, None]
    visible = visible.repeat_interleave(side, dim=2).repeat_interleave(side, dim=3)
    mean = (seen * visible).sum(dim=(2, 3), keepdim=True) / visible.sum(dim=(2, 3), keepdim=True)
    return torch.cat([seen * visible + mean * (1 - visible), visible], dim=1)


def mean_of_visible(values: Tensor, hidden: Tensor) -> Tensor:
    """Mean of the visible ones among the eight neighbours of each patch: (n, g, g').

    Where all of them are hidden it is the mean of all visible patches of the picture. This is the
    reference that predictions of hidden patches have to beat.

    Args:
        values: (n, g, g') of each patch.
        hidden: (n, g, g') true where hidden.
    """
    visible = (~hidden).to(values.dtype)
    ring = torch.ones(1, 1, 3, 3, dtype=values.dtype, device=values.device)
    ring[..., 1, 1] = 0
    both = torch.stack([values * visible, visible], dim=1).flatten(0, 1)[:, None]
    sums = functional.conv2d(both, ring, padding=1).view(len(values), 2, *values.shape[1:])
    total, count = sums[:, 0], sums[:, 1]
    overall = (values * visible).sum(dim=(1, 2)) / visible.sum(dim=(1, 2)).clamp(min=1)
    return torch.where(count > 0, total / count.clamp(min=1), overall[:, None, None])

"""The contrast panel of whole batches: what views are measured with while a network trains.

The same definitions as the features c_rms, sigma_l, gcf and lc_mean, taken at training size, in
float32 and on the device. Values are comparable with each other, not with those measured at
analysis size.
"""

from functools import lru_cache

import torch
from torch import Tensor

from contrast_engine.learning.luminance import lightness, luminance

PANEL = ("c_rms", "sigma_l", "gcf")
"""The three features that views are judged by, in the order of the columns."""

_SUPERPIXELS = (1, 2, 4, 8, 16, 25, 50, 100, 200)
_FLOOR = 1e-4
_WINDOW = 11


@torch.no_grad()
def log_panel(light: Tensor) -> Tensor:
    """Ln of c_rms, sigma(L*) and GCF of linear light (n, 3, h, w): (n, 3)."""
    y = luminance(light)
    spread = _spread(y) / y.mean(dim=(1, 2)).clamp(min=1e-4)
    sigma = _spread(lightness(y))
    return torch.stack([spread, sigma, gcf(y)], dim=1).clamp(min=_FLOOR).log()


def _spread(maps: Tensor) -> Tensor:
    """Standard deviation over (n, h, w), in two passes: four times as fast as torch's own."""
    return (maps - maps.mean(dim=(1, 2), keepdim=True)).square().mean(dim=(1, 2)).sqrt()


@torch.no_grad()
def log_local_contrast(light: Tensor) -> Tensor:
    """Ln of the mean local contrast in 11-pixel windows: (n,)."""
    y = luminance(light)
    down, across = (_window(side, light.device) for side in y.shape[-2:])
    mean = down @ y @ across.T
    variance = down @ (y * y) @ across.T - mean * mean
    local = variance.clamp(min=0).sqrt() / mean.clamp(min=0.01)
    return local.mean(dim=(1, 2)).clamp(min=_FLOOR).log()


def gcf(y: Tensor) -> Tensor:
    """Global contrast factor of luminance (n, h, w): (n,).

    Source: Matkovic 2005; the same rules as the feature of that name.
    """
    total = torch.zeros(len(y), dtype=y.dtype, device=y.device)
    height, width = y.shape[-2:]
    for i, size in enumerate(_SUPERPIXELS, 1):
        if (height // size) * (width // size) < 2:
            break
        weight = (-0.406385 * i / 9 + 0.334573) * i / 9 + 0.0877526
        cells = y
        if size > 1:
            cells = _averaging(height, size, y.device) @ y @ _averaging(width, size, y.device).T
        total = total + weight * _mean_difference(100 * cells.clamp(min=0).sqrt())
    return total


def _mean_difference(cells: Tensor) -> Tensor:
    """Mean over cells of the mean absolute difference to their 2 to 4 neighbours: (n,)."""
    height, width = cells.shape[-2:]
    down, across = _shares(height, width, cells.device)
    total = (cells.diff(dim=-2).abs() * down).sum(dim=(-2, -1))
    return total + (cells.diff(dim=-1).abs() * across).sum(dim=(-2, -1))


@lru_cache(maxsize=256)
def _averaging(side: int, size: int, device: torch.device) -> Tensor:
    """The (side // size, side) matrix that averages blocks cut evenly from both ends."""
    count, rest = divmod(side, size)
    starts = {rest // 2, (rest + 1) // 2}  # two of them where the cut falls between two pixels
    matrix = torch.zeros(count, side)
    for start in starts:
        for block in range(count):
            first = start + block * size
            matrix[block, first : first + size] += 1 / (size * len(starts))
    return matrix.to(device)


@lru_cache(maxsize=64)
def _window(side: int, device: torch.device) -> Tensor:
    """The (side, side) matrix that averages an 11-pixel window, reflected at both ends."""
    matrix = torch.zeros(side, side)
    for row in range(side):
        for place in range(row - _WINDOW // 2, row + _WINDOW // 2 + 1):
            inside = place % (2 * side)  # ... 1 0 | 0 1 2 ... as the feature reflects
            matrix[row, min(inside, 2 * side - 1 - inside)] += 1 / _WINDOW
    return matrix.to(device)


@lru_cache(maxsize=256)
def _shares(height: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """How much each difference down and across counts in the mean over cells."""

    def neighbours(n: int) -> Tensor:
        count = torch.full((n,), 2.0)
        count[0] -= 1
        count[-1] -= 1
        return count

    share = 1 / (neighbours(height)[:, None] + neighbours(width)[None]) / (height * width)
    return (share[1:] + share[:-1]).to(device), (share[:, 1:] + share[:, :-1]).to(device)

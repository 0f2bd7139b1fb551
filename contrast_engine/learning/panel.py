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
        if size >= max(height, width):
            break
        weight = (-0.406385 * i / 9 + 0.334573) * i / 9 + 0.0877526
        ways = [(down, across) for down in _averaging(height, size, y.device)
                for across in _averaging(width, size, y.device)]  # fmt: skip
        for down, across in ways:
            roots = 100 * (down @ y @ across.T).clamp(min=0).sqrt()
            total = total + weight * _mean_difference(roots, height, width, size) / len(ways)
    return total


def _mean_difference(cells: Tensor, height: int, width: int, size: int) -> Tensor:
    """Mean over cells of the mean absolute difference to their 2 to 4 neighbours: (n,)."""
    down, across = _shares(height, width, size, cells.device)
    total = (cells.diff(dim=-2).abs() * down).sum(dim=(-2, -1))
    return total + (cells.diff(dim=-1).abs() * across).sum(dim=(-2, -1))


@lru_cache(maxsize=256)
def _averaging(side: int, size: int, device: torch.device) -> tuple[Tensor, ...]:
    """The matrices that average cells laid from one end and from the other, the partial one last.

    One of them where cells fill the side; each is (cells, side).
    """
    starts = range(0, side, size)
    matrix = torch.zeros(len(starts), side)
    for cell, start in enumerate(starts):
        matrix[cell, start : start + size] = 1 / min(size, side - start)
    ways = (matrix, matrix.flip(1)) if side % size else (matrix,)
    return tuple(way.to(device) for way in ways)


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
def _shares(height: int, width: int, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """How much each difference down and across counts in the mean over cells.

    The last cells count for what they cover, and each divides by what its neighbours cover.
    """
    rows, columns = (_covered(side, size) for side in (height, width))
    beside = _beside(rows)[:, None] + _beside(columns)[None]
    share = 1 / beside.clamp(min=1) / (height / size * width / size)
    down = (rows[1:] * rows[:-1])[:, None] * columns[None] * (share[1:] + share[:-1])
    across = rows[:, None] * (columns[1:] * columns[:-1])[None] * (share[:, 1:] + share[:, :-1])
    return down.to(device), across.to(device)


def _covered(side: int, size: int) -> Tensor:
    """What each cell along a side covers of a whole one."""
    covers = torch.ones(-(-side // size))
    covers[-1] = (side - 1) % size / size + 1 / size
    return covers


def _beside(covers: Tensor) -> Tensor:
    """What the neighbours of each cell along a side cover together."""
    none = torch.zeros(1)
    return torch.cat([none, covers[:-1]]) + torch.cat([covers[1:], none])

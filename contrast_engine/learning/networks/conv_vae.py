"""A small variational autoencoder for pictures of any size, without giant dense layers."""

from functools import lru_cache

import torch
from torch import Tensor, nn

from contrast_engine.learning.losses.beta_vae import LOG_VARIANCE
from contrast_engine.learning.networks.mixed import MixedPrecision

GRID = 4
"""Side of the bottleneck in cells."""


class ConvVAE(MixedPrecision):
    """Encodes code values (n, 3, h, w) to a Gaussian of d dimensions and decodes it again.

    About 0.4 M weights at any picture size: the bottleneck is always 4 x 4 cells.

    Args:
        dimensions: Length d of the latent vector.
        width: Channels of the inner layers.
    """

    def __init__(self, dimensions: int = 32, width: int = 64) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            _down(3, width // 2), _down(width // 2, width), _down(width, width), _down(width, width)
        )
        self.latent = nn.Linear(width * GRID * GRID, 2 * dimensions)
        self.unfold = nn.Linear(dimensions, width * GRID * GRID)
        self.decoder = nn.ModuleList(
            [_same(width, width), _same(width, width), _same(width, width // 2),
             _same(width // 2, width // 4)]
        )  # fmt: skip
        self.paint = nn.Conv2d(width // 4, 3, 3, padding=1)
        self.width = width

    def encode(self, coded: Tensor) -> tuple[Tensor, Tensor]:
        """Give mean and log variance of the latent vector, each (n, d)."""
        with self.precision(coded.device):
            seen = self.encoder(2 * coded - 1)
        cells = pooled(seen.float(), GRID).flatten(1)
        mean, log_variance = self.latent(cells).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-LOG_VARIANCE, LOG_VARIANCE)

    def decode(self, latent: Tensor, height: int, width: int) -> Tensor:
        """Paint code values (n, 3, h, w), 0..1, from latent vectors (n, d)."""
        maps = self.unfold(latent).view(-1, self.width, GRID, GRID)
        sizes = [(-(-height // 2**k), -(-width // 2**k)) for k in range(len(self.decoder))]
        with self.precision(latent.device):
            for layer, size in zip(self.decoder, reversed(sizes), strict=True):
                maps = layer(spread_to(maps, *size))
            painted = self.paint(maps)
        return torch.sigmoid(painted.float())


def pooled(maps: Tensor, side: int) -> Tensor:
    """Average (n, c, h, w) into side x side equal areas, the same on every run of a device."""
    rows = _areas(maps.shape[-2], side, maps.device, maps.dtype)
    return rows @ maps @ _areas(maps.shape[-1], side, maps.device, maps.dtype).T


def spread_to(maps: Tensor, height: int, width: int) -> Tensor:
    """Enlarge (n, c, h, w) to another size, each pixel from the one that covers it."""
    if (height, width) == (2 * maps.shape[-2], 2 * maps.shape[-1]):
        n, c, h, w = maps.shape
        last = maps.permute(0, 2, 3, 1)  # channels stay last in memory, as convolutions like it
        twice = last[:, :, None, :, None].expand(n, h, 2, w, 2, c)
        return twice.reshape(n, height, width, c).permute(0, 3, 1, 2)
    rows = _covering(maps.shape[-2], height, maps.device, maps.dtype)
    return rows @ maps @ _covering(maps.shape[-1], width, maps.device, maps.dtype).T


def _down(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(after),
        nn.ReLU(),
    )  # fmt: skip


def _same(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()
    )


@lru_cache(maxsize=64)
def _areas(size: int, side: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Give the (side, size) matrix whose rows average equal shares of an axis, parts included."""
    edges = torch.linspace(0, size, side + 1)
    pixels = torch.arange(size)
    overlap = torch.minimum(edges[1:, None], pixels[None] + 1) - torch.maximum(
        edges[:-1, None], pixels[None].float()
    )
    return (overlap.clamp(min=0) * side / size).to(device, dtype)


@lru_cache(maxsize=64)
def _covering(size: int, wanted: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """Give the (wanted, size) matrix that repeats each pixel over the area it covers."""
    nearest = ((torch.arange(wanted) + 0.5) * size / wanted).long()
    return torch.nn.functional.one_hot(nearest, size).to(device, dtype)

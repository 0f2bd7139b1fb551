"""A small variational autoencoder for pictures of any size, without giant dense layers."""

from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.learning.losses.beta_vae import LOG_VARIANCE
from contrast_engine.learning.luminance import luminance
from contrast_engine.learning.networks.mixed import MixedPrecision

GRID = 4
"""Side of the bottleneck in cells."""

N_TONES = 2
TONES_CENTRE, TONES_SPREAD = (-1.8, -0.1), 0.5
"""What brings the tones of photographs near the standard normal that a latent vector is."""

LARGEST = 64
"""Pictures of twice this side or more are averaged towards it: few numbers hold nothing finer."""

_STEPS = 8


class ConvVAE(MixedPrecision):
    """Encodes code values (n, 3, h, w) to a Gaussian of d dimensions and decodes it again.

    About 0.4 M weights at any picture size: the bottleneck is always 4 x 4 cells. Large pictures
    are convolved at `LARGEST` pixels and the reconstruction is enlarged; tones are those of the
    picture at its own size.

    Args:
        dimensions: Length d of the latent vector.
        width: Channels of the inner layers.
        carries_tones: The first two numbers of the latent vector are the picture's `tones`,
            measured, and the painting gets those tones: contrast is carried by construction and
            need not survive the bottleneck as a sum of many small shapes.
    """

    centre: Tensor

    def __init__(
        self, dimensions: int = 32, width: int = 64, *, carries_tones: bool = True
    ) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            _down(3, width // 2), _down(width // 2, width), _down(width, width), _down(width, width)
        )
        self.carries_tones = carries_tones
        n_learnt = dimensions - (N_TONES if carries_tones else 0)
        self.latent = nn.Linear(width * GRID * GRID, n_learnt + dimensions)
        self.dimensions = dimensions
        self.register_buffer("centre", torch.tensor(TONES_CENTRE), persistent=False)
        self.unfold = nn.Linear(dimensions, width * GRID * GRID)
        self.decoder = nn.ModuleList(
            [_same(width, width), _same(width, width), _same(width, width // 2)]
        )
        self.paint = nn.Conv2d(width // 2, 3, 3, padding=1)
        self.width = width

    def encode(self, coded: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance of the latent vector, each (n, d)."""
        with self.precision(coded.device):
            seen = self.encoder(2 * shrunk(coded) - 1)
        cells = pooled(seen.float(), GRID).flatten(1)
        found = self.latent(cells).float()
        mean, log_variance = found[:, : -self.dimensions], found[:, -self.dimensions :]
        if self.carries_tones:
            mean = torch.cat([(tones(coded) - self.centre) / TONES_SPREAD, mean], dim=1)
        return mean, log_variance.clamp(-LOG_VARIANCE, LOG_VARIANCE)

    def decode(self, latent: Tensor, height: int, width: int) -> Tensor:
        """Paint code values (n, 3, h, w), 0..1, from latent vectors (n, d)."""
        maps = self.unfold(latent).view(-1, self.width, GRID, GRID)
        times = 2 * shrinks(height, width)  # reconstructed at half the size, then enlarged
        tall, wide = -(-height // times), -(-width // times)
        sizes = [(-(-tall // 2**k), -(-wide // 2**k)) for k in range(len(self.decoder))]
        with self.precision(latent.device):
            for layer, size in zip(self.decoder, reversed(sizes), strict=True):
                maps = layer(spread_to(maps, *size))
            rebuilt = enlarged(self.paint(maps).float(), height, width)
        if self.carries_tones:
            return with_tones(rebuilt, self.centre + TONES_SPREAD * latent[:, :N_TONES])
        return torch.sigmoid(rebuilt)


def shrinks(height: int, width: int) -> int:
    """By how much pictures of this size are averaged before they are convolved."""
    return max(1, min(height, width) // LARGEST)


def shrunk(maps: Tensor) -> Tensor:
    """Average (n, c, h, w) over whole cells until the shorter side is below twice `LARGEST`."""
    times = shrinks(*maps.shape[-2:])
    return functional.avg_pool2d(maps, times, ceil_mode=True) if times > 1 else maps


def tones(coded: Tensor) -> Tensor:
    """Ln mean luminance and ln of its spread over its mean, of (n, 3, h, w): (n, 2).

    Code values are squared to linear light: nearly the sRGB curve, and cheap.
    """
    y = luminance(coded.square())
    mean = y.mean(dim=(1, 2)).clamp(min=1e-4)
    spread = (y - mean[:, None, None]).square().mean(dim=(1, 2)).clamp(min=1e-8).sqrt()
    return torch.stack([mean.log(), (spread / mean).clamp(min=1e-2).log()], dim=1)


def with_tones(rebuilt: Tensor, wanted: Tensor) -> Tensor:
    """A reconstruction stretched and shifted to the tones wanted, as far as that goes.

    Args:
        rebuilt: (n, 3, h, w) any values; only their differences count.
        wanted: (n, 2) as `tones` gives them.

    Returns:
        (n, 3, h, w) code values 0..1. Gradients pass through the last of the steps.
    """
    centred = rebuilt - rebuilt.mean(dim=(1, 2, 3), keepdim=True)
    shape = centred / (centred.square().mean(dim=(1, 2, 3), keepdim=True) + 1e-5).sqrt()
    offset, gain = torch.zeros_like(wanted).unbind(dim=1)
    few = shape.detach()[:, :, ::2, ::2].contiguous()  # will do to come near
    for step in range(_STEPS):
        is_last = step == _STEPS - 1
        with torch.set_grad_enabled(is_last and torch.is_grad_enabled()):
            lacking = wanted - tones(_toned(shape if is_last else few, offset, gain))
            offset = (offset + 0.7 * lacking[:, 0]).clamp(-8, 8)
            gain = (gain + 0.7 * lacking[:, 1]).clamp(-4, 3)
    return _toned(shape, offset, gain)


def _toned(shape: Tensor, offset: Tensor, gain: Tensor) -> Tensor:
    return torch.sigmoid(_wide(torch.exp(gain)) * shape + _wide(offset))


def _wide(values: Tensor) -> Tensor:
    return values[:, None, None, None]


def pooled(maps: Tensor, side: int) -> Tensor:
    """Average (n, c, h, w) into side x side equal areas, the same on every run of a device."""
    rows = _areas(maps.shape[-2], side, maps.device, maps.dtype)
    return rows @ maps @ _areas(maps.shape[-1], side, maps.device, maps.dtype).T


def spread_to(maps: Tensor, height: int, width: int) -> Tensor:
    """Enlarge (n, c, h, w) to another size, each pixel from the one that covers it."""
    if (height, width) == (2 * maps.shape[-2], 2 * maps.shape[-1]):
        return functional.interpolate(maps, scale_factor=2, mode="nearest")
    rows = _covering(maps.shape[-2], height, maps.device, maps.dtype)
    return rows @ maps @ _covering(maps.shape[-1], width, maps.device, maps.dtype).T


def enlarged(maps: Tensor, height: int, width: int) -> Tensor:
    """Enlarge (n, c, h, w) smoothly to another size, the same on every run of a device."""
    rows = _smooth(maps.shape[-2], height, maps.device)
    return rows @ maps @ _smooth(maps.shape[-1], width, maps.device).T


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
    """The (side, size) matrix whose rows average equal shares of an axis, parts included."""
    edges = torch.linspace(0, size, side + 1)
    pixels = torch.arange(size)
    overlap = torch.minimum(edges[1:, None], pixels[None] + 1) - torch.maximum(
        edges[:-1, None], pixels[None].float()
    )
    return (overlap.clamp(min=0) * side / size).to(device, dtype)


@lru_cache(maxsize=64)
def _covering(size: int, wanted: int, device: torch.device, dtype: torch.dtype) -> Tensor:
    """The (wanted, size) matrix that repeats each pixel over the area it covers."""
    nearest = ((torch.arange(wanted) + 0.5) * size / wanted).long()
    return torch.nn.functional.one_hot(nearest, size).to(device, dtype)


@lru_cache(maxsize=64)
def _smooth(size: int, wanted: int, device: torch.device) -> Tensor:
    """The (wanted, size) matrix of linear interpolation between the centres of pixels."""
    unit = torch.eye(size)[None]  # (1, size, size): each pixel's own row is what it spreads to
    spread = functional.interpolate(unit, wanted, mode="linear", align_corners=False)
    return spread[0].T.contiguous().to(device)

"""A small convolutional encoder for pictures of any size."""

from typing import Any

import torch
from torch import Tensor, nn

from contrast_engine.learning.networks.mixed import MixedPrecision

WIDTHS = (16, 48, 96, 160)
"""Narrow where the maps are large: half the time of four even widths, for the same weights."""


class ConvEncoder(MixedPrecision):
    """Turns linear light (n, 3, h, w) into embeddings (n, d) with about 0.23 M weights.

    Four strided 3 x 3 convolutions; the mean and the spread over the picture of what each of
    them sees are joined and mixed. Spread over the picture, because contrast is one.

    Args:
        dimensions: Length d of an embedding.
        widths: Channels of the convolutions.
    """

    def __init__(self, dimensions: int = 64, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        before = (3, *widths[:-1])
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(b, w, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(w), nn.ReLU()
            )
            for b, w in zip(before, widths, strict=True)
        )
        self.mixing = nn.Linear(2 * sum(widths), dimensions)

    def forward(self, light: Tensor) -> Tensor:
        """Embed a batch of linear light, any size from 16 pixels."""
        # The square root is close to the sRGB code and much cheaper; no gradient passes here.
        seen = 2 * light.clamp(min=0).sqrt() - 1
        pooled: list[Tensor] = []
        with self.precision(light.device):
            for stage in self.stages:
                seen = stage(seen)
                pooled += mean_and_spread(seen)
        embedding: Tensor = self.mixing(torch.cat(pooled, dim=1))
        return embedding


def mean_and_spread(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over the picture of each channel of (n, c, h, w): (n, c) each."""
    mean, spread = _MeanAndSpread.apply(maps)  # type: ignore[no-untyped-call]
    return mean, spread


class _MeanAndSpread(torch.autograd.Function):
    """With its gradient in one pass over the maps: torch itself takes five, a third of a step."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and spread."""
        # in float32 even under autocast: bfloat16 has 8 bits, too few for small differences;
        # two passes, since torch's own variance takes five times as long with channels last
        exact = maps if maps.dtype == torch.float64 else maps.float()
        mean = exact.mean(dim=(2, 3), keepdim=True)
        spread = ((exact - mean).square().mean(dim=(2, 3), keepdim=True) + 1e-5).sqrt()
        ctx.save_for_backward(maps, mean, spread)
        return mean[:, :, 0, 0], spread[:, :, 0, 0]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        """The gradient of the maps from those of mean and spread."""
        maps, mean, spread = ctx.saved_tensors
        of_mean, of_spread = (each[:, :, None, None] for each in gradients)
        area = maps.shape[2] * maps.shape[3]
        slope = of_spread / (area * spread)
        shift = of_mean / area - mean * slope
        return torch.addcmul(shift.to(maps.dtype), maps, slope.to(maps.dtype))


def projector(dimensions: int, width: int = 128, out: int = 64) -> nn.Sequential:
    """A head of two layers on which a contrastive loss acts, thrown away after training."""
    return nn.Sequential(
        nn.Linear(dimensions, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Linear(width, out)
    )

"""A small network that sees the colour of the light, in linear or in log RGB."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.learning.networks.conv_encoder import mean_and_spread
from contrast_engine.learning.relighting import log_rgb, usable

WIDTHS = (16, 32, 48, 64)

EXPOSED = 0.18
"""Mean that every picture is brought to: how long it was exposed says nothing of the colour."""


class LightEncoder(nn.Module):
    """Turns linear light (n, 3, h, w) into embeddings (n, d); always in float32.

    It sees log or linear RGB, and which pixels may be looked at; those that are black or saturated
    are 0. Mean and spread over the picture of the input and of four strided convolutions are
    joined and mixed.

    Args:
        dimensions: Length d of an embedding.
        is_log: Whether it sees log RGB.
        widths: Channels of the convolutions.
    """

    def __init__(self, dimensions: int, *, is_log: bool, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.is_log = is_log
        before = (4, *widths[:-1])
        self.stages = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(b, w, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(w), nn.ReLU()
            )
            for b, w in zip(before, widths, strict=True)
        )
        self.mixing = nn.Linear(2 * (3 + sum(widths)), dimensions)

    def forward(self, light: Tensor) -> Tensor:
        """Embed a batch of linear light, any size from 16 pixels."""
        colours, valid = self.seen(light)
        share = valid.mean(dim=(2, 3)).clamp(min=1e-6)
        mean = (colours * valid).mean(dim=(2, 3)) / share
        off = (colours - mean[:, :, None, None]) * valid
        spread = (off.square().mean(dim=(2, 3)) / share + 1e-5).sqrt()
        pooled = [mean, spread]
        maps = torch.cat([colours * valid, valid], dim=1)
        for stage in self.stages:
            maps = stage(maps)
            pooled += mean_and_spread(maps)
        embedding: Tensor = self.mixing(torch.cat(pooled, dim=1))
        return embedding

    def seen(self, light: Tensor) -> tuple[Tensor, Tensor]:
        """What the convolutions see: colours (n, 3, h, w), and where they count (n, 1, h, w)."""
        valid = usable(light)[:, None].float()
        total = (light * valid).sum(dim=(1, 2, 3)) / (3 * valid.sum(dim=(1, 2, 3))).clamp(min=1)
        exposed = light * (EXPOSED / total.clamp(min=1e-6))[:, None, None, None]
        return (2 * log_rgb(exposed) - 1 if self.is_log else exposed), valid


class LightHead(nn.Module):
    """Three positive numbers of unit length from an embedding (n, d): a light, (n, 3).

    Args:
        dimensions: Length d of an embedding.
    """

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.mixing = nn.Linear(dimensions, 3)

    def forward(self, embedding: Tensor) -> Tensor:
        """The light of each embedding."""
        return functional.normalize(functional.softplus(self.mixing(embedding)) + 1e-4, dim=1)

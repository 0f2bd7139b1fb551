"""A small convolutional encoder of patches, and the decoder of what a hidden patch holds."""

from itertools import pairwise

import torch
from torch import Tensor, nn

from contrast_engine.learning.networks.mixed import MixedPrecision

WIDTHS = (32, 64, 96, 128)
"""Channels of the stages: the first takes cells of 4 x 4 pixels, each further one halves."""

STEM = 4


class PatchEncoder(MixedPrecision):
    """Turns pictures and what of them is visible, (n, 4, h, w), into maps of every stage.

    Strided 4 x 4 convolutions, whose cells lie on the patches exactly. The last map has one cell
    for each patch: its token.

    Args:
        side: Of a patch in pixels: 8, 16 or 32.
    """

    def __init__(self, side: int = 16) -> None:
        super().__init__()
        self.side = side
        self.widths = widths = WIDTHS[: (side // STEM).bit_length()]
        layers = [nn.Conv2d(4, widths[0], STEM, stride=STEM, bias=False)]
        layers += [
            nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False)
            for before, after in pairwise(widths)
        ]
        self.stages = nn.ModuleList(
            nn.Sequential(layer, nn.BatchNorm2d(layer.out_channels), nn.ReLU()) for layer in layers
        )

    def forward(self, seen: Tensor) -> list[Tensor]:
        """Maps of every stage, the last one (n, d, g, g')."""
        maps = []
        with self.precision(seen.device):
            for stage in self.stages:
                seen = stage(seen)
                maps.append(seen)
        return maps


class EntropyDecoder(nn.Module):
    """Predicts the entropy of hidden patches as the mean of visible neighbours plus what it learnt.

    Two 3 x 3 convolutions over the grid; it starts as the mean of the visible neighbours exactly.

    Args:
        width: Channels of a token.
        inner: Channels between.
    """

    def __init__(self, width: int, inner: int = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(width + 3, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
            nn.Conv2d(inner, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner), nn.ReLU(),
        )  # fmt: skip
        self.correction = nn.Conv2d(inner, 1, 1)
        for weight in self.correction.parameters():
            nn.init.zeros_(weight)

    def forward(self, tokens: Tensor, known: Tensor, hidden: Tensor, beside: Tensor) -> Tensor:
        """Predicted entropies (n, g, g'), as shares of the largest.

        Args:
            tokens: (n, d, g, g') of the picture with its hidden patches filled.
            known: (n, g, g') entropies as shares of the largest; hidden ones are not looked at.
            hidden: (n, g, g') true where hidden.
            beside: (n, g, g') mean of the visible neighbours.
        """
        visible = (~hidden).to(known.dtype)
        given = torch.stack([known * visible, visible, beside], dim=1)
        seen = self.layers(torch.cat([tokens.float(), given], dim=1))
        corrected: Tensor = beside + self.correction(seen)[:, 0]
        return corrected

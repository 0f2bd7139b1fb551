"""From the maps of all stages to one embedding of the picture, learnt without labels."""

import torch
from torch import Tensor, nn

from contrast_engine.learning.networks.conv_encoder import mean_and_spread
from contrast_engine.learning.patch_grid import entropy_of_tones, tones_of

SIDES = (8, 16, 32)
"""Sides in pixels of the patches whose entropies are summed up."""

QUANTILES = (0.75, 0.5, 0.9, 0.25, 0.1)
N_CARRIED = len(SIDES) * (len(QUANTILES) + 2)
"""Entropies that an embedding carries as they are, where it is long enough."""


class PatchSummary(nn.Module):
    """What patches hold and what every stage sees of them, as d numbers.

    The first of them, at most half, are `entropies`, measured. The others are learnt from the mean
    and the spread over the picture of the maps of every stage: a linear autoencoder with tied
    weights on standardised numbers, whose rows come to span the principal axes. No gradient goes
    into the maps, so it changes nothing of what is learnt there.

    Args:
        widths: Channels of the stages.
        dimensions: Length d of an embedding.

    Source: Baldi and Hornik 1989: a linear autoencoder finds the principal subspace.
    """

    def __init__(self, widths: tuple[int, ...], dimensions: int) -> None:
        super().__init__()
        n_numbers = 2 * sum(widths)
        self.n_carried = min(N_CARRIED, dimensions // 2)
        self.standard = nn.BatchNorm1d(n_numbers, affine=False)
        self.axes = nn.Linear(n_numbers, dimensions - self.n_carried, bias=False)
        nn.init.orthogonal_(self.axes.weight)

    def forward(self, maps: list[Tensor], light: Tensor) -> Tensor:
        """Embed the maps of a batch of linear light (n, 3, h, w): (n, d)."""
        carried = entropies(light)[:, : self.n_carried]
        return torch.cat([carried, self.axes(self._numbers(maps))], dim=1)

    def error(self, maps: list[Tensor]) -> Tensor:
        """Mean squared error of the numbers rebuilt from the learnt ones; 1 for none rebuilt."""
        numbers = self._numbers(maps)
        rebuilt: Tensor = self.axes(numbers) @ self.axes.weight
        return (rebuilt - numbers).square().mean()

    def _numbers(self, maps: list[Tensor]) -> Tensor:
        pooled = [part for each in maps for part in mean_and_spread(each.detach())]
        numbers: Tensor = self.standard(torch.cat(pooled, dim=1))
        return numbers


@torch.no_grad()
def entropies(light: Tensor) -> Tensor:
    """Quantiles, mean and spread over patches of their entropy in bits, of three sides: (n, 21).

    The upper quartile of each side first, then the median, the 90th, 25th and 10th percentiles,
    the mean, the standard deviation.
    """
    tones = tones_of(light)
    cells = [entropy_of_tones(tones, side).flatten(1) for side in SIDES]
    points = torch.tensor(QUANTILES, device=light.device)
    quantiles = torch.stack([each.quantile(points, dim=1) for each in cells], dim=1)  # (q, 3, n)
    parts = [each.T for each in quantiles]
    parts.append(torch.stack([each.mean(dim=1) for each in cells], dim=1))
    parts.append(torch.stack([each.std(dim=1, correction=0) for each in cells], dim=1))
    return torch.cat(parts, dim=1)

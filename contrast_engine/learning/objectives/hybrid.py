"""Hybrid: measured statistics and convolutions in one embedding, with one objective."""

import torch
from torch import Tensor, nn

from contrast_engine.learning.losses.nt_xent import nt_xent
from contrast_engine.learning.luminance import lightness, luminance
from contrast_engine.learning.networks.conv_encoder import ConvEncoder, projector
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.objectives.contrastive import alike
from contrast_engine.learning.objectives.rank import ladder_pairs, rising
from contrast_engine.learning.panel import log_local_contrast, log_panel
from contrast_engine.learning.views import positives

N_STATISTICS = 8


class Hybrid(Objective):
    """Convolutions and eight statistics measured on the same pixels, mixed by a small network.

    The statistics enter by their mean and spread over the collection, so that neither side
    outweighs the other. Trained by NT-Xent on verified views and by the ranking hinge together.

    Args:
        dimensions: Length of an embedding.
        temperature: Of NT-Xent.
        ranking: Weight of the ranking hinge.
        centre: (8,) mean of each statistic over the collection.
        spread: (8,) standard deviation of each.
    """

    def __init__(
        self, dimensions: int, temperature: float, ranking: float, centre: Tensor, spread: Tensor
    ) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.mixer: nn.Module = nn.Sequential(
            nn.Linear(dimensions + N_STATISTICS, 128), nn.ReLU(), nn.Linear(128, dimensions)
        )
        self.projector: nn.Module = projector(dimensions)
        self.scorer: nn.Module = nn.Linear(dimensions, 1)
        self.temperature, self.ranking = temperature, ranking
        self.centre: Tensor
        self.spread: Tensor
        self.register_buffer("centre", centre)
        self.register_buffer("spread", spread)

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The joint loss, its two parts, and the share of pairs ordered correctly."""
        n = len(light)
        own = log_panel(light)
        views = [positives(light, own, draw).light for _ in range(2)]
        low, high = ladder_pairs(light[: -(-n // 2)], draw)  # half of them: as dear as the views
        embedded = self.embed(torch.cat([*views, low, high])).float()
        z = self.projector(embedded[: 2 * n]).float()
        together = nt_xent(z[:n], z[n:], temperature=self.temperature, same_contrast=alike(own))
        of_low, of_high = self.scorer(embedded[2 * n :])[:, 0].chunk(2)
        step = (log_panel(high) - log_panel(low)).median(dim=1).values
        order, counts = rising(of_low, of_high, step)
        right = (((of_high > of_low).float() * counts).sum() / counts.sum().clamp(min=1)).detach()
        loss = together + self.ranking * order
        return {"loss": loss, "nt_xent": together, "hinge": order, "pairs_right": right}

    def embed(self, light: Tensor) -> Tensor:
        """The mix of what was convolved and what was measured."""
        measured = (statistics(light) - self.centre) / self.spread
        embedding: Tensor = self.mixer(torch.cat([self.encoder(light).float(), measured], dim=1))
        return embedding

    def watched(self, light: Tensor) -> Tensor:
        """What NT-Xent acts on."""
        projected: Tensor = self.projector(self.embed(light))
        return projected

    def score(self, embedding: Tensor) -> Tensor:
        """The learnt amount of contrast."""
        score: Tensor = self.scorer(embedding)[:, 0]
        return score


@torch.no_grad()
def statistics(light: Tensor) -> Tensor:
    """Eight statistics of linear light (n, 3, h, w): (n, 8).

    ln of c_rms, sigma(L*), GCF and mean local contrast; mean L* over 100; used share of the
    lightness scale; mean chroma as distance from grey; share of near-black and near-white pixels.
    """
    y = luminance(light)
    light_l = lightness(y).flatten(1) / 100
    in_order = light_l[:, ::4].sort(dim=1).values  # a quarter of the pixels will do for the ends
    low, high = (in_order[:, int(q * (in_order.shape[1] - 1))] for q in (0.01, 0.99))
    colour = (light - y[:, None]).square().sum(dim=1).sqrt().mean(dim=(1, 2))
    clipped = ((light_l < 0.01) | (light_l > 0.995)).float().mean(dim=1)
    own = [log_panel(light), log_local_contrast(light)[:, None]]
    others = [light_l.mean(dim=1), high - low, colour, clipped]
    return torch.cat([*own, torch.stack(others, dim=1)], dim=1)

"""Rank: a score that rises along ladders of known order, and across clear pairs of pictures."""

import torch
from torch import Tensor, nn

from contrast_engine.learning.losses.ranking import ranking_hinge
from contrast_engine.learning.networks.conv_encoder import ConvEncoder
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.panel import log_local_contrast, log_panel
from contrast_engine.learning.views import cropped, hazed, s_curved, scaled, turned_colours

CLEARLY = 0.1
"""Two pictures are compared only if every feature differs by this much in ln, all one way."""

SMALLEST = 0.05
"""Margins do not shrink below this change in ln, so that noise is not learnt."""


class Rank(Objective):
    """A score learnt from pairs whose order is known.

    Pairs of one picture: two strengths of a scale, haze or S-curve ladder. Pairs of two pictures:
    only where global, multiscale and local features all say which has more contrast. The margin
    of a pair is its measured change in ln, so that the score grows like the logarithm of contrast.

    Args:
        dimensions: Length of an embedding.
        across: Weight of the pairs of different pictures.
    """

    must_spread = False

    def __init__(self, dimensions: int, across: float) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.scorer: nn.Module = nn.Linear(dimensions, 1)
        self.across = across

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The hinge and the share of pairs that the score orders correctly."""
        seen = turned_colours(cropped(light, draw, 0.7), draw)
        low, high = ladder_pairs(seen, draw)
        before, after = log_panel(low), log_panel(high)
        own = torch.cat([after, log_local_contrast(high)[:, None]], dim=1)  # (n, 4)
        scores = self.scorer(self.encoder(torch.cat([low, high])).float())[:, 0]
        of_low, of_high = scores.chunk(2)

        step = (after - before).median(dim=1).values
        within, counts = rising(of_low, of_high, step)

        # each picture against its neighbour in the batch, whichever has more contrast first
        gap = own - own.roll(1, dims=0)
        agreed = ((gap > CLEARLY).all(dim=1) | (gap < -CLEARLY).all(dim=1)).float()
        size = gap.abs().mean(dim=1).clamp(min=SMALLEST)
        ahead = gap[:, 0].sign() * (of_high - of_high.roll(1, dims=0)) / size
        across = ranking_hinge(ahead, torch.zeros_like(ahead), 1.0, agreed)

        right = (((of_high > of_low).float() * counts).sum() / counts.sum().clamp(min=1)).detach()
        return {"loss": within + self.across * across, "pairs_right": right}

    def embed(self, light: Tensor) -> Tensor:
        """What the score is a sum of."""
        embedding: Tensor = self.encoder(light)
        return embedding

    def score(self, embedding: Tensor) -> Tensor:
        """The learnt amount of contrast, in steps of ln contrast."""
        score: Tensor = self.scorer(embedding.float())[:, 0]
        return score


def rising(low: Tensor, high: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """The hinge of ladder pairs, and which of them count, (n,).

    Args:
        low: (n,) scores at the lower place of the ladder.
        high: (n,) scores at the higher place.
        step: (n,) how much contrast was measured to grow, in ln; an S-curve of a very dark picture
            may go the other way, and such a pair does not count.
    """
    counts = (step > 0).float()
    ahead = (high - low) / step.clamp(min=SMALLEST)
    return ranking_hinge(ahead, torch.zeros_like(ahead), 1.0, counts), counts


@torch.no_grad()
def ladder_pairs(light: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
    """Each picture at a lower and a higher place of one of the three ladders.

    A quarter of the batch climbs scale (0.3 to 1), a quarter haze (0.3 to 1), half of it an
    S-curve (1 to 8), the hardest of the three; the places are a tenth of the ladder apart or more.

    Source: docs/methods.md#rank-encoder.
    """
    n = len(light)
    apart = 0.1 + 0.9 * torch.rand(n, generator=draw, device=light.device)
    start = (1 - apart) * torch.rand(n, generator=draw, device=light.device)
    parts = [slice(0, n // 4), slice(n // 4, n // 2), slice(n // 2, n)]
    pairs = []
    for place in (start, start + apart):
        share = 0.3 + 0.7 * place
        made = [
            scaled(light[parts[0]], share[parts[0]]),
            hazed(light[parts[1]], share[parts[1]]),
            s_curved(light[parts[2]], 1 + 7 * place[parts[2]]),
        ]
        pairs.append(torch.cat(made))
    return pairs[0], pairs[1]

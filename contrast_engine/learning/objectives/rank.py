"""Rank: a score that rises along ladders of known order, whatever the brightness."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

from contrast_engine.arrays import Json
from contrast_engine.learning.lightness_panel import lit, log_lightness_panel
from contrast_engine.learning.losses.ranking import ranking_hinge
from contrast_engine.learning.networks.conv_encoder import ConvEncoder
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.views import cropped, hazed, s_curved, scaled, turned_colours

CLEARLY = 0.1
"""Two pictures are compared only if every feature differs by this much in ln, all one way."""

SMALLEST = 0.05
"""Margins do not shrink below this change in ln, so that noise is not learnt."""

LIT = 40 / 255
"""How far code values are shifted, up or down, to make a picture lighter or darker (own choice)."""

FOLLOWS_BRIGHTNESS = 0.25
"""Above this share of what half the contrast moves a score, brightness does (own choice)."""

SETTLED = 3
"""Epochs from which on a ranking is judged: before, it has learnt next to nothing."""


class Rank(Objective):
    """A score learnt from pairs whose order is known.

    Pairs of one picture: two strengths of a scale, haze or S-curve ladder, each made lighter or
    darker on its own. Pairs of one picture at two brightnesses: the score changes by what contrast
    was measured to, which is nothing where nothing is clipped. Pairs of two pictures: only where
    four measures in differences of lightness all say which has more contrast. The margin of a
    pair is its measured change in ln, so that the score grows like the logarithm of contrast.

    Args:
        dimensions: Length of an embedding.
        across: Weight of the pairs of different pictures.
        same: Weight of the pairs of one picture at two brightnesses.
    """

    must_spread = False

    def __init__(self, dimensions: int, across: float, same: float = 1.0) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.scorer: nn.Module = nn.Linear(dimensions, 1)
        self.across, self.same = across, same

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss, and the share of ladder pairs that the score orders correctly."""
        seen = turned_colours(cropped(light, draw, 0.7), draw)
        low, high = (lit(one, _steps(len(seen), draw)) for one in ladder_pairs(seen, draw))
        part = high[::2]
        again = lit(part, _steps(len(part), draw))
        before, own, relit = (log_lightness_panel(one) for one in (low, high, again))
        scores = self.scorer(self.encoder(torch.cat([low, high, again])).float())[:, 0]
        of_low, of_high, of_again = scores.split([len(low), len(high), len(again)])

        step = (own - before).median(dim=1).values
        within, counts = rising(of_low, of_high, step)

        # each picture against its neighbour in the batch, whichever has more contrast first
        gap = own - own.roll(1, dims=0)
        agreed = ((gap > CLEARLY).all(dim=1) | (gap < -CLEARLY).all(dim=1)).float()
        size = gap.abs().mean(dim=1).clamp(min=SMALLEST)
        ahead = gap[:, 0].sign() * (of_high - of_high.roll(1, dims=0)) / size
        across = ranking_hinge(ahead, torch.zeros_like(ahead), 1.0, agreed)

        measured = (relit - own[::2]).mean(dim=1)
        moved = (of_again - of_high[::2] - measured).abs().mean() / CLEARLY

        right = (((of_high > of_low).float() * counts).sum() / counts.sum().clamp(min=1)).detach()
        loss = within + self.across * across + self.same * moved
        return {"loss": loss, "pairs_right": right}

    @torch.no_grad()
    def held_out_metrics(
        self, batches: Iterable[Tensor], draw: torch.Generator
    ) -> dict[str, float]:
        """How far brightness moves the score, as a share of what half the contrast moves it.

        A fifth of all code values from darker to lighter, less what contrast was measured to
        change; below 0 darker pictures score higher. Unmeasured (no key) if contrast does nothing.
        """
        by_light, by_contrast = [], []
        for light in batches:
            ends = [lit(light, torch.full_like(light[:, 0, 0, 0], end)) for end in (-0.1, 0.1)]
            half = scaled(light, torch.full_like(light[:, 0, 0, 0], 0.5))
            dark, bright, whole, less = (
                self.score(self.embed(one)).cpu() for one in (*ends, light, half)
            )
            change = log_lightness_panel(ends[1]) - log_lightness_panel(ends[0])
            by_light.append(bright - dark - change.mean(dim=1).cpu())
            by_contrast.append(whole - less)
        of_contrast = float(torch.cat(by_contrast).mean()) if by_contrast else 0.0
        if of_contrast <= 0:
            return {}
        return {"by_brightness": float(torch.cat(by_light).mean()) / of_contrast}

    def verdict(self, history: Sequence[Json]) -> str | None:
        """Refused if brightness moves the score by much of what half the contrast does."""
        share = history[-1].get("by_brightness", 0.0) if len(history) >= SETTLED else 0.0
        if abs(share) <= FOLLOWS_BRIGHTNESS:
            return None
        which = "light" if share > 0 else "dark"
        return (
            f"its score follows brightness: at the same contrast, {which} pictures score higher by "
            f"{abs(share):.2f} of what half the contrast changes, more than {FOLLOWS_BRIGHTNESS:g};"
            " train it for more epochs or on more images"
        )

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


def _steps(n: int, draw: torch.Generator) -> Tensor:
    """How far each of n pictures is made lighter or darker, in code values of 0..1."""
    return LIT * (2 * torch.rand(n, generator=draw, device=draw.device) - 1)


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

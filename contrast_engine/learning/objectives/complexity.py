"""Complexity: patches recognised under shifts, and how much a hidden patch holds."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.arrays import Json
from contrast_engine.learning.losses.nt_xent import nt_xent
from contrast_engine.learning.losses.patch_contrast import patch_contrast
from contrast_engine.learning.networks.patch_encoder import EntropyDecoder, PatchEncoder
from contrast_engine.learning.networks.patch_summary import PatchSummary
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.patch_grid import (
    LARGEST_ENTROPY,
    half_masked,
    mean_of_visible,
    patch_entropy,
    shifted,
    whole_patches,
    with_patches_hidden,
)
from contrast_engine.learning.patch_health import alignment, r_squared, uniformity
from contrast_engine.learning.semantic_views import semantic_views
from contrast_engine.learning.views import turned_colours

MOST_PATCHES = 1024
"""Patches of a view compared in a step: the cost of the loss grows with their square. Of a larger
batch the same places of every picture are drawn, at least one."""

PROJECTED = 64
NOISE = 0.01
"""Spread of the noise in a shifted view, in linear light."""

BEND = 0.1
"""Where the smooth-L1 loss of entropies turns from square to straight, in shares of the largest."""


class Complexity(Objective):
    """Patch-wise contrastive loss on shifted grids, with masked entropy as auxiliary task.

    loss = patch contrast + masked * smooth-L1 of the entropy of hidden patches + the error of the
    summary, whose gradient reaches no convolution.

    Args:
        dimensions: Length of an embedding.
        side: Of a patch, in pixels.
        temperature: Of the contrastive loss.
        masked: Weight of masked entropy; 0 leaves it out.
        is_semantic: Views are SimCLR's crops instead of shifted grids.
        is_patch_wise: Patches are compared; otherwise their mean over the picture.
        is_changed: Shifted views also get other hues at constant luminance, and noise.

    Source: inspired by CLICv2 (Liu 2025); docs/methods.md#complexity-encoder.
    """

    def __init__(
        self,
        dimensions: int,
        side: int,
        temperature: float,
        masked: float,
        *,
        is_semantic: bool = False,
        is_patch_wise: bool = True,
        is_changed: bool = True,
    ) -> None:
        super().__init__()
        self.encoder = PatchEncoder(side)
        width = self.encoder.widths[-1]
        self.projector: nn.Module = nn.Sequential(
            nn.Conv2d(width, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(),
            nn.Conv2d(width, PROJECTED, 1),
        )  # fmt: skip
        self.summary = PatchSummary(self.encoder.widths, dimensions)
        self.decoder = EntropyDecoder(width) if masked else None
        self.side, self.temperature, self.masked = side, temperature, masked
        self.is_semantic, self.is_patch_wise = is_semantic, is_patch_wise
        self.is_changed = is_changed

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss, its parts, and how patches of two views lie."""
        light = whole_patches(light, self.side)
        views = self._views(light, draw)
        maps = self.encoder(all_visible(torch.cat(views)))
        tokens = self.projector(maps[-1].float()).flatten(2).transpose(1, 2)  # (2n, m, p)
        place = self._places(len(light), tokens.shape[1], draw)
        one, two = tokens[:, place].chunk(2)
        if self.is_patch_wise:
            bits = [patch_entropy(view, self.side).flatten(1)[:, place] for view in views]
            contrast = patch_contrast(one, two, bits[0], bits[1], temperature=self.temperature)
        else:
            means = tokens.mean(dim=1).chunk(2)
            contrast = nt_xent(means[0], means[1], temperature=self.temperature)
        summary = self.summary.error([each[: len(light)] for each in maps])
        terms = {
            "loss": contrast + summary,
            "patch_contrast": contrast.detach(),
            "patch_alignment": alignment(one, two),
            "patch_uniformity": uniformity(one),
        }
        if self.decoder is not None:
            down, across = maps[-1].shape[-2:]
            hidden = half_masked(len(light), down, across, draw)
            known, predicted, _ = self.masked_entropy(light, hidden)
            apart = functional.smooth_l1_loss(predicted, known, beta=BEND, reduction="none")
            error = (apart * hidden).sum() / hidden.sum()  # choosing rows would stall a GPU
            terms["loss"] = terms["loss"] + self.masked * error
            terms["masked_entropy"] = error.detach()
        return terms

    def embed(self, light: Tensor) -> Tensor:
        """The summary of what all stages see of the patches."""
        light = whole_patches(light, self.side)
        embedding: Tensor = self.summary(self.encoder(all_visible(light)), light)
        return embedding

    def watched(self, light: Tensor) -> Tensor:
        """The mean of the projected patches, on which the loss acts."""
        maps = self.encoder(all_visible(whole_patches(light, self.side)))
        projected: Tensor = self.projector(maps[-1].float()).mean(dim=(2, 3))
        return projected

    def masked_entropy(self, light: Tensor, hidden: Tensor) -> Tensor:
        """Entropies as shares of the largest: true, predicted, mean of visible neighbours.

        Args:
            light: (n, 3, h, w) linear light of whole patches.
            hidden: (n, g, g') true where hidden.

        Returns:
            (3, n, g, g'); the last two mean something where hidden only.
        """
        assert self.decoder is not None
        known = patch_entropy(light, self.side) / LARGEST_ENTROPY
        beside = mean_of_visible(known, hidden)
        tokens = self.encoder(with_patches_hidden(seen(light), hidden, self.side))[-1]
        return torch.stack([known, self.decoder(tokens, known, hidden, beside), beside])

    @torch.no_grad()
    def every_patch_hidden(self, light: Tensor, n_masks: int) -> Tensor:
        """`masked_entropy` with each patch hidden in turn, averaged over random halves.

        Args:
            light: (n, 3, h, w) linear light.
            n_masks: Random halves, the same for every picture, each followed by the other half.
        """
        light = whole_patches(light, self.side)
        grid = [length // self.side for length in light.shape[-2:]]
        draw = torch.Generator().manual_seed(0)  # on the CPU: the same halves on every device
        total = torch.zeros(3, len(light), *grid, device=light.device)
        for half in half_masked(n_masks, grid[0], grid[1], draw).to(light.device):
            for hidden in (half, ~half):
                total += self.masked_entropy(light, hidden.expand(len(light), -1, -1)) * hidden
        return total / n_masks

    @torch.no_grad()
    def held_out_metrics(
        self, batches: Iterable[Tensor], draw: torch.Generator
    ) -> dict[str, float]:
        """R² of masked entropy, and of the mean of the visible neighbours on the same patches."""
        if self.decoder is None:
            return {}
        found = []
        for light in batches:
            whole = whole_patches(light, self.side)
            down, across = (length // self.side for length in whole.shape[-2:])
            half = half_masked(len(whole), down, across, draw)
            for hidden in (half, ~half):  # so that every patch is hidden once
                found.append(self.masked_entropy(whole, hidden)[:, hidden])
        known, predicted, beside = torch.cat(found, dim=1)
        return {
            "masked_r2": r_squared(known, predicted),
            "neighbours_r2": r_squared(known, beside),
        }

    def verdict(self, history: Sequence[Json]) -> str | None:
        """Refused unless hidden patches are predicted better than by their neighbours."""
        last = history[-1] if history else {}
        if "masked_r2" not in last or last["masked_r2"] > last["neighbours_r2"]:
            return None
        return (
            f"it predicts the entropy of hidden patches with R² {last['masked_r2']:.3f}, no better "
            f"than the mean of their visible neighbours with {last['neighbours_r2']:.3f}; train it "
            "for more epochs or on more images"
        )

    def _views(self, light: Tensor, draw: torch.Generator) -> tuple[Tensor, Tensor]:
        if self.is_semantic:
            return semantic_views(light, draw), semantic_views(light, draw)
        moved = shifted(light, self.side, draw)
        if self.is_changed:
            moved = turned_colours(moved, draw)
            grain = torch.randn(
                len(moved), 1, *moved.shape[2:], generator=draw, device=moved.device
            )
            moved = (moved + NOISE * grain).clamp(0, 1)
        return light, moved

    def _places(self, n: int, m: int, draw: torch.Generator) -> Tensor:
        kept = min(m, max(1, MOST_PATCHES // n))
        return torch.randperm(m, generator=draw, device=draw.device)[:kept]


def seen(light: Tensor) -> Tensor:
    """Linear light as the network sees it: close to sRGB code values, -1 to 1."""
    return 2 * light.clamp(min=0).sqrt() - 1


def all_visible(light: Tensor) -> Tensor:
    """Pictures (n, 3, h, w) with nothing hidden, as the network takes them: (n, 4, h, w)."""
    return functional.pad(seen(light), (0, 0, 0, 0, 0, 1), value=1.0)

"""Contrastive: views of equal contrast together, altered contrast apart."""

import math

import torch
from torch import Tensor, nn

from contrast_engine.learning.losses.near_in_contrast import near_in_contrast
from contrast_engine.learning.losses.nt_xent import nt_xent
from contrast_engine.learning.networks.conv_encoder import ConvEncoder, projector
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.panel import log_local_contrast, log_panel
from contrast_engine.learning.semantic_views import semantic_views
from contrast_engine.learning.views import Views, negatives, positives

SAME_CONTRAST = 0.1
"""Two pictures closer than this in ln on two of three features are no negatives of each other."""


class Contrastive(Objective):
    """A contrastive loss on verified views and on versions whose contrast was altered.

    Args:
        dimensions: Length of an embedding.
        temperature: Of the loss.
        n_altered: Altered versions of each picture a step.
        width: Views are drawn together by how near they are in ln contrast, this far
            (`near_in_contrast`); 0 for NT-Xent, which draws together the two views of a picture,
            has its altered versions as hard negatives and leaves out pictures of equal contrast.
        is_semantic: Use SimCLR's unmeasured views instead and nothing else: the twin that the
            verified views are compared with.
    """

    def __init__(
        self,
        dimensions: int,
        temperature: float,
        n_altered: int,
        *,
        width: float = 0.0,
        is_semantic: bool = False,
    ) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.projector: nn.Module = projector(dimensions)
        self.temperature = temperature
        self.n_altered = n_altered
        self.width = width
        self.is_semantic = is_semantic

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss and the share of altered versions that could be verified."""
        if self.is_semantic:
            one, two = semantic_views(light, draw), semantic_views(light, draw)
            first, second = self.projector(self.encoder(torch.cat([one, two]))).float().chunk(2)
            return {"loss": nt_xent(first, second, temperature=self.temperature)}
        own = log_panel(light)
        views = [positives(light, own, draw) for _ in range(2)]
        altered = [negatives(light, own, draw) for _ in range(self.n_altered)]
        # One pass for all, so that altered pictures share the batch statistics of the others.
        batch = torch.cat([view.light for view in [*views, *altered]])
        z = self.projector(self.encoder(batch)).float()  # ((2 + k) n, p)
        if self.width:
            changed = torch.cat([own + view.change for view in [*views, *altered]])
            panel = torch.cat([changed, log_local_contrast(batch)[:, None]], dim=1)
            loss = near_in_contrast(z, panel, temperature=self.temperature, width=self.width)
        else:
            loss = self._apart(z, altered, own)
        used = [view.is_accepted.float().mean() for view in altered]
        return {
            "loss": loss,
            "negatives_used": torch.stack(used).mean() if used else loss.new_ones(()),
        }

    def _apart(self, z: Tensor, altered: list[Views], own: Tensor) -> Tensor:
        """NT-Xent with altered versions as hard negatives."""
        n = len(own)
        hard = hard_ok = None
        if altered:
            hard = z[2 * n :].view(self.n_altered, n, -1).transpose(0, 1)  # (n, k, p)
            hard_ok = torch.stack([view.is_accepted for view in altered], dim=1)
        return nt_xent(z[:n], z[n : 2 * n], temperature=self.temperature, hard=hard,
                       hard_ok=hard_ok, same_contrast=alike(own))  # fmt: skip

    def embed(self, light: Tensor) -> Tensor:
        """What the convolutions see, before the head of the loss."""
        embedding: Tensor = self.encoder(light)
        return embedding

    def watched(self, light: Tensor) -> Tensor:
        """What the loss acts on, behind the head."""
        projected: Tensor = self.projector(self.encoder(light))
        return projected

    def ceiling(self, batch: int) -> float | None:
        """Ln(2n - 1), the loss of equal embeddings, where no column is excluded."""
        return math.log(2 * batch - 1) if self.is_semantic else None


def alike(panel: Tensor) -> Tensor:
    """Which pictures of (n, 3) ln features have nearly the same contrast: (n, n)."""
    apart = (panel[:, None] - panel[None]).abs()  # (n, n, 3)
    return (apart < SAME_CONTRAST).sum(dim=2) >= 2

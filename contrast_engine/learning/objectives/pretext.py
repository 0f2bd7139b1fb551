"""Pretext: name the quantile bin of a feature from the picture alone."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from contrast_engine.learning.networks.conv_encoder import ConvEncoder
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.views import positives


class Pretext(Objective):
    """Ordered classification of the bins of one feature, on views that keep the contrast.

    Each boundary between bins is one yes-or-no question, so a near miss costs less than a far one.
    The feature is a function of the picture: nothing can be learnt here that it does not hold.

    Args:
        dimensions: Length of an embedding.
        bins: (pictures,) bin of each picture of the collection, from 0; empty to embed only.
        n_bins: How many bins there are.
    """

    must_spread = False

    def __init__(self, dimensions: int, bins: Tensor, n_bins: int) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.boundaries: nn.Module = nn.Linear(dimensions, n_bins - 1)
        self.bins: Tensor
        self.register_buffer("bins", bins, persistent=False)
        self.n_bins = n_bins

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The cross entropy over boundaries and the share of bins named correctly."""
        seen = positives(light, log_panel(light), draw).light
        above = self.boundaries(self.encoder(seen).float())  # (n, bins - 1)
        wanted = self.bins[rows]
        is_above = wanted[:, None] > torch.arange(self.n_bins - 1, device=wanted.device)
        loss = functional.binary_cross_entropy_with_logits(above, is_above.float())
        named = (above > 0).sum(dim=1)
        return {"loss": loss, "accuracy": (named == wanted).float().mean()}

    def embed(self, light: Tensor) -> Tensor:
        """What the bins are told from."""
        embedding: Tensor = self.encoder(light)
        return embedding

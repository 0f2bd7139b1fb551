"""VICReg on verified views."""

import torch
from torch import Tensor, nn

from contrast_engine.learning.losses.vicreg import off_diagonal, spread_hinge, vicreg
from contrast_engine.learning.networks.conv_encoder import ConvEncoder, projector
from contrast_engine.learning.objective import Objective, Terms
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.views import positives


class VICReg(Objective):
    """Two views of a picture agree while all dimensions stay spread and different.

    Args:
        dimensions: Length of an embedding.
        invariance: Weight of the agreement.
        variance: Weight of the spread.
        covariance: Weight of the difference between dimensions.
    """

    def __init__(
        self, dimensions: int, invariance: float, variance: float, covariance: float
    ) -> None:
        super().__init__()
        self.encoder = ConvEncoder(dimensions)
        self.projector: nn.Module = projector(dimensions)
        self.weights = {"invariance": invariance, "variance": variance, "covariance": covariance}

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The weighted loss and its two regularising parts."""
        own = log_panel(light)
        views = torch.cat([positives(light, own, draw).light for _ in range(2)])
        one, two = self.projector(self.encoder(views)).float().chunk(2)
        loss = vicreg(one, two, **self.weights)
        return {"loss": loss, "variance": spread_hinge(one), "covariance": off_diagonal(one)}

    def embed(self, light: Tensor) -> Tensor:
        """What the convolutions see, before the head of the loss."""
        embedding: Tensor = self.encoder(light)
        return embedding

    def watched(self, light: Tensor) -> Tensor:
        """What the loss acts on, behind the head."""
        projected: Tensor = self.projector(self.encoder(light))
        return projected

"""pretext: the network names the quantile bin of a feature."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.errors import NotEnoughData
from contrast_engine.options import option

if TYPE_CHECKING:
    from torch import Tensor

    from contrast_engine.learning.objective import Objective

STANDS_FOR = {
    "multiscale": "gcf", "global": "c_rms", "local": "lc_mean", "frequency": "hl_ratio",
    "colour": "chroma_contrast",
}  # fmt: skip
"""The feature whose bins are named, by family."""


@encoders.add("pretext")
@dataclass(frozen=True)
class PretextEncoder(Encoder):
    """Learns to name the quantile bin of one measured family from the pixels alone.

    The bins hold equally many pictures. Judge it by the other families: agreement with the one it
    was trained on proves nothing (docs/methods.md#pretext-encoder).
    """

    title: ClassVar[str] = "Pretext: bins of a feature"
    version: ClassVar[int] = 3
    uses_features: ClassVar[bool] = True

    family: str = option("multiscale", "Which family of features gives the bins.",
                         choices=tuple(STANDS_FOR))  # fmt: skip
    n_bins: int = option(5, "How many bins of equally many pictures.", low=2, high=20)

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        import torch

        from contrast_engine.learning.objectives.pretext import Pretext

        bins = torch.zeros(0, dtype=torch.long) if material is None else self._bins(material)
        return Pretext(self.dimensions, bins, self.n_bins)

    def _bins(self, material: Material) -> "Tensor":
        import torch

        if material.features is None or len(material.features) != len(material.codes):
            raise NotEnoughData("pretext learns from measured features; measure the images first")
        values = material.features.column(STANDS_FOR[self.family])
        edges = np.quantile(values, np.linspace(0, 1, self.n_bins + 1)[1:-1])
        return torch.from_numpy(np.searchsorted(edges, values, side="right")).long()

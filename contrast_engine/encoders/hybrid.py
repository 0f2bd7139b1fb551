"""hybrid: what is measured and what is learnt, in one embedding."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from torch import Tensor

    from contrast_engine.learning.objective import Objective


@encoders.add("hybrid")
@dataclass(frozen=True)
class HybridEncoder(Encoder):
    """Mixes statistics measured on the pixels with convolutions, trained on views and ladders.

    Source: docs/methods.md#hybrid-encoder (own combination).
    """

    title: ClassVar[str] = "Hybrid: measured and learnt together"
    version: ClassVar[int] = 3
    has_score: ClassVar[bool] = True

    temperature: float = option(0.2, "Lower attends more to the hardest pairs.", low=0.02, high=2.0)
    ranking: float = option(1.0, "Weight of the score rising along ladders.", low=0.0, high=100.0)

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        import torch

        from contrast_engine.learning.objectives.hybrid import N_STATISTICS, Hybrid

        centre, spread = torch.zeros(N_STATISTICS), torch.ones(N_STATISTICS)
        if material is not None:
            centre, spread = _scale(material)
        return Hybrid(self.dimensions, self.temperature, self.ranking, centre, spread)


def _scale(material: Material) -> "tuple[Tensor, Tensor]":
    """Measure the statistics of up to a thousand pictures: mean and spread of each."""
    import torch

    from contrast_engine.learning.luminance import linear_light
    from contrast_engine.learning.objectives.hybrid import statistics

    rows = np.linspace(0, len(material.codes) - 1, min(len(material.codes), 1000)).astype(int)
    parts = [
        statistics(linear_light(torch.from_numpy(material.codes[rows[at : at + 64]])))
        for at in range(0, len(rows), 64)
    ]
    measured = torch.cat(parts)
    return measured.mean(dim=0), measured.std(dim=0).clamp(min=1e-3)

"""illuminant: the colour of the light in a picture, whatever it falls on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.illuminants.planckian import sampled
from contrast_engine.options import option
from contrast_engine.randomness import generator

if TYPE_CHECKING:
    from torch import Tensor

    from contrast_engine.learning.objective import Objective

N_LIGHTS = 512
"""Planckian lights with tint that photographs are relit by."""


@encoders.add("illuminant")
@dataclass(frozen=True)
class IlluminantEncoder(Encoder):
    """Learns to tell lights apart on photographs relit by Planckian lights: synthetic.

    Source: inspired by Lo 2021 (CLCC); docs/methods.md#illuminant-encoder.
    Deviates: von Kries scaling in place of full colour maps; photographs count as neutral before.
    """

    title: ClassVar[str] = "Illuminant: the colour of the light, whatever it falls on"
    presets: ClassVar[dict[str, Json]] = {
        "quick": {"size": 64, "epochs": 10},
        "full": {"size": 64, "epochs": 40},
    }

    input: str = option("log", "Whether the network sees log or linear RGB.",
                        choices=("log", "linear"))  # fmt: skip
    contrastive: bool = option(True, "Learn the embedding from pairs of lights first.")
    loss: str = option(
        "triplet", "Triplets with a margin, or easy and hard pairs as CLCC has them.",
        choices=("triplet", "clcc"),
    )  # fmt: skip
    margin: float = option(0.25, "How much farther another light is to be, in cosine distance.",
                           low=0.0, high=2.0)  # fmt: skip
    temperature: float = option(0.87, "Of CLCC's loss; lower attends more to the nearest pairs.",
                                low=0.02, high=2.0)  # fmt: skip
    n_negatives: int = option(2, "Other lights that each picture is told from, of each kind; "
                              "CLCC's loss only.", low=1, high=12)  # fmt: skip
    head: str = option(
        "full", "Whether the head that names the light changes the embedding (full) or not "
        "(frozen).", choices=("full", "frozen"),
    )  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        import torch

        from contrast_engine.learning.objectives.illuminant import Illuminant, Settings

        settings = Settings(
            is_log=self.input == "log",
            is_contrastive=self.contrastive,
            is_frozen=self.head == "frozen",
            loss=self.loss,
            margin=self.margin,
            temperature=self.temperature,
            n_negatives=self.n_negatives,
        )
        pool = torch.zeros(0, 3) if material is None else lights()
        return Illuminant(self.dimensions, torch.zeros(0, 3), pool, settings)


def lights() -> "Tensor":
    """Lights of 2,500 to 10,000 K with tint, the same for every training, (m, 3) float32."""
    import torch

    drawn = sampled(N_LIGHTS, generator(0, "encoders", "illuminant", "lights"))
    return torch.from_numpy(drawn.astype(np.float32))

"""Encoders: networks trained on the collection itself to see its contrast.

An encoder is one file with one recipe; adding the file adds the menu entry, its options, the job
with its live curve, the command and the sensitivity test. Listing them loads no torch.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.arrays import Bytes, Json
from contrast_engine.options import Recipe, option, recipe_fault
from contrast_engine.registry import Registry
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective

PRESETS: dict[str, Json] = {
    "quick": {"size": 64, "epochs": 5},
    "full": {"size": 64, "epochs": 18},
}
"""Options that are set together, unless an encoder has its own: a first look, and one to keep."""


@dataclass(frozen=True, eq=False)
class Material:
    """What there is to learn from.

    Args:
        codes: (n, s, s, 3) uint8 sRGB pictures.
        features: What was measured of them, row by row; needed by some encoders only.
    """

    codes: Bytes
    features: Vectors | None = None


@dataclass(frozen=True)
class Encoder(Recipe):
    """Base of every encoder: the options all of them share."""

    title: ClassVar[str] = ""
    """What the menu calls it."""

    presets: ClassVar[dict[str, Json]] = PRESETS
    """What "quick" and "full" set for this encoder."""

    uses_features: ClassVar[bool] = False
    """Whether it learns from measured features beside the pixels."""

    version: ClassVar[int] = 2
    """Part of the key of what is trained: raised where the same options give another network."""

    has_score: ClassVar[bool] = False
    """Whether it gives one number that grows with contrast, as the column `score`."""

    size: int = option(64, "Side in pixels at which pictures are seen; twice the side takes four "
                       "times as long.", low=32, high=256)  # fmt: skip
    epochs: int = option(10, "How often the collection is gone through.", low=1, high=500)
    batch_size: int = option(64, "Pictures a step; a large GPU is only busy above 1,000.",
                             low=8, high=8192)  # fmt: skip
    dimensions: int = option(64, "How many numbers describe a picture.", low=4, high=512)
    learning_rate: float = option(0.002, "How far each step goes; lower if the loss jumps.",
                                  low=0.000001, high=1.0)  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained.

        Args:
            material: What it will be trained on; None to put saved weights into it.

        Raises:
            NotEnoughData: The material lacks what this encoder learns from.
        """
        raise NotImplementedError


encoders: Registry[type[Encoder]] = Registry(
    __name__, "encoder", recipe_fault(Encoder, "objective"), Encoder
)
"""Every known encoder by name."""

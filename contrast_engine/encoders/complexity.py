"""complexity: patches recognised under shifts, and how much a hidden patch holds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.arrays import Json
from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective


@encoders.add("complexity")
@dataclass(frozen=True)
class ComplexityEncoder(Encoder):
    """Learns to find patches again when their grid moves, and to guess what hidden ones hold.

    Source: inspired by CLICv2 (Liu 2025); docs/methods.md#complexity-encoder.
    Deviates: what the article leaves open is an own choice, named there.
    """

    title: ClassVar[str] = "Complexity: patches under shifts, and masked entropy"
    presets: ClassVar[dict[str, Json]] = {
        "quick": {"size": 128, "epochs": 4},
        "full": {"size": 128, "epochs": 16},
    }

    size: int = option(128, "Side in pixels at which pictures are seen; twice the side takes four "
                       "times as long.", low=32, high=256)  # fmt: skip
    batch_size: int = option(32, "Pictures a step; a large GPU is only busy above 500.",
                             low=8, high=8192)  # fmt: skip
    patch: str = option("16", "Side of a patch in pixels; smaller sees finer detail.",
                        choices=("8", "16", "32"))  # fmt: skip
    views: str = option(
        "shifted", "The grid of patches moved, or SimCLR's crops (semantic), for comparison.",
        choices=("shifted", "semantic"),
    )  # fmt: skip
    contrast: str = option(
        "patches", "What is told apart: patches, or whole images, for comparison.",
        choices=("patches", "images"),
    )  # fmt: skip
    changed: bool = option(True, "Moved views also get other hues of the same luminance, and a "
                           "little noise.")  # fmt: skip
    masked: float = option(1.0, "Weight of guessing the entropy of hidden patches; 0 leaves it "
                           "out.", low=0.0, high=100.0)  # fmt: skip
    temperature: float = option(0.2, "Lower attends more to the nearest patches.",
                                low=0.02, high=2.0)  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.complexity import Complexity

        return Complexity(
            self.dimensions, int(self.patch), self.temperature, self.masked,
            is_semantic=self.views == "semantic", is_patch_wise=self.contrast == "patches",
            is_changed=self.changed,
        )  # fmt: skip

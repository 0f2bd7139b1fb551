"""contrastive: pictures recognised under changes that keep contrast, not under others."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective


@encoders.add("contrastive")
@dataclass(frozen=True)
class ContrastiveEncoder(Encoder):
    """Learns to tell a picture from its own copies with altered contrast, and from others.

    Source: Chen 2020 (SimCLR), SCIENCE 3.1 and 3.2.
    Deviates: verified views instead of semantic ones; altered copies as hard negatives; pictures
    of the same measured contrast are no negatives of each other.
    """

    title: ClassVar[str] = "Contrastive: verified views against altered contrast"

    temperature: float = option(0.2, "Lower attends more to the hardest pairs.", low=0.02, high=2.0)
    n_altered: int = option(1, "Copies of altered contrast each picture must be told from.",
                            low=0, high=4)  # fmt: skip
    views: str = option(
        "verified", "Measured views, or SimCLR's own (semantic), which change contrast.",
        choices=("verified", "semantic"),
    )  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.contrastive import Contrastive

        return Contrastive(
            self.dimensions, self.temperature, self.n_altered, is_semantic=self.views == "semantic"
        )

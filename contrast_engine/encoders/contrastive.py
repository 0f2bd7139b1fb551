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
    of nearly the same measured contrast are views of each other, or at least no negatives.
    """

    title: ClassVar[str] = "Contrastive: verified views against altered contrast"

    temperature: float = option(0.5, "Lower attends more to the hardest pairs.", low=0.02, high=2.0)
    n_altered: int = option(1, "Copies of altered contrast each picture must be told from.",
                            low=0, high=4)  # fmt: skip
    partners: bool = option(
        True, "Pictures of nearly the same measured contrast count as views of each other."
    )
    views: str = option(
        "verified", "Measured views, or SimCLR's own (semantic), which change contrast.",
        choices=("verified", "semantic"),
    )  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.contrastive import Contrastive

        return Contrastive(
            self.dimensions, self.temperature, self.n_altered,
            has_partners=self.partners, is_semantic=self.views == "semantic",
        )  # fmt: skip

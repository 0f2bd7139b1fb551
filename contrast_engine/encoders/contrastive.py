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

    Source: Chen 2020 (SimCLR), Dufumier 2021; docs/methods.md#contrastive-encoder.
    Deviates: verified views instead of semantic ones; altered copies as hard negatives; views are
    drawn together by how near they are in measured contrast, of one picture or of two.
    """

    title: ClassVar[str] = "Contrastive: verified views against altered contrast"
    version: ClassVar[int] = 3

    temperature: float = option(0.2, "Lower attends more to the nearest pairs.", low=0.02, high=2.0)
    n_altered: int = option(2, "Copies of altered contrast of each picture, to be told from it.",
                            low=0, high=4)  # fmt: skip
    width: float = option(
        0.1, "How near in contrast (natural logarithm) two views must be to be drawn together; "
        "0 draws together only those of one picture.", low=0.0, high=2.0,
    )  # fmt: skip
    views: str = option(
        "verified", "Measured views, or SimCLR's own (semantic), which change contrast.",
        choices=("verified", "semantic"),
    )  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.contrastive import Contrastive

        return Contrastive(
            self.dimensions, self.temperature, self.n_altered,
            width=self.width, is_semantic=self.views == "semantic",
        )  # fmt: skip

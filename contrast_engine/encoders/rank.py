"""rank: the recommended contrast score."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective


@encoders.add("rank")
@dataclass(frozen=True)
class RankEncoder(Encoder):
    """Learns a score that rises with scale, haze and S-curves, whatever the brightness.

    Source: Liu 2017 (RankIQA); docs/methods.md#rank-encoder.
    """

    title: ClassVar[str] = "Rank: a contrast score from ladders"
    version: ClassVar[int] = 3
    has_score: ClassVar[bool] = True

    across: float = option(
        0.5, "Weight of pairs of different pictures whose features all agree.", low=0.0, high=10.0
    )
    same: float = option(
        1.0, "Weight of pairs of one picture at two brightnesses, which should score alike.",
        low=0.0, high=10.0,
    )  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.rank import Rank

        return Rank(self.dimensions, self.across, self.same)

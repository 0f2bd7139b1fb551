"""vicreg: no negatives; good for small collections."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective


@encoders.add("vicreg")
@dataclass(frozen=True)
class VICRegEncoder(Encoder):
    """Learns what two verified views share, with every dimension spread and different.

    Source: Bardes 2022; docs/methods.md#vicreg-encoder.
    """

    title: ClassVar[str] = "VICReg: agreement without negatives"
    version: ClassVar[int] = 3

    invariance: float = option(25.0, "Weight of two views agreeing.", low=0.0, high=1000.0)
    variance: float = option(25.0, "Weight of every dimension being used.", low=0.0, high=1000.0)
    covariance: float = option(1.0, "Weight of dimensions differing.", low=0.0, high=1000.0)

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.vicreg import VICReg

        return VICReg(self.dimensions, self.invariance, self.variance, self.covariance)

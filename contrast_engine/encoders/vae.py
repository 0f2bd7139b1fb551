"""vae: the reconstruction of a picture from a few numbers, its contrast kept."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.options import option

if TYPE_CHECKING:
    from contrast_engine.learning.objective import Objective


@encoders.add("vae")
@dataclass(frozen=True)
class VAEEncoder(Encoder):
    """Learns few numbers to reconstruct a picture from, no softer than it is.

    Source: Kingma and Welling 2014, Higgins 2017; docs/methods.md#vae-encoder.
    Deviates: two of the latent numbers are mean luminance and contrast as measured, and what is
    reconstructed is brought to them; the loss also compares edges, tones and local contrast, since
    squared error alone blurs and so lowers contrast.
    """

    title: ClassVar[str] = "VAE: reconstruction that keeps contrast"

    dimensions: int = option(32, "How many numbers describe a picture.", low=4, high=512)
    beta: float = option(1.0, "Higher makes the numbers simpler and the reconstruction coarser.",
                         low=0.0, high=100.0)  # fmt: skip
    edges: float = option(0.5, "Weight of edges staying as strong.", low=0.0, high=100.0)
    tones: float = option(2000.0, "Weight of shadows and lights keeping their shares.",
                          low=0.0, high=100000.0)  # fmt: skip
    structure: float = option(200.0, "Weight of local contrast staying the same.",
                              low=0.0, high=100000.0)  # fmt: skip
    carried: bool = option(True, "Two of the numbers are brightness and contrast as measured, and "
                           "the reconstruction gets them.")  # fmt: skip
    varied: bool = option(True, "Pictures are also learnt cropped, mirrored, brighter, darker, "
                          "harsher and softer.")  # fmt: skip

    def objective(self, material: Material | None = None) -> "Objective":
        """Build the network and its loss, untrained."""
        from contrast_engine.learning.objectives.vae import VAE

        return VAE(
            self.dimensions, self.beta, self.tones, self.structure, self.edges,
            carries_tones=self.carried, is_varied=self.varied,
        )  # fmt: skip

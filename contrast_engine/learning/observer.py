"""Who looks on while a network is trained, and what they are told."""

from typing import Literal, NamedTuple, Protocol

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.learning.checkpoints import Checkpoint

Wish = Literal["go", "pause", "stop"]


class SixPictures(NamedTuple):
    """Six fixed pictures that are never trained on, and what the network makes of them.

    All uint8 sRGB, from least to most contrast; None where the encoder does not do it.

    Args:
        reconstructed: (2, six, s, s, 3) as they are and as they are reconstructed.
        nearest: (1 + k, six, s, s, 3) as they are and the k pictures most alike in the embedding.
    """

    reconstructed: Bytes | None
    nearest: Bytes | None


class Watcher(Protocol):
    """Whoever looks on: keeps the curve, the maps and the checkpoints, and says when to stop."""

    def epoch(
        self, number: int, metrics: dict[str, float], embedding: Floats, six: SixPictures
    ) -> None:
        """Hear of a finished epoch.

        Args:
            number: Which one, from 1.
            metrics: What was measured of it.
            embedding: That of `sample_rows`, in their order.
            six: What it makes of six fixed pictures by now.
        """

    def keep(self, checkpoint: Checkpoint) -> None:
        """Store what is needed to go on from here."""

    def wish(self) -> Wish:
        """Whether to go on, to pause, or to stop with what there is."""


class Unwatched:
    """Nobody looks on."""

    def epoch(
        self, number: int, metrics: dict[str, float], embedding: Floats, six: SixPictures
    ) -> None:
        """Forget it."""

    def keep(self, checkpoint: Checkpoint) -> None:
        """Forget it."""

    def wish(self) -> Wish:
        """Go on."""
        return "go"

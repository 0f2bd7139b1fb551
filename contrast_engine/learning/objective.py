"""What the training loop asks of anything it trains."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from contrast_engine.arrays import Json
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.views import positives

Terms = dict[str, Tensor]
"""Named parts of a loss, each one number; the one called "loss" is minimised."""


class Objective(nn.Module):
    """A network with the loss it is trained by.

    Pictures arrive as linear light (n, 3, h, w). Random numbers come from the generator given,
    never from the global one.
    """

    must_spread: ClassVar[bool] = True
    """Whether a low effective rank means collapse; not so where one number is asked for."""

    def terms(self, light: Tensor, rows: Tensor, draw: torch.Generator, share: float) -> Terms:
        """The loss of a batch and its parts.

        Args:
            light: (n, 3, h, w) linear light.
            rows: (n,) which pictures of the collection these are.
            draw: Random numbers, on the same device.
            share: How much of the training is over, 0..1.
        """
        raise NotImplementedError

    def embed(self, light: Tensor) -> Tensor:
        """The embeddings of a batch, (n, d)."""
        raise NotImplementedError

    def score(self, embedding: Tensor) -> Tensor | None:
        """One number per embedding that grows with contrast, (n,), or None without one."""
        return None

    def reconstruction(self, light: Tensor) -> Tensor | None:
        """The reconstruction of a batch, code values (n, 3, h, w), or None without one."""
        return None

    def watched(self, light: Tensor) -> Tensor:
        """The vectors that the loss acts on, (n, d): what is watched for collapse."""
        return self.embed(light)

    def view(self, light: Tensor, draw: torch.Generator) -> Tensor:
        """A version of each picture that should be embedded alike, for `Health.alignment`."""
        return positives(light, log_panel(light), draw).light

    def ceiling(self, batch: int) -> float | None:
        """The loss of a collapsed network at this batch size, where it is known."""
        return None

    def held_out_metrics(
        self, batches: Iterable[Tensor], draw: torch.Generator
    ) -> dict[str, float]:
        """What else is told of held-out pictures after every epoch, by name.

        Args:
            batches: The pictures, as linear light (n, 3, h, w).
            draw: Random numbers, on the same device, the same ones in every epoch.
        """
        return {}

    def verdict(self, history: Sequence[Json]) -> str | None:
        """Why a trained network is not to be used, in words, or None where nothing speaks against.

        Args:
            history: The metrics of each epoch.
        """
        return None

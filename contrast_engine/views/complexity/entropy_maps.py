"""The patch entropies of one image as small pictures on fixed scales, and what they say."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.figures import heat_png
from contrast_engine.figures.complexity import AS_MEASURED, BITS_RAMP, TOO_FEW, TOO_MANY, error_png
from contrast_engine.steps.complexity.entropy_maps import ImageEntropy

MOST = 5.0
"""Bits at the top of the scale: all 32 tones equally frequent."""

LIMIT = 2.0
"""Bits of error at either end of its scale; larger ones look like these (own choice)."""


@dataclass(frozen=True)
class EntropyPanel:
    """One map over the picture.

    Args:
        title: What the map is.
        png: One pixel a patch; None for the picture alone.
        is_error: It is on the scale of errors, not on that of bits.
    """

    title: str
    png: bytes | None
    is_error: bool = False


@dataclass(frozen=True)
class EntropyScale:
    """A colour bar.

    Args:
        title: What its numbers are, with their unit.
        colours: CSS colours from its low to its high end, evenly spaced.
        ticks: The numbers below it, evenly spaced.
    """

    title: str
    colours: tuple[str, ...]
    ticks: tuple[str, ...]


BITS = EntropyScale("Entropy of a patch (bits)", BITS_RAMP, ("0", "1", "2", "3", "4", "5"))
ERROR = EntropyScale(
    "Predicted less measured (bits)",
    (TOO_FEW, AS_MEASURED, TOO_MANY),
    ("\N{MINUS SIGN}2", "\N{MINUS SIGN}1", "0", "+1", "+2"),
)


def panels(found: ImageEntropy) -> tuple[EntropyPanel, ...]:
    """The maps of an image: measured, and with an encoder predicted and the error."""
    measured = EntropyPanel("Measured", heat_png(found.measured, MOST))
    if found.predicted is None:
        return (EntropyPanel("The picture", None), measured)
    return (
        measured,
        EntropyPanel("Predicted, each patch while it was hidden", heat_png(found.predicted, MOST)),
        EntropyPanel("Error", error_png(found.predicted - found.measured, LIMIT), is_error=True),
    )


def map_words(found: ImageEntropy) -> str:
    """How much the patches hold, and how far the encoder and the visible neighbours err on them."""
    true = found.measured
    words = (
        f"{true.size:,} patches of {found.side} pixels, in a copy of {found.size} by {found.size}: "
        f"{true.mean():.1f} bits in the mean, from {true.min():.1f} to {true.max():.1f}."
    )
    if found.predicted is None or found.neighbours is None:
        return words
    error, beside = (np.abs(guess - true).mean() for guess in (found.predicted, found.neighbours))
    row, column = np.unravel_index(np.abs(found.predicted - true).argmax(), true.shape)
    worst = float(found.predicted[row, column] - true[row, column])
    more = "more was expected than is there" if worst > 0 else "more is there than was expected"
    return (
        f"{words} The encoder errs by {error:.2f} bits in the mean, the mean of the visible "
        f"neighbours by {beside:.2f}; most, by {abs(worst):.1f}, in row {row + 1} and column "
        f"{column + 1} of the patches, where {more}."
    )

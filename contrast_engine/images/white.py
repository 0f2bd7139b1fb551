"""What counts as white in floating-point light, which has no white of its own."""

from contrast_engine.arrays import Floats32
from contrast_engine.images.pixel_sums import percentile
from contrast_engine.images.reading_options import percentile_of

_LEAST, _MOST = 1e-30, 3e37  # so that dividing by it stays within float32


def white_of(luminance: Floats32, option: str) -> float:
    """The luminance that counts as 1.

    Args:
        luminance: Of the pixels that count, finite, any shape.
        option: As `ReadingOptions` has it: a value such as "1.0", or a percentile such as "P99.5".

    Returns:
        The value; or the percentile, or where that is not above 0 the most there is, or else 1.
    """
    share = percentile_of(option)
    if share is None:
        return min(max(float(option), _LEAST), _MOST)
    if not luminance.size:
        return 1.0
    found = percentile(luminance, share / 100)
    if found <= 0:
        found = float(luminance.max())
    return min(found, _MOST) if found > _LEAST else 1.0


def ordinal(share: float) -> str:
    """A percentile in words: "99.5th", "50th", "91st"."""
    words = f"{share:g}"
    endings = {"1": "st", "2": "nd", "3": "rd"}
    is_teen = words[-2:] in ("11", "12", "13")
    return words + ("th" if is_teen or "." in words else endings.get(words[-1], "th"))

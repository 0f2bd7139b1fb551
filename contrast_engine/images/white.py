"""What counts as white in floating-point light, which has no white of its own."""

import math
import re

import numpy as np

from contrast_engine.arrays import Floats32
from contrast_engine.errors import OptionError
from contrast_engine.images.pixel_sums import percentile

_SHARE = re.compile(r"[Pp](\d+(?:\.\d*)?|\.\d+)")


def checked(option: str) -> str:
    """An option of white as it was given, if it means something.

    Raises:
        OptionError: It is neither a percentile nor a value above 0.
    """
    _parsed(option)
    return option


def is_percentile(option: str) -> bool:
    """Whether white is a percentile of each file rather than one value for all."""
    return _parsed(option)[0]


def white_of(luminance: Floats32, option: str) -> float:
    """The luminance that counts as 1.

    Args:
        luminance: Of the pixels that count, finite, any shape.
        option: A value above 0 such as "1.0", or a percentile such as "P99.5".

    Returns:
        The value; or the percentile, or where that is not above 0 the most there is, or else 1.

    Raises:
        OptionError: The option is neither.
    """
    is_share, value = _parsed(option)
    if not is_share:
        return value
    if not luminance.size:
        return 1.0
    found = percentile(luminance, value / 100)
    if found <= 0:
        found = float(luminance.max())
    return found if found > float(np.finfo(np.float32).tiny) else 1.0


def ordinal(option: str) -> str:
    """A percentile in words: "99.5th", "50th", "91st"."""
    words = f"{_parsed(option)[1]:g}"
    endings = {"1": "st", "2": "nd", "3": "rd"}
    is_teen = words[-2:] in ("11", "12", "13")
    return words + ("th" if is_teen or "." in words else endings.get(words[-1], "th"))


def _parsed(option: str) -> tuple[bool, float]:
    text = option.strip()
    share = _SHARE.fullmatch(text)
    if share and 0 < float(share[1]) <= 100:
        return True, float(share[1])
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if share or not 1e-30 <= value <= 1e30:
        raise OptionError(
            f"white is {option!r}; it needs to be a value above 0 such as 1.0, or a percentile of "
            "the luminance from above P0 to P100 such as P99.5"
        )
    return False, value

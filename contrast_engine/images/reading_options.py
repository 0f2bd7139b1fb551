"""What a person may choose about reading files whose numbers leave it open."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from contrast_engine.errors import OptionError

MAX_PIXELS = 100_000_000
"""Files of which more pixels than this would have to be decoded are refused before that."""

AS_STATED = "stated"
"""The word for the window that is stated in the file; stored as ""."""

_PERCENTILE = re.compile(r"[pP]\s*(\S+)")
_FEWEST = 10_000
_MEGA = 1_000_000


@dataclass(frozen=True)
class ReadingOptions:
    """How to read what a file does not say itself; the same for a whole collection.

    What is said in another way is brought to one: "p99" is "P99", "1" is "1.0".

    Args:
        white: What counts as white (1) in floating-point and HDR scene data: a value such as
            "1.0", or a percentile of the file's own luminance, "P99.5".
        window: Of medical images, "centre:width" in their own units; "" takes what is stated in
            the file, or else its whole range.
        max_pixels: Most pixels that are decoded of one file. It decides whether a file is read,
            never which numbers come out.

    Raises:
        OptionError: One of them is not of this form.
    """

    white: str = "P99.5"
    window: str = ""
    max_pixels: int = MAX_PIXELS

    def __post_init__(self) -> None:
        object.__setattr__(self, "white", _white(self.white))
        object.__setattr__(self, "window", _window(self.window))
        if not isinstance(self.max_pixels, int) or self.max_pixels < _FEWEST:
            raise OptionError(
                f"max-pixels must be at least {_FEWEST / _MEGA:g} megapixels, got "
                f"{self.max_pixels!r} pixels"
            )

    def as_json(self) -> dict[str, Any]:
        """The options that are not as usual, for a file."""
        usual = asdict(USUAL)
        return {name: value for name, value in asdict(self).items() if value != usual[name]}

    @classmethod
    def of(cls, chosen: Mapping[str, Any]) -> "ReadingOptions":
        """The options that `as_json` gave; names of later versions are passed over.

        Raises:
            OptionError: A value is not of its form.
        """
        return cls(**{name: chosen[name] for name in NAMES if name in chosen})

    def words(self) -> str:
        """All of them in one line."""
        window = self.window or "as stated in the file"
        most = f"{self.max_pixels / _MEGA:,g}"
        return f"white {self.white}; window {window}; at most {most} megapixels decoded of one file"


def percentile_of(white: str) -> float | None:
    """The percentile that a white names, 0..100; None where it is a value."""
    return float(white[1:]) if white.startswith("P") else None


def pixels_of(megapixels: str) -> int:
    """A number of pixels from millions as people type them.

    Raises:
        OptionError: It is no number above 0.
    """
    number = _number(megapixels.strip())
    if number is None or number * _MEGA < _FEWEST or number > _MEGA:
        raise OptionError(
            f"max-pixels must be a number of megapixels, from {_FEWEST / _MEGA:g} up, got "
            f"{megapixels!r}; 300 lets files of 300 million pixels be decoded"
        )
    return round(number * _MEGA)


def _white(given: str) -> str:
    text = str(given).strip()
    percentile = _PERCENTILE.fullmatch(text)
    number = _number(percentile[1] if percentile else text)
    if number is None or number <= 0 or (percentile and number > 100):
        raise OptionError(
            "white must be a value above 0, as in 1.0, or a percentile of each file's own "
            f"luminance from P0 to P100, as in P99.5; got {given!r}"
        )
    return f"P{number:g}" if percentile else repr(number)


def _window(given: str) -> str:
    text = str(given).strip()
    if text.casefold() in ("", AS_STATED):
        return ""
    parts = [_number(part) for part in text.split(":")]
    if len(parts) != 2 or parts[0] is None or parts[1] is None or parts[1] <= 0:
        raise OptionError(
            "window must be CENTRE:WIDTH in the units of the image, the width above 0, as in "
            f"40:400, or {AS_STATED}; got {given!r}"
        )
    return f"{parts[0]:.12g}:{parts[1]:.12g}"


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number - number == 0 else None  # neither infinite nor NaN


NAMES = ("white", "window", "max_pixels")

USUAL = ReadingOptions()
"""What is read without being told otherwise."""

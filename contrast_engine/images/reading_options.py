"""What a person may choose about reading files whose numbers leave it open."""

from dataclasses import dataclass

MAX_PIXELS = 100_000_000
"""Files of which more pixels than this would have to be decoded are refused before that."""


@dataclass(frozen=True)
class ReadingOptions:
    """How to read what a file does not say itself; the same for a whole collection.

    Args:
        white: What counts as white (1) in floating-point and HDR scene data: a value such as
            "1.0", or a percentile of the file's own luminance, "P99.5".
        window: Of medical images, "centre:width" in their own units; "" takes what is stated in
            the file, or else its whole range.
        max_pixels: Most pixels that are decoded of one file.
    """

    white: str = "P99.5"
    window: str = ""
    max_pixels: int = MAX_PIXELS


USUAL = ReadingOptions()
"""What is read without being told otherwise."""

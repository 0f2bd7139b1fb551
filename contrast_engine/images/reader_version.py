"""Whether a file is read as it has always been, in a word that its row and its features keep.

A reader is written "1" where nothing about reading has changed since the first version, else "2";
behind it stand the options that the numbers rest on: "2 white=P99.5". Results are taken over
wherever the word is the same, and made again where it is not.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.images import colour
from contrast_engine.images.profiles import Curved, SceneLight
from contrast_engine.images.raster import Raster
from contrast_engine.images.reading_options import NAMES, USUAL, ReadingOptions

AS_ALWAYS, SECOND = "1", "2"

_WITHOUT_CHANGE = frozenset(
    {"JPEG", "MPO", "PNG", "GIF", "WEBP", "BMP", "DIB", "ICO", "PPM", "PSD", "JPEG2000", "TIFF"}
)
"""Formats of which plain 8-bit sRGB is read as ever; AVIF is decoded by another library now."""

_VALUES = ("white", "window")
"""Options that change numbers; the largest size only decides whether there are any."""

READING = ("reader", *_VALUES)
"""What `reading_recipe` may name."""


def reader_of(raster: Raster, options: ReadingOptions) -> str:
    """How a file was read, as its row keeps it."""
    rests_on = []
    if raster.codes.dtype == np.float32 or isinstance(raster.profile, SceneLight):
        rests_on.append("white")
    if raster.format == "DICOM":
        rests_on.append("window")
    if raster.width * raster.height > options.max_pixels:
        rests_on.append("max_pixels")
    return _word(AS_ALWAYS if _is_as_always(raster) else SECOND, rests_on, options)


def reader_of_refused(options: ReadingOptions) -> str:
    """The same for a file that could not be read: any option might change that."""
    return _word(SECOND, NAMES, options)


def options_of(reader: str) -> Mapping[str, str]:
    """The options that a file's reading rests on, as text."""
    return _parsed(reader)


def is_of_now(reader: str, pixels: int, options: ReadingOptions) -> bool:
    """True if a file would be read the same under these options.

    Args:
        reader: How it was read.
        pixels: Width times height.
        options: Those of now.
    """
    said = options_of(reader)
    if any(str(getattr(options, name)) != value for name, value in said.items()):
        return False
    return "max_pixels" in said or pixels <= options.max_pixels


def reading_recipe(readers: Iterable[str]) -> Json:
    """What of reading belongs into the question that a result answers; empty for plain files."""
    others = {reader for reader in readers if reader not in ("", AS_ALWAYS)}
    if not any(reader.startswith(SECOND) for reader in others):
        return {}
    recipe: Json = {"reader": 2}
    for name in _VALUES:
        values = sorted({said[name] for said in map(options_of, others) if name in said})
        if values and values != [getattr(USUAL, name)]:
            recipe[name] = values[0] if len(values) == 1 else values
    return recipe


def _is_as_always(raster: Raster) -> bool:
    """True where the first version took the same numbers for the same colours."""
    profile = raster.profile
    is_plain = (
        raster.codes.dtype == np.uint8
        and isinstance(profile, Curved)
        and profile.matrix is None
        and np.array_equal(profile.tables, colour.LINEAR_OF_8_BIT[None])
    )
    if not is_plain or raster.format not in _WITHOUT_CHANGE:
        return False
    if raster.format != "TIFF":
        return raster.opacity != "associated"
    is_whole = raster.size == (raster.height, raster.width)
    return is_whole and not raster.opacity and not raster.notes and "JPEG" not in raster.how.layout


def _word(version: str, names: Iterable[str], options: ReadingOptions) -> str:
    return " ".join([version, *(f"{name}={getattr(options, name)}" for name in names)])


@lru_cache(maxsize=1024)
def _parsed(reader: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in reader.split()[1:])
    return {name: value for name, _, value in pairs if name in NAMES}

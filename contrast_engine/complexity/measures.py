"""Every measure of complexity of one picture, by name."""

from collections.abc import Callable, Iterator

from contrast_engine.complexity.clutter import congestion, subband_entropy, unit_entropy
from contrast_engine.complexity.picture import COARSE, FINE, SizedPicture, sized
from contrast_engine.complexity.regions import even_regions, shifted_regions
from contrast_engine.complexity.texture import (
    blob_measures,
    coded_bytes,
    colour_measures,
    corner_measures,
    detail_measures,
    edge_measures,
    patch_measures,
)
from contrast_engine.images import LinearImage

MEASURES_VERSION = 1
"""Part of every key that depends on the measures: raise it when any value would change."""

Part = Callable[[SizedPicture], Iterator[tuple[str, float]]]

_BOTH: tuple[Part, ...] = (
    edge_measures, coded_bytes, even_regions, congestion, unit_entropy, detail_measures,
    corner_measures, patch_measures, colour_measures,
)  # fmt: skip

_PARTS: dict[str, tuple[int, tuple[Part, ...]]] = {
    "": (FINE, (*_BOTH, subband_entropy)),
    "coarse_": (COARSE, (*_BOTH, shifted_regions, blob_measures)),
}
"""What is measured at each size; the slow ones only where they tell more (own choice)."""


def measure_complexity(image: LinearImage) -> dict[str, float]:
    """Every measure of complexity of a picture by name; larger means more complex in nearly all.

    At 256 x 256 pixels' worth of picture, and as `coarse_...` at 128 x 128. They are computed from
    pixels: the bytes of a file, its compression and its size play no part beyond what they did to
    the pixels.
    """
    found: dict[str, float] = {}
    for prefix, (side, parts) in _PARTS.items():
        picture = sized(image, side)
        for part in parts:
            found |= {prefix + name: value for name, value in part(picture)}
    return found

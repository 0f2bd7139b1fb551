"""Two pictures that single numbers for contrast get wrong, measured by others' formulas and ours.

Source: the formulas as published in the code of a FiftyOne plugin and of Encord Active.
"""

import functools
import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.features import features
from contrast_engine.images import read_image

Pixels = npt.NDArray[np.uint8]

SIDE = 1000
OURS = ("c_rms", "sigma_l", "u_dr", "gcf")


@dataclass(frozen=True)
class Counterexample:
    """One picture without contrast to speak of, and what each feature says of it.

    Args:
        name: What it shows.
        theirs: Value by formula; the scale is in the name.
        ours: Value by feature.
    """

    name: str
    theirs: dict[str, float]
    ours: dict[str, float]


def level_range(pixels: Pixels) -> float:
    """Lightest less darkest grey level, 0..255, as contrast by a FiftyOne plugin."""
    histogram = Image.fromarray(pixels).convert("L").histogram()
    levels = np.flatnonzero(histogram)
    return float(levels[-1] - levels[0])


def channel_spread(pixels: Pixels) -> float:
    """Standard deviation over all pixels and channels, over 255, as contrast by Encord Active."""
    return float(pixels.std() / 255)


THEIRS = {"max - min of grey, 0 to 255": level_range, "std / 255 of all channels": channel_spread}


@functools.cache
def counterexamples() -> tuple[Counterexample, ...]:
    """What each formula says of both pictures, ours read as every file is."""
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    grey[0, 0], grey[-1, -1] = 0, 255
    red = np.zeros((SIDE, SIDE, 3), np.uint8)
    red[..., 0] = 255
    pictures = {"Even grey, one black and one white pixel": grey, "Even, pure red": red}
    return tuple(_measured(name, pixels) for name, pixels in pictures.items())


def _measured(name: str, pixels: Pixels) -> Counterexample:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    image = read_image(file.getvalue())
    theirs = {formula: measure(pixels) for formula, measure in THEIRS.items()}
    return Counterexample(name, theirs, {f: features[f].measure(image) for f in OURS})

"""Pictures that single numbers for contrast get wrong, and a set of pictures that flatters them.

Source: the formulas as published in the code of a FiftyOne plugin and of Encord Active.
"""

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from contrast_engine.arrays import Floats
from contrast_engine.features import features
from contrast_engine.images import LinearImage, read_image
from contrast_engine.images.colour import LINEAR_OF_8_BIT
from contrast_engine.randomness import generator
from contrast_engine.validation.correlation import spearman

Pixels = npt.NDArray[np.uint8]

SIDE = 1000
OURS = ("c_rms", "sigma_l", "u_dr", "gcf", "amount")
_FULL = 245  # of 255 code values between darkest and lightest
_CONTENTS = 12
_FACTORS = (0.5, 0.75, 0.9, 1.2, 1.45)


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


@dataclass(frozen=True)
class PlantedSet:
    """One set of pictures of known change, and how far each formula follows the factor.

    Args:
        name: What its references have in common.
        filled: Share of its references that fill the range of code values.
        n: How many pictures.
        theirs, ours: Spearman correlation with the factor over all pictures, by formula or feature.
    """

    name: str
    filled: float
    n: int
    theirs: dict[str, float]
    ours: dict[str, float]


def tone_range(image: LinearImage) -> float:
    """Lightest less darkest encoded luminance of an image that was read, 0..255."""
    tones = np.flatnonzero(image.tones)
    return float(tones[-1] - tones[0]) * 255 / (image.tones.size - 1)


def filled(ranges: Sequence[float]) -> float:
    """Share of references whose grey levels or tones span nearly all of 0..255.

    Where most do, their change by a factor shows in the range alone: following it proves nothing.
    """
    return float(np.mean(np.asarray(ranges) >= _FULL))


@functools.cache
def planted_sets() -> tuple[PlantedSet, ...]:
    """The same changes of references that fill the range of code values, and of others.

    Of the others, some have ranges of their own, as photographs do; the last are those that fill
    the range again, but one pixel of every changed picture is black and one is white. Grey
    pictures of twelve textures, each with contrast about its mean times 0.5, 0.75, 0.9, 1.2 and
    1.45, rounded and clipped as files are.
    """
    rng = generator(0, "counterexamples", "planted sets")
    textures = [_texture(rng) for _ in range(_CONTENTS)]
    lows = rng.uniform(0, 110, _CONTENTS)
    own = list(zip(lows, rng.uniform(lows + 60, 255), strict=True))
    whole = [(0.0, 255.0)] * _CONTENTS
    return (
        _followed("References fill the range", textures, whole),
        _followed("References of many ranges", textures, own),
        _followed("One black and one white pixel in each", textures, whole, stray=True),
    )


def _followed(
    name: str, textures: list[Floats], ends: list[tuple[float, float]], stray: bool = False
) -> PlantedSet:
    references = [low + (high - low) * one for one, (low, high) in zip(textures, ends, strict=True)]
    changed = [_stored(one.mean() + k * (one - one.mean())) for one in references for k in _FACTORS]
    if stray:
        for pixels in changed:
            pixels[0, 0], pixels[-1, -1] = 0, 255
    factors = np.tile(_FACTORS, len(references))
    images = [LinearImage(LINEAR_OF_8_BIT[pixels]) for pixels in changed]
    measured: dict[str, list[float]] = {
        formula: [measure(pixels) for pixels in changed] for formula, measure in THEIRS.items()
    } | {name: [features[name].measure(image) for image in images] for name in OURS}
    rho = {by: spearman(np.array(values), factors) or 0.0 for by, values in measured.items()}
    return PlantedSet(
        name,
        filled([level_range(_stored(one)) for one in references]),
        len(changed),
        {formula: rho[formula] for formula in THEIRS},
        {feature: rho[feature] for feature in OURS},
    )


def _texture(rng: np.random.Generator) -> Floats:
    """Clouds of 64 x 64 points from 0 to 1, mostly dark or mostly light, as contents differ."""
    points = np.hypot(np.fft.fftfreq(64)[:, None], np.fft.rfftfreq(64)[None])
    spectrum = np.fft.rfft2(rng.normal(size=(64, 64))) / np.maximum(points, 1 / 64)
    clouds = np.fft.irfft2(spectrum, (64, 64))
    texture: Floats = (clouds - clouds.min()) / np.ptp(clouds)
    return texture ** rng.uniform(0.4, 3.0)


def _stored(grey: Floats) -> Pixels:
    codes = np.clip(np.round(grey), 0, 255).astype(np.uint8)
    return np.repeat(codes[..., None], 3, axis=2)


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

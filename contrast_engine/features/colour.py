"""Chroma and hue: what is left of the picture when luminance is taken away."""

import math

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.features.feature import feature
from contrast_engine.images import FLAT, LinearImage
from contrast_engine.images.colour import encode_srgb
from contrast_engine.images.pixel_sums import mean, spread

_OPPONENTS = np.array([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])  # red - green, yellow - blue
_GREY = 1e-3  # mean C* below which a picture has no hue to speak of


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="colour", core=True)
def chroma_contrast(image: LinearImage) -> float:
    r"""Chroma contrast: spread of colour strength over its mean.

    sd(C*) / max(mean(C*), 2) in CIE Lab; 0 where colour is equally strong everywhere.

    Formula: \frac{\sigma(C^*)}{\max(\mu(C^*),\,2)},\quad C^*=\sqrt{a^{*2}+b^{*2}}
    Fails: One coloured thing in a grey picture scores highest of all.
    Source: docs/methods.md#chroma-contrast.
    Deviates: the floor of 2 keeps nearly grey pictures from exploding.
    """
    deviation = spread(image.chroma)
    return 0.0 if deviation < FLAT else deviation / max(mean(image.chroma), 2.0)


@feature(unit="C*", low=0, high=None, direction="more colour", family="colour", core=True)
def chroma_mean(image: LinearImage) -> float:
    r"""Colourfulness: mean CIE chroma, 0 for grey.

    Formula: \mu(C^*),\quad C^*=\sqrt{a^{*2}+b^{*2}}
    Fails: A colour cast and colour noise count as colour.
    Source: docs/methods.md#mean-chroma.
    """
    return mean(image.chroma)


@feature(unit="share", low=0, high=1, direction="more hues", family="colour", core=True)
def hue_diversity(image: LinearImage) -> float:
    r"""Variety of hues, weighted by chroma: 0 one hue, 1 hues that cancel out.

    1 - |sum C* e^(i h)| / sum C*; 0 where the mean of C* is under 0.001.

    Formula: 1-\frac{\left|\sum C^* e^{ih}\right|}{\sum C^*}
    Fails: Two opposite hues score as high as all hues.
    Source: docs/methods.md#hue-diversity.
    """
    strength = mean(image.chroma)
    if strength < _GREY:
        return 0.0
    together = math.hypot(*(mean(axis) for axis in image.chroma_axes))
    return float(min(max(1 - together / strength, 0.0), 1.0))


@feature(unit="index", low=0, high=None, direction="more colour", family="colour")
def colourfulness(image: LinearImage) -> float:
    r"""Colourfulness index from opponent colours: about 15 slight, 60 strong, 110 extreme.

    rg = R - G, yb = (R + G)/2 - B on code values 0..255;
    hypot(sd rg, sd yb) + 0.3 hypot(mean rg, mean yb). Not 0 on one even, saturated
    colour.

    Formula: \sqrt{\sigma_{rg}^2+\sigma_{yb}^2}+0.3\sqrt{\mu_{rg}^2+\mu_{yb}^2}
    Fails: One even, saturated colour scores although nothing differs; falls with exposure.
    Source: Hasler and Suesstrunk 2003; docs/methods.md#colourfulness.
    """
    if image.is_grey:
        return 0.0
    coded = encode_srgb(image.rgb)
    rg, yb = (_opponent(coded, axis) for axis in _OPPONENTS)
    return float(np.hypot(spread(rg), spread(yb)) + 0.3 * np.hypot(mean(rg), mean(yb)))


def _opponent(coded: Real, axis: Floats) -> Real:
    mixed: Real = np.asarray(cv2.transform(coded, 255 * axis[None]), coded.dtype)
    return mixed.reshape(coded.shape[:2])

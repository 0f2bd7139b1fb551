"""Chroma and hue: what is left of the picture when luminance is taken away."""

import cv2
import numpy as np

from contrast_engine.features.declaring import feature
from contrast_engine.images import FLAT, LinearImage
from contrast_engine.images.colour import encode_srgb

_OPPONENTS = np.array([[1.0, -1.0, 0.0], [0.5, 0.5, -1.0]])  # red - green, yellow - blue
_GREY = 1e-3  # mean C* below which a picture has no hue to speak of


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="colour", core=True)
def chroma_contrast(image: LinearImage) -> float:
    r"""Chroma contrast: spread of colour strength over its mean.

    sd(C*) / max(mean(C*), 2) in CIE Lab; 0 where colour is equally strong everywhere.

    Formula: \frac{\sigma(C^*)}{\max(\mu(C^*),\,2)},\quad C^*=\sqrt{a^{*2}+b^{*2}}
    Fails: One coloured thing in a grey picture scores highest of all.
    Source: SCIENCE 2.2 #16.
    Deviates: the floor of 2 keeps nearly grey pictures from exploding.
    """
    spread = float(image.chroma.std())
    return 0.0 if spread < FLAT else spread / max(float(image.chroma.mean()), 2.0)


@feature(unit="C*", low=0, high=None, direction="more colour", family="colour", core=True)
def chroma_mean(image: LinearImage) -> float:
    r"""Colourfulness: mean CIE chroma, 0 for grey.

    Formula: \mu(C^*),\quad C^*=\sqrt{a^{*2}+b^{*2}}
    Fails: A colour cast and colour noise count as colour.
    Source: SCIENCE 2.2 #17.
    """
    return float(image.chroma.mean())


@feature(unit="share", low=0, high=1, direction="more hues", family="colour", core=True)
def hue_diversity(image: LinearImage) -> float:
    r"""Variety of hues, weighted by chroma: 0 one hue, 1 hues that cancel out.

    1 - |sum C* e^(i h)| / sum C*; 0 where the mean of C* is under 0.001.

    Formula: 1-\frac{\left|\sum C^* e^{ih}\right|}{\sum C^*}
    Fails: Two opposite hues score as high as all hues.
    Source: SCIENCE 2.2 #18 (circular variance).
    """
    total = float(image.chroma.sum())
    if total < _GREY * image.chroma.size:
        return 0.0
    together = np.hypot(image.lab[..., 1].sum(), image.lab[..., 2].sum())
    return float(min(max(1 - together / total, 0.0), 1.0))


@feature(unit="index", low=0, high=None, direction="more colour", family="colour")
def colourfulness(image: LinearImage) -> float:
    r"""Colourfulness index from opponent colours: about 15 slight, 60 strong, 110 extreme.

    rg = R - G, yb = (R + G)/2 - B on code values 0..255;
    hypot(sd rg, sd yb) + 0.3 hypot(mean rg, mean yb). Not 0 on one even, saturated colour.

    Formula: \sqrt{\sigma_{rg}^2+\sigma_{yb}^2}+0.3\sqrt{\mu_{rg}^2+\mu_{yb}^2}
    Fails: One even, saturated colour scores although nothing differs; falls with exposure.
    Source: Hasler and Suesstrunk 2003; SCIENCE 1.
    """
    coded = encode_srgb(image.rgb)
    rg, yb = (np.asarray(cv2.transform(coded, 255 * axis[None]), np.float64) for axis in _OPPONENTS)
    spread = np.hypot(rg.std(), yb.std())
    return float(spread + 0.3 * np.hypot(rg.mean(), yb.mean()))

"""How luminance is distributed over the whole picture, wherever it lies."""

import numpy as np

from contrast_engine.arrays import Bools, Real
from contrast_engine.features.feature import feature
from contrast_engine.features.shared_results import shared
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb
from contrast_engine.images.pixel_sums import energy, mean, spread

_SHADOW, _HIGHLIGHT = (float(edge) for edge in decode_srgb(np.array([1, 254]) / 255))
_ROUNDING = 1e-6  # of a code value that went through float32
_ONE_CODE = 1 / 255


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="global", core=True)
def c_rms(image: LinearImage) -> float:
    r"""Root-mean-square contrast: spread of luminance over its mean.

    sd(Y) / max(mean(Y), 1e-4). 0 for a flat image, 1 for half black and half white; unchanged
    when exposure changes without clipping, raised by neither noise nor size.

    Formula: \frac{\sigma(Y)}{\max(\mu(Y),\,10^{-4})}
    Unchanged by: exposure.
    Fails: A dark picture with a few lights scores high; where the tones lie is not seen.
    Source: Peli 1990; docs/methods.md#rms-contrast.
    Deviates: the mean is floored at 1e-4, so a black image is 0 instead of undefined.
    """
    return 0.0 if image.is_flat else image.std / max(image.mean, 1e-4)


@feature(unit="of L*", low=0, high=1, direction="more contrast", family="global", core=True)
def u_dr(image: LinearImage) -> float:
    r"""Used dynamic range: share of the lightness scale between 1st and 99th percentile.

    (P99 - P1)(L*) / 100; a few outlying pixels do not move it.

    Formula: \frac{P_{99}(L^*)-P_{1}(L^*)}{100}
    Fails: Near 1 on most sunny photographs; says nothing of the tones between the ends.
    Source: docs/methods.md#used-dynamic-range (own form).
    """
    low, high = image.lightness_range
    return 0.0 if image.is_flat else min((high - low) / 100, 1.0)


@feature(unit="bits", low=0, high=8, direction="more tones", family="global", core=True)
def entropy(image: LinearImage) -> float:
    r"""Tonal diversity: entropy of the histogram of encoded luminance.

    256 fixed bins of Y' over 0..1: -sum p log2 p. It counts tones, not contrast: fixed bins make
    it fall when contrast is scaled down, which automatic bins do not.

    Formula: -\sum_{i=1}^{256}p_i\log_2 p_i,\quad p_i=\text{share of }Y'\text{ in bin }i
    Fails: Noise raises it, and a strong S-curve can lower it though contrast grows.
    Source: Shannon 1948; docs/methods.md#entropy-of-tones.
    """
    if image.is_flat:
        return 0.0
    share = image.tones.reshape(256, -1).sum(axis=1) / image.luminance.size
    share = share[share > 0]
    return float(max(-(share * np.log2(share)).sum(), 0.0))


@feature(unit="Y", low=0, high=1, direction="brighter", family="global", core=True)
def mean_y(image: LinearImage) -> float:
    r"""Mean luminance: 0 for black, 1 for white, in linear light.

    Formula: \mu(Y)
    Fails: Brightness, not contrast: twice the exposure doubles it.
    Source: docs/methods.md#mean-luminance.
    """
    return image.mean


@feature(unit="Y", low=0, high=0.5, direction="more contrast", family="global", core=True)
def std_y(image: LinearImage) -> float:
    r"""Standard deviation of luminance, in linear light.

    Formula: \sigma(Y)
    Fails: Grows with exposure: a bright picture scores above a dark one of equal contrast.
    Source: docs/methods.md#luminance-deviation.
    """
    return 0.0 if image.is_flat else image.std


@feature(unit="signed log", low=None, high=None, direction="darker with bright parts",
         family="global", core=True)  # fmt: skip
def skew(image: LinearImage) -> float:
    r"""Asymmetry of the luminance histogram: above 0 mostly dark with bright parts.

    sign(g) log(1 + |g|) of the population skewness g of Y; 0 for a flat image.

    Formula: \operatorname{sgn}(g)\,\ln(1+|g|),\quad
        g=\mu\!\left[\left(\tfrac{Y-\mu}{\sigma}\right)^3\right]
    Unchanged by: exposure.
    Fails: A few lamps or reflections decide it.
    Source: docs/methods.md#skewness.
    """
    if image.is_flat:
        return 0.0
    return _signed_log(mean(_squared(image) * image.centred) / image.std**3)


@feature(unit="signed log", low=None, high=None, direction="heavier tails", family="global",
         core=True)  # fmt: skip
def kurt(image: LinearImage) -> float:
    r"""Tail weight of the luminance histogram: 0 for a normal one, below 0 for two-toned.

    sign(g) log(1 + |g|) of the population excess kurtosis g of Y; 0 for a flat image.

    Formula: \operatorname{sgn}(g)\,\ln(1+|g|),\quad
        g=\mu\!\left[\left(\tfrac{Y-\mu}{\sigma}\right)^4\right]-3
    Unchanged by: exposure.
    Fails: A handful of extreme pixels decides it.
    Source: docs/methods.md#kurtosis (Fisher's definition).
    """
    if image.is_flat:
        return 0.0
    return _signed_log(energy(_squared(image)) / image.luminance.size / image.std**4 - 3)


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="global", core=True)
def lum_contrast(image: LinearImage) -> float:
    r"""Lightness contrast: spread of L* over its mean.

    sd(L*) / max(mean(L*), 1).

    Formula: \frac{\sigma(L^*)}{\max(\mu(L^*),\,1)}
    Fails: Very dark pictures score high from little difference.
    Source: docs/methods.md#lightness-contrast.
    """
    return 0.0 if image.is_flat else sigma_l(image) / max(mean(image.lightness), 1.0)


@feature(unit="stops", low=0, high=8, direction="more contrast", family="global", core=True)
def dr_stops(image: LinearImage) -> float:
    r"""Dynamic range in photographic stops between 1st and 99th percentile of luminance.

    log2((P99 + 1/255) / (P1 + 1/255)) of Y: 8 from black to white.

    Formula: \log_2\frac{P_{99}(Y)+1/255}{P_{1}(Y)+1/255}
    Fails: Never above 8: no more can be told from 8-bit files; noise in the shadows counts.
    Source: docs/methods.md#dynamic-range-in-stops (own form).
    """
    low, high = image.luminance_range
    return 0.0 if image.is_flat else float(np.log2((high + _ONE_CODE) / (low + _ONE_CODE)))


@feature(unit="L*", low=0, high=50, direction="more contrast", family="global")
def sigma_l(image: LinearImage) -> float:
    r"""Standard deviation of lightness, on the CIE scale 0..100.

    Formula: \sigma(L^*)
    Fails: Two even halves score as high as rich texture: what lies where is not seen.
    Source: docs/methods.md#lightness-deviation.
    """
    return 0.0 if image.is_flat else spread(image.lightness)


@feature(unit="ratio", low=0, high=1, direction="more contrast", family="global")
def michelson(image: LinearImage) -> float:
    r"""Michelson contrast between the 1st and 99th percentile of luminance.

    (P99 - P1) / (P99 + P1) of Y. Saturates near 1 on most photographs: of little use alone.

    Formula: \frac{P_{99}(Y)-P_{1}(Y)}{P_{99}(Y)+P_{1}(Y)}
    Unchanged by: exposure.
    Fails: Near 1 as soon as one pixel in a hundred is black.
    Source: Michelson 1927; docs/methods.md#michelson-contrast.
    Deviates: percentiles for minimum and maximum, so that two stray pixels do not make it 1.
    """
    low, high = image.luminance_range
    return 0.0 if image.is_flat or high <= 0 else (high - low) / (high + low)


@feature(unit="share", low=0, high=1, direction="more clipping", family="global",
         resolution_bound=True)  # fmt: skip
def clip_shadows(image: LinearImage) -> float:
    r"""Share of pixels at or next to black: encoded luminance of at most 1/255.

    Formula: \frac{1}{n}\,\bigl|\{\,Y'\le \tfrac{1}{255}\,\}\bigr|
    Fails: Black that is meant counts too: a night sky, a studio backdrop.
    Source: docs/methods.md#clipping.
    """
    return _share(in_shadows(image))


@feature(unit="share", low=0, high=1, direction="more clipping", family="global")
def clip_highlights(image: LinearImage) -> float:
    r"""Share of pixels at or next to white: encoded luminance of at least 254/255.

    Formula: \frac{1}{n}\,\bigl|\{\,Y'\ge \tfrac{254}{255}\,\}\bigr|
    Fails: White that is meant counts too: the sun, lamps, reflections, a white backdrop.
    Source: docs/methods.md#clipping.
    """
    return _share(in_highlights(image))


def in_shadows(image: LinearImage) -> Bools:
    """(h, w) the pixels that `clip_shadows` counts."""
    return image.luminance <= _SHADOW * (1 + _ROUNDING)


def in_highlights(image: LinearImage) -> Bools:
    """(h, w) the pixels that `clip_highlights` counts."""
    return image.luminance >= _HIGHLIGHT * (1 - _ROUNDING)


@shared
def _squared(image: LinearImage) -> Real:
    squared: Real = image.centred * image.centred
    return squared


def _share(pixels: Bools) -> float:
    return np.count_nonzero(pixels) / pixels.size


def _signed_log(value: float) -> float:
    return float(np.sign(value) * np.log1p(abs(value)))

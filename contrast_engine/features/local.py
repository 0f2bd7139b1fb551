"""Contrast inside small windows of the picture, and what noise and blur do there."""

from typing import Any

import cv2
import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.features.feature import feature
from contrast_engine.features.shared_results import shared
from contrast_engine.images import LinearImage
from contrast_engine.images.pixel_sums import mean, percentile, spread, total

WINDOW = 11
"""Side of the local window, in pixels at analysis size."""

_FLOOR = 0.01  # of the local mean: below it, darkness would turn noise into contrast


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="local", core=True)
def lc_mean(image: LinearImage) -> float:
    r"""Local contrast: mean over the picture of deviation over mean in an 11-pixel window.

    m = box(Y), s = sqrt(box(Y^2) - m^2), mean of s / max(m, 0.01), borders reflected.

    Formula: \mu\!\left[\frac{\sigma_{11\times 11}(Y)}{\max(\mu_{11\times 11}(Y),\,0.01)}\right]
    Fails: Noise in dark areas counts as contrast; a blurred or small copy scores lower.
    Source: docs/methods.md#local-contrast.
    """
    return 0.0 if image.is_flat else mean(local_contrast(image))


@feature(unit="ratio", low=0, high=None, direction="more uneven", family="local", core=True)
def lc_std(image: LinearImage) -> float:
    r"""Unevenness of local contrast: its standard deviation over the picture.

    Formula: \sigma\!\left[\frac{\sigma_{11\times 11}(Y)}{\max(\mu_{11\times 11}(Y),\,0.01)}\right]
    Fails: Few hard edges on an even ground raise it as much as patches of texture.
    Source: docs/methods.md#local-contrast.
    """
    return 0.0 if image.is_flat else spread(local_contrast(image))


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="local", core=True)
def lc_p99(image: LinearImage) -> float:
    r"""Strongest local contrast: 99th percentile of it over the picture.

    Formula: P_{99}\!\left[\frac{\sigma_{11\times 11}(Y)}{\max(\mu_{11\times 11}(Y),\,0.01)}\right]
    Fails: One hard edge through the picture decides it.
    Source: docs/methods.md#local-contrast.
    """
    return 0.0 if image.is_flat else percentile(local_contrast(image), 0.99)


@feature(unit="Y'", low=0, high=None, direction="more noise", family="local", resolution_bound=True)
def noise_sigma(image: LinearImage) -> float:
    r"""Noise estimate: standard deviation of what a second-difference mask lets through.

    sqrt(pi/2) / 6 * mean |Y' * N| with N = (1 -2 1; -2 4 -2; 1 -2 1), on encoded luminance 0..1.
    Fine texture counts as noise too. 0 below 3 pixels in either direction.

    Formula: \sqrt{\tfrac{\pi}{2}}\;\tfrac{1}{6}\,\mu\,\bigl|\,Y' * N\,\bigr|,\quad
        N=\begin{pmatrix}1&-2&1\\-2&4&-2\\1&-2&1\end{pmatrix}
    Fails: Fine texture (grass, cloth) counts as noise; reducing a picture hides its noise.
    Source: Immerkaer 1996; docs/methods.md#noise.
    """
    if image.is_flat or min(image.shape) < 3:
        return 0.0
    second = np.array([1.0, -2.0, 1.0])
    inside = _inside(image, cv2.sepFilter2D(image.encoded, -1, second, second))
    return float(np.sqrt(np.pi / 2) / 6 * total(inside) / inside.size)


@feature(unit="code²", low=0, high=None, direction="sharper", family="local", resolution_bound=True)
def sharpness(image: LinearImage) -> float:
    r"""Sharpness: variance of the Laplacian; low values mean a blurred picture.

    Population variance of Y' * (0 1 0; 1 -4 1; 0 1 0) with Y' on 0..255. 0 below 3 pixels in
    either direction.

    Formula: \sigma^2\!\left(Y'_{255} * \begin{pmatrix}0&1&0\\1&-4&1\\0&1&0\end{pmatrix}\right)
    Fails: A sharp picture of low contrast scores as blurred, a noisy one as sharp.
    Source: Pech-Pacheco 2000; docs/methods.md#laplacian-variance.
    """
    if image.is_flat or min(image.shape) < 3:
        return 0.0
    return (255 * spread(_inside(image, cv2.Laplacian(image.encoded, -1, ksize=1)))) ** 2


@shared
def local_contrast(image: LinearImage) -> Real:
    """The (h, w) local contrast: deviation over mean in the window around each pixel."""
    kind = image.luminance.dtype
    average, variance = (part.astype(kind, copy=False) for part in local_moments(image.luminance))
    deviation: Real = np.asarray(cv2.sqrt(np.maximum(variance, 0, out=variance), variance))
    deviation /= np.maximum(average, _FLOOR, out=average)
    return deviation


def local_moments(y: Real) -> tuple[Floats, Floats]:
    """Mean and variance in the window around each pixel, each (h, w), borders reflected.

    Always in float64: on bright, even areas float32 loses the variance. Rounding may leave one
    that is a trace below 0.
    """
    average, square = (
        np.asarray(box(y, cv2.CV_64F, (WINDOW, WINDOW), borderType=cv2.BORDER_REFLECT), np.float64)
        for box in (cv2.boxFilter, cv2.sqrBoxFilter)
    )
    average, square = average.reshape(y.shape), square.reshape(y.shape)
    square -= average * average
    return average, square


def _inside(image: LinearImage, filtered: Any) -> Real:
    """The result of a 3 x 3 mask where it lies wholly inside the picture."""
    return np.ascontiguousarray(np.asarray(filtered).reshape(image.shape)[1:-1, 1:-1])

"""Clutter as models of visual search measure it: feature congestion and subband entropy."""

import functools
from collections.abc import Iterator

import cv2
import numpy as np

from contrast_engine.arrays import Floats32, Real
from contrast_engine.complexity.picture import SizedPicture
from contrast_engine.complexity.regions import entropy

LEVELS = 3
"""Levels of both pyramids, each half the size of the one before."""

ORIENTATIONS = 4

_POOL = 3.0  # standard deviation, in pixels, of the window that statistics are pooled in
_CHROMA = 0.0625  # weight of a* and b* beside L*, as in the source
_SPREAD = 1.5
_EVEN = 1e-3  # a band that spans less is flat


def congestion(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Feature congestion: how far colour, contrast and orientation vary locally.

    Of each level: the sixth root of the determinant of the local covariance of L*a*b*, the local
    deviation of |L* - local mean|, and the fourth root of the determinant of the covariance of
    (cos, sin) of twice the gradient's direction; means over the picture.

    Source: Rosenholtz, Li & Nakano 2007.
    Deviates: L*a*b*, gradients in place of steerable filters, parts not joined into one number.
    """
    lab = picture.lab
    found: dict[str, list[float]] = {"colour": [], "contrast": [], "orientation": []}
    for _ in range(LEVELS):
        found["colour"].append(_colour_clutter(lab))
        light = np.ascontiguousarray(lab[..., 0])
        found["contrast"].append(float(_deviation(np.abs(light - _pooled(light))).mean()))
        found["orientation"].append(_orientation_clutter(light))
        if min(lab.shape[:2]) >= 8:
            lab = np.asarray(cv2.pyrDown(lab), np.float32)
    for name, levels in found.items():
        yield f"{name}_clutter", float(np.mean(levels))
        for level, value in enumerate(levels):
            yield f"{name}_clutter_{level + 1}", value


def subband_entropy(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Subband entropy: bits that coefficients of a wavelet-like decomposition need.

    Bands of three levels and four orientations of L*, a* and b*; of each the entropy of a
    histogram with as many bins as the square root of its coefficients, over its own range; L*
    weighs 1, a* and b* 0.0625.

    Source: Rosenholtz, Li & Nakano 2007.
    Deviates: second derivatives of a Laplacian pyramid in place of steerable filters.
    """
    free = [
        np.mean([_free_entropy(band) for level in _bands(picture.lab[..., axis]) for band in level])
        for axis in range(3)
    ]
    weighed = free[0] + _CHROMA * (free[1] + free[2])
    yield "subband_entropy", float(weighed / (1 + 2 * _CHROMA))


def unit_entropy(picture: SizedPicture) -> Iterator[tuple[str, float]]:
    """Entropy of the bands of L* in bins one unit wide, by level: it knows how large they are.

    Source: docs/methods.md#measures-of-complexity (own form).
    """
    for level, bands in enumerate(_bands(picture.lab[..., 0])):
        yield f"unit_entropy_{level + 1}", float(np.mean([_unit_entropy(band) for band in bands]))


def _pooled(values: Real) -> Floats32:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), _POOL), np.float32)


def _deviation(values: Floats32) -> Floats32:
    mean = _pooled(values)
    return np.sqrt(np.maximum(_pooled(values * values) - mean * mean, 0))


def _colour_clutter(lab: Floats32) -> float:
    mean = _pooled(lab)
    c = {
        (i, j): _pooled(lab[..., i] * lab[..., j]) - mean[..., i] * mean[..., j]
        for i in range(3)
        for j in range(i, 3)
    }
    determinant = (
        c[0, 0] * (c[1, 1] * c[2, 2] - c[1, 2] ** 2)
        - c[0, 1] * (c[0, 1] * c[2, 2] - c[1, 2] * c[0, 2])
        + c[0, 2] * (c[0, 1] * c[1, 2] - c[1, 1] * c[0, 2])
    )
    return float((np.maximum(determinant, 0) ** (1 / 6)).mean())


def _orientation_clutter(light: Floats32) -> float:
    across = np.asarray(cv2.Sobel(light, cv2.CV_32F, 1, 0)) / 8
    down = np.asarray(cv2.Sobel(light, cv2.CV_32F, 0, 1)) / 8
    strength = across**2 + down**2 + 1  # one unit of L*: below it, direction is noise
    one, two = (across**2 - down**2) / strength, 2 * across * down / strength
    spread_one = _pooled(one * one) - _pooled(one) ** 2
    spread_two = _pooled(two * two) - _pooled(two) ** 2
    both = _pooled(one * two) - _pooled(one) * _pooled(two)
    return float((np.maximum(spread_one * spread_two - both**2, 0) ** 0.25).mean())


def _bands(channel: Real) -> list[list[Floats32]]:
    """The bands (h, w) of each level, by orientation."""
    left, levels = np.ascontiguousarray(channel, np.float32), []
    for _ in range(LEVELS):
        low = np.asarray(cv2.GaussianBlur(left, (0, 0), _SPREAD), np.float32)
        detail = left - low
        levels.append(
            [np.asarray(cv2.filter2D(detail, -1, kernel), np.float32) for kernel in _kernels()]
        )
        left = np.ascontiguousarray(low[::2, ::2])
    return levels


@functools.cache
def _kernels() -> tuple[Floats32, ...]:
    """Second derivatives of a Gaussian across four directions; each sums to 0, its sizes to 1."""
    side = np.arange(-4, 5)
    x, y = np.meshgrid(side, side)
    window = np.exp(-(x**2 + y**2) / (2 * _SPREAD**2))
    found = []
    for number in range(ORIENTATIONS):
        angle = number * np.pi / ORIENTATIONS
        along = x * np.cos(angle) + y * np.sin(angle)
        kernel = (along**2 / _SPREAD**2 - 1) * window
        kernel -= kernel.mean()
        found.append((kernel / np.abs(kernel).sum()).astype(np.float32))
    return tuple(found)


def _free_entropy(band: Floats32) -> float:
    if float(np.ptp(band)) < _EVEN:
        return 0.0
    return entropy(np.histogram(band, bins=int(np.ceil(np.sqrt(band.size))))[0])


def _unit_entropy(band: Floats32) -> float:
    units = np.clip(np.round(band), -100, 100).astype(np.int64) + 100
    return entropy(np.bincount(units.ravel()))

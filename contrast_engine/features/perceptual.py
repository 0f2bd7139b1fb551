"""Contrast at several scales at once, closer to how it is seen: GCF, RAMMG, RSC."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from contrast_engine.arrays import Real
from contrast_engine.features.feature import feature
from contrast_engine.features.pyramids import (
    Cells,
    cells,
    halved,
    levels,
    mean_of,
    neighbour_difference,
)
from contrast_engine.features.shared_results import shared
from contrast_engine.images import LinearImage

_CENTRE, _SURROUND = 1.0, 2.0


@feature(unit="L", low=0, high=None, direction="more contrast", family="multiscale", core=True)
def gcf(image: LinearImage) -> float:
    r"""Global contrast factor: differences between neighbours, from pixels to large blocks.

    For blocks of 1, 2, 4, 8, 16, 25, 50, 100, 200 pixels: mean linear luminance l of each,
    L = 100 sqrt(l), C_i = mean over blocks of the mean |L - L of its up to 4 neighbours|; then
    sum w_i C_i with w_i = (-0.406385 i/9 + 0.334573) i/9 + 0.0877526. A size that the picture does
    not exceed adds 0. Block sizes count pixels at analysis size.

    Formula: \sum_{i=1}^{9}w_i\,C_i,\quad
        C_i=\mu_{\text{blocks}}\,\bigl|L-L_{\text{neighbour}}\bigr|
    Fails: Counts pixels, so it assumes one viewing distance; noise raises it.
    Source: Matkovic 2005; docs/methods.md#global-contrast-factor.
    Deviates: l is the sRGB-decoded Y instead of a 2.2 power; where a side is no multiple of a
    block, blocks are laid from either end (the mean of both counts) and the last one counts for
    what it covers, so mirrored pictures score the same and no single row moves much.
    """
    if image.is_flat:
        return 0.0
    total = 0.0
    for i, whole in enumerate(_superpixels(image.luminance), 1):
        weight = (-0.406385 * i / 9 + 0.334573) * i / 9 + 0.0877526
        roots = replace(whole, grids=tuple(np.sqrt(grid) for grid in whole.grids))
        total += 100 * weight * neighbour_difference(roots, diagonal=0)
    return total


def _superpixels(y: Real) -> Iterator[Cells]:
    """The luminance over cells of 1, 2, 4, 8, 16, then 25, 50, 100 and 200 pixels."""
    for smallest, count in ((1, 5), (25, 4)):
        whole = cells(y, smallest)
        yield whole
        for _ in range(count - 1):
            whole = halved(whole)
            yield whole


@feature(unit="L*", low=0, high=None, direction="more contrast", family="multiscale")
def rammg(image: LinearImage) -> float:
    r"""Mean lightness difference to the eight neighbours, averaged over halved sizes.

    Each level: mean |L* - neighbour|, straight neighbours weigh 1, diagonal ones 1/sqrt(2);
    levels halve as long as the shorter side has 4.5 cells, and fade until it has 3.5.

    Formula: \frac{1}{\sum c_k}\sum_{k}c_k\,\mu\,\bigl|L^*_k-L^*_{k,\text{neighbour}}\bigr|,\quad
        c_k=\min(\max(\text{cells}_k-3.5,\,0),\,1)
    Fails: Noise and sharpening raise it; a soft picture of wide range scores low.
    Source: Rizzi 2004, Simone 2012 (formula unverified); docs/methods.md#rammg.
    Deviates: weights are normalised by the neighbours that exist at a border; cells are laid from
    either end where a side is odd, and the coarsest level fades instead of coming and going.
    """
    if image.is_flat:
        return 0.0
    return _over_levels(image, lambda level: neighbour_difference(level, 0.5**0.5))


@feature(unit="ratio", low=0, high=1, direction="more contrast", family="multiscale")
def rsc(image: LinearImage) -> float:
    r"""Centre against surround, averaged over halved sizes.

    Each level: mean |Rc - Rs| / (Rc + Rs) of L* under Gaussians of radius 1 (centre) and 2
    (surround), cut off at three radii, borders reflected; levels as those of `rammg`.

    Formula: \frac{1}{\sum c_k}\sum_{k}c_k\,\mu\!\left[\frac{|R_c-R_s|}{\max(R_c+R_s,\,1)}\right]
    Fails: Shadow detail weighs more than the same step in the light.
    Source: Tadmor and Tolhurst 2000, Rizzi 2008, Simone 2012 (unverified); docs/methods.md#rsc.
    Deviates: lightness only, since a* and b* change sign; Rc + Rs is floored at 1.
    """
    if image.is_flat:
        return 0.0
    return _over_levels(image, _centre_surround)


def _over_levels(image: LinearImage, measure: Callable[[Cells], float]) -> float:
    """The mean of a measure over L* at full size, half, a quarter and so on."""
    counts, found = zip(*lightness_levels(image), strict=True)
    return float(np.average([measure(level) for level in found], weights=counts))


@shared
def lightness_levels(image: LinearImage) -> list[tuple[float, Cells]]:
    """L* at full size, half, a quarter and so on, each with what it counts for."""
    return list(levels(image.lightness))


def _centre_surround(level: Cells) -> float:
    found = [mean_of(_difference(grid), level.covered) for grid in level.grids]
    return sum(found) / len(found)


def _difference(light: Real) -> Real:
    centre = _blurred(light, _CENTRE)
    surround = _blurred(centre, (_SURROUND**2 - _CENTRE**2) ** 0.5)
    difference: Real = np.asarray(cv2.absdiff(centre, surround)).reshape(light.shape)
    centre += surround
    difference /= np.maximum(centre, 1.0, out=centre)
    return difference


def _blurred(light: Real, sigma: float) -> Real:
    taps = 2 * round(3 * sigma) + 1
    blurred: Real = cv2.GaussianBlur(light, (taps, taps), sigma, borderType=cv2.BORDER_REFLECT)
    return blurred.reshape(light.shape)

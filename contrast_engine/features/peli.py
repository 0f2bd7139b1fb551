"""Band-limited contrast: detail of one octave over the local mean of everything coarser."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Real
from contrast_engine.features.feature import feature
from contrast_engine.features.shared_results import shared
from contrast_engine.images import LinearImage
from contrast_engine.images.pixel_sums import energy

Spectrum = npt.NDArray[np.complexfloating[Any, Any]]

BANDS = (1, 2, 3, 4, 5, 6, 7)
"""Octaves: band k is centred at 2^k cycles per longer side of the picture."""

PIXELS_PER_DEGREE = 32.0
"""Assumed viewing geometry of `c_hp`, in pixels at analysis size per degree of visual angle."""

_FLOOR = 0.01  # of the local mean
_LEAST_OCTAVE = 5  # coarser bands share the points of this one: fewer would save nothing
_NOTHING = 1e-12  # of a weight: the rounding of a cosine at the very edge of a band


def _declare(k: int) -> None:
    def measure(image: LinearImage) -> float:
        return band_contrasts(image)[k]

    measure.__name__ = f"peli_{k}"
    measure.__doc__ = rf"""Contrast at {2**k} cycles per picture: detail over the local mean.

    Root mean square of a/l on Y. a passes the octave around {2**k} cycles per longer side of the
    picture, 0.5 (1 + cos(pi (log2 f - {k}))); l is everything below that band, floored at 0.01.
    The picture counts as periodic. 0 for a flat image and where it has too few pixels for the band.

    Formula: \sqrt{{\mu\!\left[\left(\frac{{a_k}}{{\max(l_k,\,0.01)}}\right)^{{2}}\right]}},\quad
        k={k}
    Fails: Borders that differ from the opposite ones add contrast that is not there.
    Source: Peli 1990; docs/methods.md#band-limited-contrast.
    Deviates: l is floored; the band is given per picture, not per degree.
    """
    feature(
        unit="ratio",
        low=0,
        high=None,
        direction="more contrast",
        family="multiscale",
        resolution_bound=k == BANDS[-1],
    )(measure)


for _k in BANDS:
    _declare(_k)


@feature(unit="ratio", low=0, high=None, direction="more contrast", family="multiscale")
def c_hp(image: LinearImage) -> float:
    r"""Band contrasts weighed by how well the eye sees each band.

    sqrt(sum w_k^2 peli_k^2 / sum w_k^2) over the bands the picture can carry, w_k the contrast
    sensitivity 2.6 (0.0192 + 0.114 f) exp(-(0.114 f)^1.1) at f = 2^k * 32 / (longer side in pixels
    at analysis size) cycles per degree: 32 pixels per degree, so 512 pixels span 16 degrees.

    Formula: \sqrt{\frac{\sum_k w_k^2\,c_k^2}{\sum_k w_k^2}},\quad c_k=\text{contrast of band }k
    Fails: Assumes 32 pixels per degree; a wide black area lifts it by its small local mean.
    Source: Haun and Peli 2013 (our approximation), Mannos and Sakrison 1974;
        docs/methods.md#contrast-weighted-by-sensitivity.
    """
    if image.is_flat:
        return 0.0
    longest = max(image.shape)
    weights = {
        k: _sensitivity(2**k * PIXELS_PER_DEGREE / longest) for k in BANDS if 2 * 2**k <= longest
    }
    total = sum(weight**2 for weight in weights.values())
    if total == 0:
        return 0.0
    values = band_contrasts(image)
    return float(np.sqrt(sum((w * values[k]) ** 2 for k, w in weights.items()) / total))


@shared
def band_contrasts(image: LinearImage) -> dict[int, float]:
    """The root-mean-square contrast of every band."""
    contrasts = dict.fromkeys(BANDS, 0.0)
    if image.is_flat:
        return contrasts
    import scipy.fft

    y = image.luminance
    spectrum = scipy.fft.rfft2(y)
    below = np.zeros((0, 0))
    for k in BANDS:
        passing = _gain(*image.shape, k, False, y.dtype.name)
        if not passing.weight.any():
            break
        detail = _picture(spectrum, passing)
        if below.shape != detail.shape:
            below = _picture(spectrum, _gain(*image.shape, k, True, y.dtype.name))
        contrast = np.maximum(below, _FLOOR)
        np.divide(detail, contrast, out=contrast)
        contrasts[k] = float(np.sqrt(energy(contrast) / contrast.size))
        below += detail  # the filters add up to 1, so this is all that is below the next band
    return contrasts


@dataclass(frozen=True)
class _Gain:
    """A filter: what it lets through, and on how many points its result is looked at."""

    weight: Real  # (rows, columns in use) complex where the points lie between pixels
    grid: tuple[int, int]


def _picture(spectrum: Spectrum, gain: _Gain) -> Real:
    """The picture that a filter lets through, in pixels or fewer points."""
    import scipy.fft

    rows, columns = gain.weight.shape
    if rows == spectrum.shape[0]:
        passed = spectrum * gain.weight
    else:
        half = rows // 2
        passed = np.zeros((gain.grid[0], gain.grid[1] // 2 + 1), spectrum.dtype)
        passed[: half + 1, :columns] = spectrum[: half + 1, :columns] * gain.weight[: half + 1]
        last = len(spectrum) - half
        passed[len(passed) - half :, :columns] = spectrum[last:, :columns] * gain.weight[half + 1 :]
    picture: Real = scipy.fft.irfft2(passed, s=gain.grid, overwrite_x=True)
    return picture


@functools.lru_cache(maxsize=160)
def _gain(height: int, width: int, k: int, is_below: bool, kind: str) -> _Gain:
    """The filter of band k, or of all that is coarser than it.

    A band that ends well below what the pixels carry is looked at on just as many points as it
    needs, which lie evenly and symmetrically over the picture: its energy is then the same.
    """
    import scipy.fft

    octave = _octave(height, width)
    distance = octave - (k - 1) if is_below else np.abs(octave - k)
    weight = 0.5 * (1 + np.cos(np.pi * np.clip(distance, 0, 1)))
    weight[weight < _NOTHING] = 0
    least = 2.0 ** (max(k, _LEAST_OCTAVE) + 2) / max(height, width)  # points per pixel
    if least > 0.75 or min(height, width) < 64 or not weight.any():
        return _Gain(weight.astype(kind), (height, width))
    # As many rows and columns of the spectrum as the band reaches into, and a few points more.
    columns = int(np.flatnonzero(weight.any(axis=0))[-1]) + 1
    half = int(np.flatnonzero(weight[: height // 2 + 1].any(axis=1))[-1])
    grid = tuple(
        scipy.fft.next_fast_len(int(np.ceil(max(least * side, 2 * reach + 1))), real=True)
        for side, reach in ((height, half), (width, columns - 1))
    )
    weight = np.concatenate([weight[: half + 1], weight[height - half :]])[:, :columns]
    down = np.concatenate([np.arange(half + 1), np.arange(-half, 0)]) * (1 / grid[0] - 1 / height)
    across = np.arange(columns) * (1 / grid[1] - 1 / width)
    turn = np.exp(1j * np.pi * (down[:, None] + across[None]))
    turn *= grid[0] * grid[1] / (height * width)
    return _Gain((weight * turn).astype(np.result_type(np.complex64, kind)), (grid[0], grid[1]))


@functools.lru_cache(maxsize=2)
def _octave(height: int, width: int) -> Floats:
    """The frequency of every bin: log2 of cycles per longer side."""
    import scipy.fft

    radius = np.hypot(scipy.fft.fftfreq(height)[:, None], scipy.fft.rfftfreq(width)[None])
    octave: Floats = np.log2(np.maximum(radius * max(height, width), 1e-9))
    return octave


def _sensitivity(f: float) -> float:
    return float(2.6 * (0.0192 + 0.114 * f) * np.exp(-((0.114 * f) ** 1.1)))

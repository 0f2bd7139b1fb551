"""Band-limited contrast: detail of one octave over the local mean of everything coarser."""

import functools

import numpy as np
import numpy.typing as npt
import scipy.fft

from contrast_engine.arrays import Floats
from contrast_engine.features.declaring import feature
from contrast_engine.features.sharing import shared
from contrast_engine.images import LinearImage

Spectrum = npt.NDArray[np.complex128]

BANDS = (1, 2, 3, 4, 5, 6, 7)
"""Octaves: band k is centred at 2^k cycles per longer side of the picture."""

PIXELS_PER_DEGREE = 32.0
"""Assumed viewing geometry of `c_hp`, in pixels at analysis size per degree of visual angle."""

_FLOOR = 0.01  # of the local mean


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
    Source: Peli 1990; SCIENCE 1.
    Deviates: l is floored; the band is given per picture, not per degree.
    """
    feature(unit="ratio", low=0, high=None, direction="more contrast", family="multiscale")(measure)


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
    Source: Haun and Peli 2013 (our approximation), Mannos and Sakrison 1974; SCIENCE 1.
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
    """Give the root-mean-square contrast of every band."""
    if image.is_flat:
        return dict.fromkeys(BANDS, 0.0)
    spectrum = scipy.fft.rfft2(image.luminance)
    gains = _gains(*image.shape)
    mean = _picture(spectrum, gains[0], image.shape)
    contrasts = dict.fromkeys(BANDS, 0.0)
    for k in BANDS:
        if not gains[k].any():
            break
        detail = _picture(spectrum, gains[k], image.shape)
        contrast = np.maximum(mean, _FLOOR)
        np.divide(detail, contrast, out=contrast)
        contrasts[k] = float(np.sqrt(np.vdot(contrast, contrast) / contrast.size))
        mean += detail
    return contrasts


def _picture(spectrum: Spectrum, gain: Floats, shape: tuple[int, int]) -> Floats:
    """Go back to pixels with one band; columns of the spectrum beyond it stay untouched."""
    columns = gain.shape[1]
    across = scipy.fft.ifft(spectrum[:, :columns] * gain, axis=0, overwrite_x=True)
    picture: Floats = scipy.fft.irfft(across, n=shape[1], axis=1, overwrite_x=True)
    return picture


@functools.lru_cache(maxsize=16)
def _gains(height: int, width: int) -> dict[int, Floats]:
    """Give the filter of every band, and as band 0 that of all below; (h, columns in use)."""
    radius = np.hypot(scipy.fft.fftfreq(height)[:, None], scipy.fft.rfftfreq(width)[None])
    cycles = np.maximum(radius * max(height, width), 1e-9)  # per longer side
    octave = np.log2(cycles)
    distances = {k: np.abs(octave - k) for k in BANDS}
    distances[0] = octave - (BANDS[0] - 1)  # one-sided: the mean and all that is coarser
    gains = {}
    for k, distance in distances.items():
        gain = 0.5 * (1 + np.cos(np.pi * np.clip(distance, 0, 1)))
        in_use = np.flatnonzero(gain.any(axis=0))
        gains[k] = gain[:, : in_use[-1] + 1 if in_use.size else 0]
    return gains


def _sensitivity(f: float) -> float:
    return float(2.6 * (0.0192 + 0.114 * f) * np.exp(-((0.114 * f) ** 1.1)))

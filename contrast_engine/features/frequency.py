"""How contrast is distributed over spatial frequencies."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.features.feature import feature
from contrast_engine.features.shared_results import shared
from contrast_engine.images import LinearImage
from contrast_engine.images.pixel_sums import mean

NO_DETAIL = -6.0
"""What `hl_ratio` and `spectral_slope` say of a flat or tiny image: the low end of their scale."""

_LEAST = 10.0**NO_DETAIL
_RINGS = 24


@feature(
    unit="share",
    low=0,
    high=1,
    direction="coarser",
    family="frequency",
    core=True,
    resolution_bound=True,
)
def e_low(image: LinearImage) -> float:
    r"""Share of contrast energy in coarse structure, below 1/16 cycle per pixel.

    Power of Y under a Hann window from 2/min(h, w) to 1/16 cycles per pixel, over that up to 1/2;
    the mean is left out. 0 for a flat image or one under 5 pixels.

    Formula: \frac{E_{\mathrm{low}}}{E_{\mathrm{low}}+E_{\mathrm{mid}}+E_{\mathrm{high}}},\quad
        E=\sum_{f\,\in\,\mathrm{band}}|F|^2
    Unchanged by: exposure.
    Fails: A share, not an amount: a nearly flat picture can be all coarse.
    Source: docs/methods.md#energy-shares.
    """
    low, middle, high = bands(image)
    return low / total if (total := low + middle + high) > 0 else 0.0


@feature(
    unit="share",
    low=0,
    high=1,
    direction="finer",
    family="frequency",
    core=True,
    resolution_bound=True,
)
def e_high(image: LinearImage) -> float:
    r"""Share of contrast energy in fine detail, above 3/16 cycle per pixel.

    As `e_low`, from 3/16 to 1/2 cycles per pixel. 0 for a flat image or one under 5 pixels.

    Formula: \frac{E_{\mathrm{high}}}{E_{\mathrm{low}}+E_{\mathrm{mid}}+E_{\mathrm{high}}},\quad
        E=\sum_{f\,\in\,\mathrm{band}}|F|^2
    Unchanged by: exposure.
    Fails: Noise and compression blocks count as detail; blur removes it.
    Source: docs/methods.md#energy-shares.
    """
    low, middle, high = bands(image)
    return high / total if (total := low + middle + high) > 0 else 0.0


@feature(
    unit="log10",
    low=-6,
    high=6,
    direction="finer",
    family="frequency",
    core=True,
    resolution_bound=True,
)
def hl_ratio(image: LinearImage) -> float:
    r"""Fine over coarse contrast energy, as a power of ten.

    log10(E_high / E_low), held within -6..6. -6 also for a flat image or one under 5 pixels.

    Formula: \log_{10}\frac{E_{\mathrm{high}}}{E_{\mathrm{low}}}
    Unchanged by: exposure.
    Fails: Noise counts as detail; a ratio, not an amount.
    Source: docs/methods.md#fine-against-coarse-energy.
    """
    low, middle, high = bands(image)
    least = _LEAST * (low + middle + high)
    if least <= 0:
        return NO_DETAIL
    ratio = np.log10(max(high, least) / max(low, least))
    return float(np.clip(ratio, -6, 6))


@feature(
    unit="log10/log10",
    low=-6,
    high=6,
    direction="finer",
    family="frequency",
    core=True,
    resolution_bound=True,
)
def spectral_slope(image: LinearImage) -> float:
    r"""How power falls with frequency: about -2 to -3 on photographs, 0 for white noise.

    Least squares of log10 mean power on log10 frequency over 24 rings, log-spaced from 4/min(h, w)
    to 0.45 cycles per pixel; rings of fewer than 4 bins are left out. Held within -6..6; -6 also
    for a flat image or where fewer than 3 rings remain (under about 12 pixels).

    Formula: \operatorname*{arg\,min}_{s}\,\min_{c}\sum_{r=1}^{24}
        \left(\log_{10}\bar P_r-s\log_{10}f_r-c\right)^2
    Unchanged by: exposure.
    Fails: One strong pattern (a fence, a grid) does not follow a straight line.
    Source: Field 1987; docs/methods.md#spectral-slope.
    """
    x, y = radial_spectrum(image)
    if not x.size:
        return NO_DETAIL
    x = x - x.mean()
    return float(np.clip((x @ y) / (x @ x), -6, 6))


@shared
def radial_spectrum(image: LinearImage) -> tuple[Floats, Floats]:
    """Log10 frequency in cycles per pixel and log10 mean power, one value per ring.

    The rings `spectral_slope` is fitted to; none for a flat image or where fewer than 3 remain.
    """
    nothing = np.zeros(0)
    if image.is_flat:
        return nothing, nothing
    plan = _plan(*image.shape)
    power = _sorted_power(image).sum(axis=0)
    keep = plan.ring_size[:_RINGS] >= 4
    if np.count_nonzero(keep) < 3:
        return nothing, nothing
    average = power[:_RINGS][keep] / plan.ring_size[:_RINGS][keep]
    return plan.ring_frequency[keep], np.log10(np.maximum(average, 1e-12 * average.max()))


@shared
def bands(image: LinearImage) -> tuple[float, float, float]:
    """The power of Y in the low, middle and high band; all 0 for a flat image."""
    if image.is_flat:
        return 0.0, 0.0, 0.0
    energy = _sorted_power(image).sum(axis=1)
    return float(energy[0]), float(energy[1]), float(energy[2])


@shared
def _sorted_power(image: LinearImage) -> Floats:
    """Sums of the power by band and ring: (4, 25)."""
    plan = _plan(*image.shape)
    energy: Floats = (plan.groups @ power_spectrum(image).ravel()).astype(np.float64)
    return energy.reshape(4, -1)


@shared
def power_spectrum(image: LinearImage) -> Real:
    """|F|^2 of windowed Y without its weighted mean, (h, w // 2 + 1)."""
    import scipy.fft

    window = _window(*image.shape, image.luminance.dtype.name)
    y = image.centred * window
    y -= window * (mean(y) / _hann_mean(*image.shape))
    spectrum = scipy.fft.rfft2(y, overwrite_x=True)
    power: Real = np.square(spectrum.real)
    power += np.square(spectrum.imag)
    return power


@dataclass(frozen=True)
class _Plan:
    """What depends on the size alone: which bin belongs where.

    The rows of `groups` are 25 * band + ring; bands 0 low, 1 middle, 2 high, 3 none; ring 24 none.
    A bin counts twice where it stands for its mirror image too.
    """

    groups: Any  # sparse (100, bins)
    ring_size: Floats  # (25,) bins of the whole plane in each ring
    ring_frequency: Floats  # (24,) log10 of the middle of each ring


@functools.lru_cache(maxsize=16)
def _plan(height: int, width: int) -> _Plan:
    import scipy.fft
    from scipy.sparse import csr_array

    across = scipy.fft.rfftfreq(width)
    radius = np.hypot(scipy.fft.fftfreq(height)[:, None], across[None])  # cycles per pixel
    mirrored = (across > 0) & (2 * np.arange(across.size) != width)
    weight = np.broadcast_to(np.where(mirrored, 2.0, 1.0), radius.shape).ravel()
    # A hair of slack keeps bins that lie exactly on an edge on the same side after a turn.
    shortest = min(height, width)
    edges = np.array([2 / shortest, 1 / 16, 3 / 16, 1 / 2]) * (1 - 1e-12)
    band = np.searchsorted(edges, radius.ravel(), side="right") - 1
    band = np.where((band < 0) | (edges[0] > radius.ravel()), 3, np.minimum(band, 3))
    lowest = min(4 / shortest, 0.45)
    ring_edges = np.geomspace(lowest, 0.45, _RINGS + 1) * (1 - 1e-12)
    ring = np.searchsorted(ring_edges, radius.ravel(), side="right") - 1
    ring = np.where((ring < 0) | (ring >= _RINGS), _RINGS, ring)
    size: Floats = np.bincount(ring, weight, _RINGS + 1).astype(np.float64)
    middle = np.log10(np.sqrt(ring_edges[1:] * ring_edges[:-1]))
    bins = np.arange(ring.size)
    groups = csr_array((weight, (band * (_RINGS + 1) + ring, bins)), (4 * (_RINGS + 1), bins.size))
    return _Plan(groups, size, middle)


@functools.lru_cache(maxsize=16)
def _window(height: int, width: int, kind: str) -> Real:
    return np.outer(_hann(height), _hann(width)).astype(kind)


def _hann_mean(height: int, width: int) -> float:
    return float(_hann(height).mean() * _hann(width).mean())


def _hann(size: int) -> Floats:
    # Sampled at pixel centres: symmetric, so that a mirrored picture has the same spectrum, and
    # nowhere 0, so that even one pixel has a weight.
    window: Floats = np.sin(np.pi * (np.arange(size) + 0.5) / size) ** 2
    return window

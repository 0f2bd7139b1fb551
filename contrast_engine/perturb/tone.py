"""Changes of how light and dark are spread."""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import LUMINANCE_WEIGHTS, decode_srgb, encode_srgb
from contrast_engine.perturb import perturbation
from contrast_engine.perturb.colour import within_gamut


@perturbation(neutral=1.0, low=0.02, high=16.0, unit="×", contrast="same")
def exposure(rgb: Floats, gain: float) -> Floats:
    """Light multiplied, as by a longer shutter time; what passes white is clipped."""
    return rgb * gain


@perturbation(neutral=1.0, low=0.0, high=4.0, unit="×", contrast="more")
def scale(rgb: Floats, factor: float) -> Floats:
    """Range stretched or squeezed about the mean luminance: RMS contrast times factor.

    Above 1 what passes black or white is clipped.
    """
    mean = float((rgb @ LUMINANCE_WEIGHTS).mean())
    return mean + factor * (rgb - mean)


@perturbation(neutral=0.0, low=-10.0, high=12.0, unit="slope", contrast="more")
def s_curve(rgb: Floats, strength: float) -> Floats:
    """Tone curve: shadows darker and lights lighter; a negative strength undoes the same curve.

    A logistic curve of this slope on code values, scaled to keep black, middle grey and white.
    """
    code = 2 * encode_srgb(rgb) - 1  # -1..1 around middle grey
    end = np.tanh(abs(strength) / 4)
    if strength > 0:
        curved = np.tanh(strength / 4 * code) / end
    else:
        curved = np.arctanh(code * end) * 4 / abs(strength)
    return decode_srgb(np.clip((curved + 1) / 2, 0.0, 1.0))


@perturbation(neutral=1.0, low=0.2, high=5.0, unit="exponent", contrast="unsettled")
def gamma(rgb: Floats, exponent: float) -> Floats:
    """Middle tones moved, black and white kept: above 1 darker, below 1 lighter.

    A power of the code values. No agreed direction of contrast (docs/methods.md#perturbations).
    """
    return decode_srgb(encode_srgb(rgb) ** exponent)


@perturbation(neutral=1.0, low=0.0, high=1.0, unit="transmission", contrast="more")
def haze(rgb: Floats, transmission: float, *, airlight: float = 0.8) -> Floats:
    """Veil of scattered light: the share of the scene that still gets through it.

    Args:
        rgb: (h, w, 3) linear light, 0..1.
        transmission: 1 is clear air, 0 nothing but airlight.
        airlight: Luminance of the veil itself, a neutral grey, 0..1.

    Source: Koschmieder's law, I = J t + A (1 - t), on linear light.
    """
    return rgb * transmission + airlight * (1 - transmission)


@perturbation(neutral=1.0, low=1.0, high=16.0, unit="× mean bin", contrast="unsettled")
def clahe(rgb: Floats, limit: float) -> Floats:
    """Local equalisation, as cameras and phones do it; the limit says how far it may go.

    Contrast-limited adaptive histogram equalisation of the luminance's code values; hue and
    the proportion of the channels stay. Features disagree about its direction.

    Source: Zuiderveld 1994, Graphics Gems IV.
    Deviates: the mapping of a tile is interpolated between its 256 bins, so there is no banding.
    """
    old = (rgb @ LUMINANCE_WEIGHTS)[..., np.newaxis]
    new = decode_srgb(_equalised(encode_srgb(old[..., 0]), limit))[..., np.newaxis]
    # A black pixel has no proportion to keep: it becomes the grey it is mapped to.
    gain = np.where(old > 1e-6, new / np.maximum(old, 1e-6), 0.0)
    return within_gamut(new, np.where(old > 1e-6, (rgb - old) * gain, 0.0))


BINS = 256
TILES = 8
SMALLEST_TILE = 24


def _equalised(code: Floats, limit: float) -> Floats:
    """Map code values (h, w) through the clipped histograms of the tiles around each pixel."""
    height, width = code.shape
    rows = min(TILES, max(1, height // SMALLEST_TILE))
    columns = min(TILES, max(1, width // SMALLEST_TILE))
    row_tile = np.arange(height) * rows // height
    column_tile = np.arange(width) * columns // width
    tile = row_tile[:, np.newaxis] * columns + column_tile  # (h, w)

    position = np.clip(code, 0.0, 1.0) * BINS
    lower = np.minimum(position.astype(np.int64), BINS - 1)
    counts = np.bincount((tile * BINS + lower).ravel(), minlength=rows * columns * BINS)
    density = counts.reshape(rows * columns, BINS) / np.bincount(tile.ravel())[:, np.newaxis] * BINS
    clipped = np.minimum(density, limit)
    clipped += (density - clipped).mean(axis=1, keepdims=True)
    curves = np.zeros((rows * columns, BINS + 1))
    np.cumsum(clipped / BINS, axis=1, out=curves[:, 1:])

    result = np.zeros_like(code)
    between = position - lower
    for r, row_weight in _neighbours(height, rows):
        for c, column_weight in _neighbours(width, columns):
            curve = r[:, np.newaxis] * columns + c
            mapped = curves[curve, lower] * (1 - between) + curves[curve, lower + 1] * between
            result += row_weight[:, np.newaxis] * column_weight * mapped
    return np.clip(result, 0.0, 1.0)


def _neighbours(length: int, tiles: int) -> tuple[tuple[np.ndarray, Floats], ...]:
    """For every pixel of one axis: the tiles before and after it, and how much each counts."""
    centre = (np.arange(length) + 0.5) * tiles / length - 0.5
    before = np.floor(centre).astype(np.int64)
    share = centre - before
    last = tiles - 1
    return (np.clip(before, 0, last), 1 - share), (np.clip(before + 1, 0, last), share)

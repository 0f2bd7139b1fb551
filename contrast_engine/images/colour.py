"""The colour mathematics every measure stands on: sRGB, luminance, CIE lightness and Lab.

Names as in docs/methods.md: `Y` is linear luminance 0..1, `Y'` its sRGB encoding 0..1, `L*` is
0..100. It is worked out in the precision that is given, and none of it knows what an image is.
"""

from collections.abc import Callable, Iterator

import cv2
import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats, Floats32, Real

LUMINANCE_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])

# The sRGB matrix, each row divided by the D65 white (0.95047, 1, 1.08883), that is by its own sum,
# so that grey has X = Y = Z and therefore no chroma.
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_TO_XYZ /= _TO_XYZ.sum(axis=1, keepdims=True)

_FROM_ROOTS = np.array([[0.0, 116.0, 0.0], [500.0, -500.0, 0.0], [0.0, 200.0, -200.0]])
_KNEE = (6 / 29) ** 3
_STRIP = 24_000  # values worked on at a time


def decode_srgb(coded: npt.ArrayLike) -> Floats:
    """Linear light 0..1 of sRGB code values 0..1.

    Source: IEC 61966-2-1.
    """
    coded = np.asarray(coded, dtype=np.float64)
    curve = ((np.maximum(coded, 0.04045) + 0.055) / 1.055) ** 2.4
    linear: Floats = np.where(coded <= 0.04045, coded / 12.92, curve)
    return linear


def encode_srgb(linear: npt.ArrayLike) -> Real:
    """SRGB code values 0..1 of linear light 0..1, in the precision given.

    Source: IEC 61966-2-1.
    """
    return _in_strips(_encoded, _real(linear))


def luminance(rgb: Real) -> Real:
    """Relative luminance Y, (h, w), of linear (h, w, 3) light."""
    return _mixed(rgb, LUMINANCE_WEIGHTS[None])[..., 0]


def lightness(y: npt.ArrayLike) -> Real:
    """CIE lightness L* 0..100 of luminance Y 0..1, in the precision given."""
    light = _in_strips(_cie_root, _real(y))
    light *= 116
    light -= 16
    return light


def lab(rgb: Real) -> Real:
    """CIE L*, a*, b*, (h, w, 3), of linear (h, w, 3) light.

    Source: CIE 15, white D65 (0.95047, 1, 1.08883).
    """
    light = _mixed(_cie_root(_mixed(rgb, _TO_XYZ)), _FROM_ROOTS)
    light[..., 0] -= 16
    return light


def chroma_axes(rgb: Real) -> tuple[Real, Real]:
    """A* and b* of linear (h, w, 3) light, each (h, w) and in one piece."""
    axes = np.empty((2, *rgb.shape[:2]), rgb.dtype)
    for part in _strips(rgb):
        roots = _cie_root(_mixed(rgb[part], _TO_XYZ))
        for axis, row in zip(axes, _FROM_ROOTS[1:], strict=True):
            axis[part] = _mixed(roots, row[None])[..., 0]
    return axes[0], axes[1]


def _strips(values: Real) -> Iterator[slice]:
    """Rows that fit the cache: several times quicker than asking for new memory at full size."""
    rows = max(1, _STRIP * len(values) // values.size)
    return (slice(top, top + rows) for top in range(0, len(values), rows))


def _in_strips(curve: Callable[[Real], Real], values: Real) -> Real:
    if values.ndim < 2 or values.size <= _STRIP:
        return curve(values)
    curved = np.empty_like(values)
    for part in _strips(values):
        curved[part] = curve(values[part])
    return curved


def _encoded(linear: Real) -> Real:
    coded = _power(linear, 1 / 2.4)
    coded *= 1.055
    coded -= 0.055
    return _mended(coded, linear <= 0.0031308, lambda: linear * 12.92)


def _cie_root(t: Real) -> Real:
    return _mended(_power(t, 1 / 3), t <= _KNEE, lambda: t * (1 / (3 * (6 / 29) ** 2)) + 4 / 29)


def _power(values: Real, exponent: float) -> Real:
    """Values of at least 0 to a power of 1/3 or 1/2.4; float32 to 2e-7."""
    if values.dtype == np.float32 and values.ndim > 1:  # seven times quicker than NumPy's roots
        return np.asarray(cv2.pow(values, exponent), np.float32).reshape(values.shape)
    root = np.asarray(np.cbrt(values))
    # x^(1/2.4) = x^(1/3) x^(1/12): several times quicker than a power.
    return root if exponent == 1 / 3 else root * np.sqrt(np.sqrt(root))


def _mended(values: Real, where: Bools, line: Callable[[], Real]) -> Real:
    """A curve with its straight part near black in place of the curved one."""
    if not where.any():
        return values
    if values.ndim < 2 or not values.flags.c_contiguous:
        return np.where(where, line(), values)
    cv2.copyTo(line(), where.view(np.uint8), values)  # in place, many times quicker than NumPy
    return values


def _mixed(values: Real, matrix: Floats) -> Real:
    """Each pixel of (h, w, 3) times (m, 3); OpenCV drops a last axis of one."""
    mixed: Real = np.asarray(cv2.transform(values, matrix), dtype=values.dtype)
    return mixed.reshape(*values.shape[:2], len(matrix))


def _real(values: npt.ArrayLike) -> Real:
    array = np.asarray(values)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def _table(n_codes: int) -> Floats32:
    table: Floats32 = decode_srgb(np.arange(n_codes) / (n_codes - 1)).astype(np.float32)
    return table


LINEAR_OF_8_BIT = _table(256)
"""Linear light of every 8-bit code value."""

LINEAR_OF_16_BIT = _table(65536)
"""Linear light of every 16-bit code value."""

MID_GREY = float(decode_srgb(0.5))
"""What lies behind transparent pixels: Y' = 0.5, in linear light (own choice)."""

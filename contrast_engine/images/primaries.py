"""Colour primaries: from the chromaticities that a file names to linear sRGB.

Source: ITU-T H.273 (2023), table 2; Bradford adaptation after ICC.1:2022, annex E.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats

Chromaticities = tuple[float, float, float, float, float, float, float, float]
"""x and y of red, green, blue and white."""

_D65 = (0.3127, 0.3290)
_C = (0.310, 0.316)

SRGB: Chromaticities = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, *_D65)
ADOBE_RGB: Chromaticities = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *_D65)
DISPLAY_P3: Chromaticities = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *_D65)
BT2020: Chromaticities = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *_D65)

BY_NUMBER: dict[int, tuple[str, Chromaticities]] = {
    1: ("sRGB / BT.709 primaries", SRGB),
    2: ("sRGB primaries (assumed)", SRGB),
    4: ("BT.470 M primaries", (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, *_C)),
    5: ("BT.601 625 primaries", (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *_D65)),
    6: ("BT.601 525 primaries", (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65)),
    7: ("SMPTE 240 primaries", (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *_D65)),
    8: ("film primaries", (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, *_C)),
    9: ("BT.2020 primaries", BT2020),
    10: ("CIE XYZ", (1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1 / 3, 1 / 3)),
    11: ("DCI P3 primaries", (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351)),
    12: ("Display P3 primaries", DISPLAY_P3),
    22: ("EBU 3213 primaries", (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *_D65)),
}
"""Primaries by their number in H.273: name in words, chromaticities."""

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@lru_cache(maxsize=64)
def to_srgb(chromaticities: Chromaticities) -> Floats | None:
    """(3, 3) from linear light in these primaries to linear sRGB; None where they are those.

    White goes to white: (1, 1, 1) stays (1, 1, 1).

    Raises:
        ValueError: They span no colours.
    """
    if np.allclose(chromaticities, SRGB, atol=2e-3):
        return None
    ours, theirs = _to_xyz(SRGB), _to_xyz(chromaticities)
    adapted = _adapted(_white(chromaticities), _white(SRGB)) @ theirs
    matrix = np.linalg.solve(ours, adapted)
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > 1e3:
        raise ValueError("primaries that span no colours")
    to_white: Floats = matrix / matrix.sum(axis=1, keepdims=True)
    return to_white


def xyz_to_srgb(white: tuple[float, float, float]) -> Floats:
    """(3, 3) from XYZ seen under a white, given as its XYZ, to linear sRGB."""
    given: Any = np.asarray(white, np.float64)
    matrix: Any = np.linalg.solve(_to_xyz(SRGB), _adapted(given, _white(SRGB)))
    return np.asarray(matrix, np.float64)


def _white(chromaticities: Chromaticities) -> Floats:
    x, y = chromaticities[6:]
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _to_xyz(chromaticities: Chromaticities) -> Floats:
    x, y = np.array(chromaticities[0:6:2]), np.array(chromaticities[1:6:2])
    columns = np.stack([x, y, 1 - x - y])
    weights: Any = np.linalg.solve(columns, _white(chromaticities))
    return np.asarray(columns * weights, np.float64)


def _adapted(white: Floats, to: Floats) -> Floats:
    scale = (_BRADFORD @ to) / (_BRADFORD @ white)
    adapted: Any = np.linalg.solve(_BRADFORD, scale[:, None] * _BRADFORD)
    return np.asarray(adapted, np.float64)

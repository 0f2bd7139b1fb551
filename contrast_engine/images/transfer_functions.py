"""Transfer functions by their number: from code values 0..1 to linear light.

Light is relative to diffuse white. Curves of displays and cameras of standard range give 1 at
code 1; those of high dynamic range give more, as diffuse white lies at 203 cd/m2.

Sources: ITU-T H.273 (2023), table 3; ITU-R BT.2100-2 (2018), tables 4 and 5; ITU-R BT.2408-7
(2023), clause 2.2.
"""

from collections.abc import Callable

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import decode_srgb

DIFFUSE_WHITE = 203.0
"""Luminance of diffuse white in cd/m2 where light is absolute (BT.2408)."""

HLG_PEAK = 1000.0
"""Nominal peak luminance, cd/m2, of the display that HLG is made for (BT.2100)."""

HLG_GAMMA = 1.2
"""System gamma of such a display."""

PQ, HLG = 16, 18


def gamma(exponent: float) -> Callable[[Floats], Floats]:
    """A plain power curve."""

    def curve(code: Floats) -> Floats:
        light: Floats = np.power(np.maximum(code, 0), exponent)
        return light

    return curve


def pq(code: Floats) -> Floats:
    """Light of PQ code values, 1 at 203 cd/m2, up to 49.3 at 10,000 cd/m2.

    Source: ITU-R BT.2100-2, table 4 (SMPTE ST 2084).
    """
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    root = np.power(np.maximum(code, 0), 1 / m2)
    light: Floats = np.power(np.maximum(root - c1, 0) / (c2 - c3 * root), 1 / m1)
    return light * (10_000 / DIFFUSE_WHITE)


def hlg_scene(code: Floats) -> Floats:
    """Scene light 0..1 of HLG code values, before the system gamma.

    Source: ITU-R BT.2100-2, table 5.
    """
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    upper = (np.exp((np.maximum(code, 0.5) - c) / a) + b) / 12
    light: Floats = np.where(code <= 0.5, np.square(code) / 3, upper)
    return light


def _camera(alpha: float, beta: float, power: float, slope: float) -> Callable[[Floats], Floats]:
    def curve(code: Floats) -> Floats:
        upper = np.power((np.maximum(code, slope * beta) + alpha - 1) / alpha, 1 / power)
        light: Floats = np.where(code < slope * beta, code / slope, upper)
        return light

    return curve


def _linear(code: Floats) -> Floats:
    return code


def _log(decades: float) -> Callable[[Floats], Floats]:
    def curve(code: Floats) -> Floats:
        light: Floats = np.where(code <= 0, 0.0, np.power(10.0, decades * (code - 1)))
        return light

    return curve


_BT709 = _camera(1.099296826809442, 0.018053968510807, 0.45, 4.5)

BY_NUMBER: dict[int, tuple[str, Callable[[Floats], Floats]]] = {
    1: ("BT.709 curve", _BT709),
    2: ("sRGB curve (assumed)", decode_srgb),
    4: ("gamma 2.2", gamma(2.2)),
    5: ("gamma 2.8", gamma(2.8)),
    6: ("BT.601 curve", _BT709),
    7: ("SMPTE 240 curve", _camera(1.1115, 0.0228, 0.45, 4.0)),
    8: ("linear", _linear),
    9: ("logarithmic over 2 decades", _log(2)),
    10: ("logarithmic over 2.5 decades", _log(2.5)),
    11: ("xvYCC curve", _BT709),
    12: ("BT.1361 curve", _BT709),
    13: ("sRGB curve", decode_srgb),
    14: ("BT.2020 curve", _BT709),
    15: ("BT.2020 curve", _BT709),
    16: ("PQ (BT.2100)", pq),
    17: ("SMPTE 428 curve", lambda code: np.power(np.maximum(code, 0), 2.6) * (52.37 / 48)),
    18: ("HLG (BT.2100)", hlg_scene),
}
"""Curves by their number in H.273: name in words, light of code values."""

"""Correlated colour temperature, distance from the Planckian locus, and lights drawn along it.

All of it is in linear sRGB, which has chromaticities. The raw colours of a camera have none
without a matrix of that camera, so they have no temperature either.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.errors import OptionError
from contrast_engine.illuminants.angles import unit

COOLEST, WARMEST = 10_000.0, 2_500.0
"""Colour temperatures in kelvin that lights are drawn between."""

TINT = 0.01
"""Farthest that lights are drawn from the locus, in Duv (own choice)."""

FARTHEST = 0.05
"""Beyond this Duv a temperature means nothing (CIE 15)."""

_LEAST = 0.05  # of the strongest channel: with less, a relit picture has hardly a colour left
_C2 = 1.4388e-2  # m K, as CIE 15 has it
_MIREDS = np.arange(1e6 / 40_000, 1001.0, 0.5)  # 40,000 K to 1,000 K

RGB_TO_XYZ: Floats = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""Linear sRGB to XYZ of D65 (IEC 61966-2-1)."""


@dataclass(frozen=True)
class Temperature:
    """What light of a black body is nearest to some light.

    Args:
        cct: Correlated colour temperature in kelvin; None where there is none.
        duv: Distance from the Planckian locus in CIE 1960 (u, v), above 0 towards green.
        reason: Why there is no temperature, or "".
    """

    cct: float | None
    duv: float | None
    reason: str = ""


NO_MATRIX = Temperature(
    None, None, "raw colours of a camera have no chromaticity without a matrix of that camera"
)


def temperature(rgb: Real) -> Temperature:
    """The correlated colour temperature of a light in linear sRGB, and its Duv.

    Source: CIE 15:2018; nearest point of the locus in CIE 1960 (u, v); sign of Duv as Ohno 2014;
    docs/methods.md#colour-temperature.
    Deviates: the locus is a table in steps of half a mired, with a parabola through the nearest
    three points.
    """
    u, v = uv(unit(rgb))[0]
    locus_u, locus_v = _locus()
    squares = (locus_u - u) ** 2 + (locus_v - v) ** 2
    at = int(squares.argmin())
    if at in (0, len(squares) - 1):
        side = "cooler than 40,000 K" if at == 0 else "warmer than 1,000 K"
        return Temperature(None, None, f"the light is {side}, where temperatures end")
    before, here, after = np.sqrt(squares[at - 1 : at + 2]) ** 2
    step = 0.5 * (before - after) / (before - 2 * here + after)
    mired = float(_MIREDS[at] + step * (_MIREDS[1] - _MIREDS[0]))
    near_u, near_v = _point(mired)
    duv = float(np.hypot(u - near_u, v - near_v) * (1 if v >= near_v else -1))
    if abs(duv) > FARTHEST:
        return Temperature(
            None, duv, f"the light is {abs(duv):.2f} from the Planckian locus: no temperature"
        )
    return Temperature(1e6 / mired, duv)


def light(cct: float, duv: float = 0.0) -> Floats:
    """The unit vector in linear sRGB of a light of some colour temperature, (3,).

    Args:
        cct: In kelvin, 1,667 to 25,000.
        duv: Distance from the Planckian locus, -0.03 to 0.03, above 0 towards green.

    Raises:
        OptionError: One of them is outside, or sRGB has no such light.
    """
    if not 1667 <= cct <= 25_000 or not abs(duv) <= 0.03:
        raise OptionError(
            f"a light needs 1,667 to 25,000 K and a Duv of -0.03 to 0.03, got {cct:g} K, {duv:g}"
        )
    mired = 1e6 / cct
    here = np.array(_point(mired))
    along = np.array(_point(mired + 0.5)) - np.array(_point(mired - 0.5))
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    across *= np.sign(across[1]) or 1.0
    u, v = here + duv * across
    xyz = np.array([3 * u, 2 * v, 4 - u - 10 * v])  # any length
    rgb = np.linalg.solve(RGB_TO_XYZ, xyz)
    if not (rgb >= _LEAST * np.abs(rgb).max()).all():
        raise OptionError(
            f"a light of {cct:,.0f} K and Duv {duv:g} is outside sRGB; take a cooler one"
        )
    made: Floats = unit(rgb)[0]
    return made


def sampled(
    count: int, random: np.random.Generator, *, warmest: float = WARMEST, coolest: float = COOLEST,
    tint: float = TINT,
) -> Floats:  # fmt: skip
    """Lights drawn uniformly in mired, and in Duv within the tint: unit vectors (count, 3).

    Where sRGB has no such light (warm ones towards green), the tint is halved until it has.
    """
    mireds = random.uniform(1e6 / coolest, 1e6 / warmest, count)
    tints = random.uniform(-tint, tint, count)
    pairs = zip(mireds.tolist(), tints.tolist(), strict=True)
    return np.array([_reachable(1e6 / mired, duv) for mired, duv in pairs]).reshape(count, 3)


def _reachable(cct: float, duv: float) -> Floats:
    for halvings in range(8):
        try:
            return light(cct, duv / 2**halvings)
        except OptionError:
            continue
    return light(cct)


def uv(rgb: Real) -> Floats:
    """CIE 1960 (u, v) of lights in linear sRGB, (n, 2)."""
    xyz: Floats = np.atleast_2d(rgb) @ RGB_TO_XYZ.T
    total = xyz @ np.array([1.0, 15.0, 3.0])
    return np.stack([4 * xyz[:, 0] / total, 6 * xyz[:, 1] / total], axis=1)


def uv_1976(rgb: Real) -> Floats:
    """CIE 1976 (u', v') of lights in linear sRGB, (n, 2)."""
    found: Floats = uv(rgb) * np.array([1.0, 1.5])
    return found


def locus_1976(kelvins: Real) -> Floats:
    """CIE 1976 (u', v') of black bodies of some temperatures in kelvin, (n, 2)."""
    u, v = _of_mireds(1e6 / np.atleast_1d(np.asarray(kelvins, np.float64)))
    return np.stack([u, 1.5 * v], axis=1)


def rgb_of_uv_1976(places: Real) -> Floats:
    """Linear sRGB of any length, (n, 3), of CIE 1976 (u', v'); channels below 0 become 0."""
    u, v = np.atleast_2d(places).T
    xyz = np.stack([9 * u, 4 * v, 12 - 3 * u - 20 * v], axis=1)
    return np.maximum(np.linalg.solve(RGB_TO_XYZ, xyz.T).T, 0.0)


def xy(rgb: Real) -> Floats:
    """CIE 1931 (x, y) of lights in linear sRGB, (n, 2)."""
    xyz = np.atleast_2d(rgb) @ RGB_TO_XYZ.T
    found: Floats = xyz[:, :2] / xyz.sum(axis=1, keepdims=True)
    return found


def _point(mired: float) -> tuple[float, float]:
    """(u, v) of a black body."""
    u, v = _of_mireds(np.array([mired]))
    return float(u[0]), float(v[0])


@lru_cache(maxsize=1)
def _locus() -> tuple[Floats, Floats]:
    return _of_mireds(_MIREDS)


def _of_mireds(mireds: Floats) -> tuple[Floats, Floats]:
    table = _observer()
    metres = table[:, 0] * 1e-9
    power = metres**-5 / np.expm1(_C2 * mireds[:, None] * 1e-6 / metres)
    xyz = power @ table[:, 1:]
    total = xyz @ np.array([1.0, 15.0, 3.0])
    return 4 * xyz[:, 0] / total, 6 * xyz[:, 1] / total


@lru_cache(maxsize=1)
def _observer() -> Floats:
    """(81, 4) wavelength in nm and the colour-matching functions of CIE 1931, 2 degrees."""
    file = files("contrast_engine.illuminants") / "cie_1931_2deg_5nm.csv"
    with file.open(encoding="utf-8") as lines:
        read: Any = np.loadtxt(lines, delimiter=",", skiprows=1)
    return np.asarray(read, np.float64)

"""Colours of lights on a screen, and the planes that lights are drawn on."""

from functools import lru_cache

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.figures.illuminants import Plane
from contrast_engine.illuminants.planckian import locus_1976, uv_1976
from contrast_engine.images.colour import encode_srgb

MARKED = (2000, 2500, 3000, 4000, 5000, 6500, 10_000, 20_000)
"""Temperatures in kelvin that are written at the locus."""

CAMERA = Plane("red share of r + g + b", "green share of r + g + b", (1 / 3, 1 / 3))
"""The plane of linear colours of a camera, which have no other chromaticity without a matrix."""


@lru_cache(maxsize=1)
def cie_1976() -> Plane:
    """The plane of CIE 1976 (u', v') with black bodies of 1,667 to 40,000 K and the sRGB screen."""
    (neutral,) = uv_1976(np.ones((1, 3))).tolist()
    marks = {
        f"{kelvin:,} K": (float(u), float(v))
        for kelvin, (u, v) in zip(MARKED, locus_1976(np.array(MARKED)).tolist(), strict=True)
    }
    locus = locus_1976(1e6 / np.linspace(600, 25, 231))  # even in mired: even to the eye
    return Plane("u′ (CIE 1976)", "v′ (CIE 1976)", tuple(neutral), locus, marks, uv_1976(np.eye(3)))


def plane_of(*, is_camera: bool) -> Plane:
    """The plane on which lights of a camera, or of photographs, are drawn."""
    return CAMERA if is_camera else cie_1976()


def places(lights: Real, *, is_camera: bool = False) -> Floats:
    """Where lights lie on their plane, (n, 2)."""
    rgb = np.atleast_2d(np.asarray(lights, np.float64))
    if not is_camera:
        return uv_1976(rgb)
    shares: Floats = rgb[:, :2] / rgb.sum(axis=1, keepdims=True)
    return shares


def swatch(light: Real) -> str:
    """The CSS colour of a light in linear sRGB: its strongest channel is white, then encoded.

    Colours of a camera are shown as if they were those of the screen.
    """
    rgb = np.clip(np.asarray(light, np.float64), 0, None)
    codes = np.round(255 * encode_srgb(rgb / max(float(rgb.max()), 1e-12))).astype(int)
    return "#" + "".join(f"{code:02x}" for code in codes.tolist())

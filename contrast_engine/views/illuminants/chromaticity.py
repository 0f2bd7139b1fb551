"""Colours of lights on a screen, and the planes that lights are drawn on."""

from functools import lru_cache

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.figures.illuminants import Place, Plane
from contrast_engine.illuminants.planckian import locus_1976, uv_1976
from contrast_engine.images.colour import encode_srgb

MARKED = (2000, 2500, 3000, 4000, 5000, 6500, 10_000, 20_000)
"""Temperatures in kelvin that are written at the locus."""

TICK = 0.024
"""Length of the lines from the locus to what is written, in Duv."""

CAMERA = Plane("red of r + g + b (share)", "green of r + g + b (share)", (1 / 3, 1 / 3))
"""The plane of linear colours of a camera, which have no other chromaticity without a matrix."""


@lru_cache(maxsize=1)
def cie_1976() -> Plane:
    """The plane of CIE 1976 (u', v') with black bodies of 1,667 to 40,000 K and the sRGB screen."""
    (neutral,) = uv_1976(np.ones((1, 3))).tolist()
    marks = {f"{kelvin:,} K": _tick(kelvin) for kelvin in MARKED}
    locus = locus_1976(1e6 / np.linspace(600, 25, 231))  # even in mired: even to the eye
    return Plane(
        "u′ (CIE 1976, no unit)",
        "v′ (CIE 1976, no unit)",
        tuple(neutral),
        locus,
        marks,
        uv_1976(np.eye(3)),
    )


def _tick(kelvin: float) -> tuple[Place, Place]:
    """A black body in (u', v'), and the end of a line of equal temperature towards green."""
    flat = np.array([1, 2 / 3])  # such lines cross the locus at right angles in CIE 1960
    warmer, here, cooler = locus_1976(kelvin * np.array([0.99, 1, 1.01])) * flat
    along = warmer - cooler
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    across *= np.sign(across[1])
    (u, v), (far_u, far_v) = (np.stack([here, here + TICK * across]) / flat).tolist()
    return (u, v), (far_u, far_v)


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

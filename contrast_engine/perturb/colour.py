"""Changes of colour that leave the luminance of every pixel as it is."""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import LUMINANCE_WEIGHTS
from contrast_engine.perturb import perturbation


@perturbation(neutral=1.0, low=0.0, high=3.0, unit="×", contrast="same")
def chroma(rgb: Floats, factor: float) -> Floats:
    """Colourfulness at constant luminance: 0 is black and white, 2 twice as far from grey.

    A pixel that would leave the sRGB gamut goes as far as it can.

    Source: docs/methods.md#verified-views, rgb' = Y + k M (rgb - Y) with M the factor.
    """
    grey = (rgb @ LUMINANCE_WEIGHTS)[..., np.newaxis]  # (h, w, 1)
    return within_gamut(grey, factor * (rgb - grey))


@perturbation(neutral=0.0, low=-180.0, high=180.0, unit="degrees", contrast="same")
def chroma_rotation(rgb: Floats, angle: float) -> Floats:
    """Hues turned around at constant luminance, as a wrong white balance or a filter does.

    Source: docs/methods.md#verified-views, rgb' = Y + k M (rgb - Y) with M a rotation in the plane
    of constant Y.
    """
    grey = (rgb @ LUMINANCE_WEIGHTS)[..., np.newaxis]
    return within_gamut(grey, (rgb - grey) @ _rotation(np.radians(angle)).T)


def within_gamut(grey: Floats, offset: Floats) -> Floats:
    """Add a coloured offset to greys, shortened per pixel as far as 0..1 demands.

    Args:
        grey: (h, w, 1) luminance, 0..1.
        offset: (h, w, 3) of zero luminance, so that the sum has the luminance of `grey`.
    """
    room = np.where(offset > 0, 1.0 - grey, grey)
    # An offset below 1e-12 is no colour; the floor keeps the division finite.
    reach = np.maximum(room, 0.0) / np.maximum(np.abs(offset), 1e-12)
    share = np.minimum(reach.min(axis=2, keepdims=True), 1.0)  # (h, w, 1), the k of both
    result: Floats = grey + share * offset
    return result


def _rotation(angle: float) -> Floats:
    """Rodrigues' rotation about the luminance axis: it maps the plane of constant Y to itself."""
    x, y, z = LUMINANCE_WEIGHTS / np.linalg.norm(LUMINANCE_WEIGHTS)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Floats = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turned

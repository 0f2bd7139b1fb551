"""Angles between illuminants: how far an estimate is from the light that there was."""

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.errors import OptionError

NEUTRAL: Floats = np.full(3, 3**-0.5)
"""Light that leaves grey grey, as a unit vector."""


def unit(illuminants: Real) -> Floats:
    """Illuminants as unit vectors, (n, 3).

    Raises:
        OptionError: One is no direction: a number that is not finite, or all of them 0.
    """
    vectors = np.atleast_2d(np.asarray(illuminants, np.float64))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if vectors.shape[1] != 3 or not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise OptionError("an illuminant needs three finite numbers that are not all 0")
    made: Floats = vectors / lengths
    return made


def angular_error(estimates: Real, truths: Real) -> Floats:
    """Recovery angular error in degrees, 0..180, (n,); lengths do not matter.

    Source: Hordley & Finlayson 2006; docs/methods.md#angular-error.
    Deviates: by atan2 of |cross| and dot, which is exact near 0 where acos is not.
    """
    a, b = np.broadcast_arrays(unit(estimates), unit(truths))
    across = np.linalg.norm(np.cross(a, b), axis=1)
    angles: Floats = np.degrees(np.arctan2(across, (a * b).sum(axis=1)))
    return angles


def reproduction_error(estimates: Real, truths: Real) -> Floats:
    """Angle in degrees, (n,), between white as corrected by the estimate and neutral.

    Where grey-world only sees light times scene, its reproduction error is one of the scene and
    does not move with the light.

    Source: Finlayson & Zakizadeh 2014, BMVC; docs/methods.md#angular-error.

    Raises:
        OptionError: An estimate has a channel of 0 or less, by which nothing can be divided.
    """
    given = unit(estimates)
    if not (given > 0).all():
        raise OptionError("a reproduction error needs estimates above 0 in every channel")
    return angular_error(unit(truths) / given, NEUTRAL)

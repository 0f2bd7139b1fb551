"""How strong a colour cast is: the angle between the estimated light of a picture and neutral."""

import numpy as np

from contrast_engine.arrays import Floats, Real
from contrast_engine.illuminants.angles import NEUTRAL, angular_error
from contrast_engine.issues import Issue

FARTHEST = 54.7356
"""Degrees between neutral and light of one channel alone, the most there can be."""

STRONG_ANGLE = 14.0
"""Degrees from which a cast is strong, whatever the collection is like. By shades-of-grey nineteen
in twenty of 349 photographs that their cameras had balanced are nearer to neutral (median 2.7, P90
11.0, P95 13.6 degrees), so content alone seldom goes farther (own choice)."""

STRONG = 1 - STRONG_ANGLE / FARTHEST
"""The score that this angle has."""


def cast_angle(illuminants: Real) -> Floats:
    """Angle in degrees between estimated illuminants and neutral, 0..54.74, (n,)."""
    return angular_error(illuminants, NEUTRAL)


def cast_score(angles: Real) -> Floats:
    """A score 0..1 of cast angles for issues, low is worse: 1 - angle / 54.74.

    Source: docs/methods.md#strong-colour-cast (own choice).
    """
    made: Floats = np.clip(1 - np.asarray(angles, np.float64) / FARTHEST, 0, 1)
    return made


STRONG_CAST = Issue(
    "strong_cast",
    "Strong colour cast",
    "The estimated light is far from neutral, which the brightest colours decide: what white "
    "balance left, or coloured content.",
    "1 - cast_angle / 54.74: angle between the estimated illuminant and neutral",
    "the estimated light is {}° from neutral", 1, FARTHEST, 0.0, STRONG_ANGLE,
    "nineteen in twenty photographs that their cameras had balanced are nearer to neutral",
    lambda v: v.column("cast_angle"),
)  # fmt: skip
"""The issue of a table with a column `cast_angle`; there is none where nothing was estimated."""

"""Pictures under another light: von Kries scaling in linear light, and logarithmic colours."""

import numpy as np

from contrast_engine.arrays import Bools, Floats, Real
from contrast_engine.illuminants.angles import unit

SATURATED = 0.98
"""From this share of white on, a channel counts as saturated: its colour is not known."""

DARKEST = 2.0**-12
"""Linear light that a logarithm takes for black."""


def is_saturated(images: Real) -> Bools:
    """Where any channel of linear light is saturated, (..., h, w)."""
    return np.asarray((images >= SATURATED).any(axis=-1), np.bool_)


def relit(
    images: Real, valid: Bools, lights: Real, new_lights: Real, *, is_clipped: bool = True
) -> tuple[Real, Bools]:
    """Pictures as another light would show them, and the pixels that may still be looked at.

    Saturated pixels are masked before, since their colour is not known; the mean brightness of
    the others stays; what then exceeds 1 is clipped.

    Args:
        images: (n, h, w, 3) linear light 0..1, black level subtracted.
        valid: (n, h, w) the pixels that may be looked at.
        lights: (n, 3) the illuminants of the pictures.
        new_lights: (n, 3) the illuminants to have.
        is_clipped: Whether what exceeds 1 is clipped.

    Source: von Kries scaling as in Lo 2021 (CLCC), diagonal instead of full matrices;
    docs/methods.md#relighting.
    """
    kept: Bools = valid & ~is_saturated(images)
    gains = unit(new_lights) / unit(lights)
    made = images * gains[:, None, None].astype(images.dtype)
    made = made * _brightness_kept(images, made, kept)
    return (np.minimum(made, 1).astype(images.dtype) if is_clipped else made), kept


def corrected(image: Real, illuminant: Real) -> Real:
    """A picture as neutral light would show it, (h, w, 3), clipped to 0..1.

    The gains are those of von Kries, scaled so that neutral light changes nothing.
    """
    gains = 1 / (unit(illuminant)[0] * np.sqrt(3))
    made: Real = np.clip(image * gains.astype(image.dtype), 0, 1)
    return made


def log_rgb(light: Real) -> Real:
    """Linear light 0..1 as logarithms in 0..1: ln(max(x, d) / d) / ln(1 / d), d = 2^-12.

    Another light adds a constant to each channel, as long as nothing is below d.
    """
    made: Real = np.log(np.maximum(light, DARKEST) / DARKEST) / np.log(1 / DARKEST)
    return made.astype(light.dtype)


def _brightness_kept(before: Real, after: Real, kept: Bools) -> Floats:
    """(n, 1, 1, 1) factors that bring back the mean over usable pixels and channels."""
    share = kept[..., None].astype(np.float64)
    was = (before * share).sum(axis=(1, 2, 3))
    now = (after * share).sum(axis=(1, 2, 3))
    factor = np.where(now > 0, was / np.maximum(now, 1e-30), 1.0)
    made: Floats = factor.astype(before.dtype)[:, None, None, None]
    return made

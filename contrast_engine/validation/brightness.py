"""Does a score follow brightness where contrast stays as it is?"""

from collections.abc import Hashable, Sequence

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.images.colour import decode_srgb, encode_srgb
from contrast_engine.validation.intervals import Interval, cluster_bootstrap
from contrast_engine.validation.sensitivity import Embed

LIMIT = 0.25
"""Share of what half the contrast moves a score above which brightness moves it (own choice)."""

STEP = 0.1
"""How far pictures are made lighter and darker, in code values of 0..1."""

ROOM = 0.2
"""Code values left free at either end, so that no step clips anything."""


def by_brightness(
    embed: Embed, pictures: Sequence[Floats], contents: Sequence[Hashable] = (), seed: int = 0
) -> Interval | None:
    """How far brightness moves a score, as a share of what half the contrast moves it.

    Each picture is squeezed into the middle 60 % of the code values and made lighter and darker by
    a tenth of all: nothing is clipped, and differences of lightness nearly stay what they are.

    Args:
        embed: Turns linear pictures (h, w, 3) into vectors whose first column is the score.
        pictures: Those it was not trained on.
        contents: What each shows; without it each is a content of its own.
        seed: Draws contents.

    Returns:
        The share, below 0 where darker pictures score higher; None where contrast does not raise
        the score, so that nothing can be shared.
    """
    codes = [ROOM + (1 - 2 * ROOM) * encode_srgb(np.clip(rgb, 0.0, 1.0)) for rgb in pictures]
    versions = (
        [one - STEP for one in codes],
        [one + STEP for one in codes],
        codes,
        [one.mean() + 0.5 * (one - one.mean()) for one in codes],
    )
    dark, light, whole, half = (
        embed([decode_srgb(one) for one in made])[:, 0] for made in versions
    )
    moved, contrast = light - dark, whole - half
    if float(contrast.mean()) <= 0:
        return None

    def share(counts: Floats) -> Floats:
        of = counts @ contrast
        found: Floats = counts @ moved / np.where(np.abs(of) < 1e-12, 1e-12, of)
        return found

    return cluster_bootstrap(
        share, contents or range(len(codes)), seed=seed, bounds=(-np.inf, np.inf)
    )


def of_brightness(found: Interval | None) -> Json:
    """That share as details hold it, with its verdict.

    "passes" up to `LIMIT`; "does not pass" where the interval lies beyond it, or the share of
    pictures too few for one; else "at the limit": so many pictures cannot tell.
    """
    if found is None:
        return {"value": None, "low": None, "high": None, "verdict": "does not pass"}
    low, high = (found.low, found.high) if found.is_known else (None, None)
    is_beyond = not found.is_known or found.low > LIMIT or found.high < -LIMIT
    verdict = "passes" if abs(found.value) <= LIMIT else (
        "does not pass" if is_beyond else "at the limit"
    )  # fmt: skip
    return {"value": found.value, "low": low, "high": high, "verdict": verdict}


def words(found: Json) -> str:
    """What `of_brightness` found, in one sentence."""
    if found["value"] is None:
        return "Half the contrast does not lower its score: it is no score of contrast."
    between = "" if found["low"] is None else f" ({found['low']:+.2f} to {found['high']:+.2f})"
    which = "lighter" if found["value"] > 0 else "darker"
    return (
        f"At the same contrast {which} pictures score higher by {abs(found['value']):.2f}{between} "
        f"of what half the contrast changes; up to {LIMIT:g} is little."
    )

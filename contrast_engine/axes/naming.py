"""What an axis stands for, in words made from the columns that weigh most in it."""

from collections.abc import Sequence

import numpy as np

from contrast_engine import describe
from contrast_engine.arrays import Floats

THEMES: dict[str, str] = {
    "c_rms": "global range",
    "u_dr": "global range",
    "std_y": "global range",
    "dr_stops": "global range",
    "lum_contrast": "luminance",
    "mean_y": "luminance",
    "entropy": "tones",
    "skew": "tones",
    "kurt": "tones",
    "e_low": "large shapes",
    "e_high": "fine texture",
    "hl_ratio": "fine texture",
    "spectral_slope": "fine texture",
    "lc_mean": "local contrast",
    "lc_std": "local contrast",
    "lc_p99": "local contrast",
    "gcf": "local contrast",
    "chroma_contrast": "colour",
    "chroma_mean": "colour",
    "hue_diversity": "colour",
}
"""What every core feature is about, in the words that name an axis."""

SECOND = 0.5
"""A second theme joins the name if it weighs at least so much of the first (own choice)."""

NAMED = 3
"""At most so many features say what the ends of an axis are; more cannot be read (own choice)."""


def theme_name(columns: Sequence[str], weights: Floats) -> str:
    """The name of an axis by what its weights are about, such as "colour against luminance".

    A second theme is named if it weighs half as much as the first: "and" where both rise along
    the axis, "against" where one rises as the other falls. Columns without a theme stand for
    themselves.
    """
    power: dict[str, float] = {}
    rise: dict[str, float] = {}
    for column, weight in zip(columns, weights, strict=True):
        theme = THEMES.get(column, column.replace("_", " "))
        power[theme] = power.get(theme, 0.0) + float(weight**2)
        rise[theme] = rise.get(theme, 0.0) + float(weight * abs(weight))
    first, *others = sorted(power, key=lambda theme: -power[theme])
    if others and power[others[0]] >= SECOND * power[first]:
        if rise[first] * rise[others[0]] < 0:
            return f"{first} against {others[0]}"
        return " and ".join(sorted((first, others[0])))  # which of the two is ahead says little
    return first


def strongest(weights: Floats, alike: Floats) -> list[int]:
    """The positions of the columns that make an axis: at least half as strong as the first.

    Of columns that say the same thing only the stronger one is given.

    Args:
        weights: (d,) of one axis.
        alike: (d, d) absolute correlations of the columns.
    """
    order = np.argsort(-np.abs(weights), kind="stable")
    named: list[int] = []
    for column in map(int, order[np.abs(weights[order]) >= 0.5 * np.abs(weights).max()]):
        if len(named) < NAMED and all(alike[column, n] <= describe.ALIKE for n in named):
            named.append(column)
    return named


def ends(columns: Sequence[str], weights: Floats, named: Sequence[int]) -> tuple[str, str]:
    """What the low and the high end of an axis are, by these of its columns."""
    low, high = (
        ", ".join(describe.phrase(columns[i], end * weights[i]) for i in named)
        for end in (-1.0, 1.0)
    )
    return low, high

"""The kinds of issues, each with the limit from which it counts, and why that.

Every limit is calibrated in the same way (docs/methods.md#contrast-issues): on half of several
sets of good photographs at most one in twenty is beyond it, and changes of a known strength
(`perturb`) push pictures beyond it the more, the stronger they are.
"""

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.images.colour import lightness
from contrast_engine.issues.issue import Issue
from contrast_engine.vectors import Vectors

WIDEST_SPREAD = 50.0  # of L*: half black, half white
STRONGEST_CAST = 100.0  # in a*b*: pure red is at 104
MIDDLE_GREY = 0.184
"""Luminance of L* = 50, which exposure meters aim at."""

DARKEST = 6.0  # stops below middle grey that have the score 0: L* 2.6
LIGHTEST = 2.44  # stops from middle grey to white
SOME_WHITE = 0.01
"""Share of plain white from which a light picture may be over-exposed: a high key that is meant
keeps its whites just below (own choice)."""


def cast(features: Vectors) -> Floats:
    """The length of the mean (a*, b*), in units of C*: how far the mean is from grey.

    hue_diversity is 1 - |sum C* e^(ih)| / sum C*, so chroma_mean times what it lacks of 1 is it.
    """
    return features.column("chroma_mean") * (1 - features.column("hue_diversity"))


def mean_lightness(features: Vectors) -> Floats:
    """Mean L* of every picture, 1..100: lum_contrast is sigma_l over it.

    A flat picture has neither; its one lightness is that of its mean luminance.
    """
    spread, ratio = features.column("sigma_l"), features.column("lum_contrast")
    one = lightness(features.column("mean_y"))
    varied = ratio > 0
    found: Floats = np.where(varied, spread / np.where(varied, ratio, 1.0), one)
    return np.clip(found, 1.0, 100.0)


def stops_from_grey(features: Vectors) -> Floats:
    """Photographic stops between the mean lightness and middle grey; below 0 is darker."""
    mean = mean_lightness(features)
    light = np.where(mean > 8, ((mean + 16) / 116) ** 3, mean / 903.3)  # CIE 15, inverted
    stops: Floats = np.log2(light / MIDDLE_GREY)
    return stops


def _over(features: Vectors) -> Floats:
    clips = features.column("clip_highlights") >= SOME_WHITE
    return np.where(clips, np.maximum(stops_from_grey(features), 0.0), 0.0)


_ALL = (
    Issue(
        "low_contrast",
        "Low contrast",
        "Light and dark differ little over the whole picture.",
        "sigma_l / 50: spread of lightness, over the widest there can be",
        "lightness spreads by {} L*", 1, 0.0, WIDEST_SPREAD, 10.0,
        "a good photograph has about 22; half of them fall below 10 when their contrast is scaled "
        "to four tenths",
        lambda v: v.column("sigma_l"),
    ),
    Issue(
        "high_contrast",
        "High contrast",
        "Light and dark differ harshly: hard sun, flash, or strong processing.",
        "1 - sigma_l / 50",
        "lightness spreads by {} L*", 1, WIDEST_SPREAD, 0.0, 36.0,
        "a good photograph has about 22; half black and half white, the most there can be, has 50",
        lambda v: v.column("sigma_l"),
    ),
    Issue(
        "clipped_shadows",
        "Clipped shadows",
        "Part of the picture is plain black, without detail. Black that is meant counts too.",
        "1 - clip_shadows: share of pixels that are not black",
        "{} % of the picture is plain black", 1, 100.0, 0.0, 5.0,
        "a twentieth of the picture; most good photographs have less than a thousandth",
        lambda v: 100 * v.column("clip_shadows"),
    ),
    Issue(
        "clipped_highlights",
        "Clipped highlights",
        "Part of the picture is plain white, without detail. White that is meant counts too.",
        "1 - clip_highlights: share of pixels that are not white",
        "{} % of the picture is plain white", 1, 100.0, 0.0, 5.0,
        "a twentieth of the picture; most good photographs have less than a thousandth",
        lambda v: 100 * v.column("clip_highlights"),
    ),
    Issue(
        "flat",
        "Flat",
        "Blacks are not black or whites not white: the tones fill only part of the scale.",
        "u_dr: share of the lightness scale between 1st and 99th percentile",
        "tones fill {} % of the scale from black to white", 0, 0.0, 100.0, 50.0,
        "half of the scale; a good photograph fills about 83 %",
        lambda v: 100 * v.column("u_dr"),
    ),
    Issue(
        "colour_cast",
        "Colour cast",
        "The colours lean to one side. A picture of one coloured thing does so too.",
        "1 - chroma_mean (1 - hue_diversity) / 100: distance of the mean colour from grey",
        "the mean colour is {} C* from grey", 0, STRONGEST_CAST, 0.0, 40.0,
        "half of all good photographs are within 9; pure red is at 104",
        cast,
    ),
    Issue(
        "under_exposed",
        "Under-exposed",
        "The picture is dark as a whole. A night or a black backdrop that is meant counts too.",
        "1 - stops / 6: how far the mean lightness is below middle grey",
        "the picture is on average {} stops darker than middle grey", 1, DARKEST, 0.0, 2.5,
        "half of the good photographs are beyond it after three stops less light",
        lambda v: np.maximum(-stops_from_grey(v), 0.0),
    ),
    Issue(
        "over_exposed",
        "Over-exposed",
        "The picture is light as a whole and partly burnt out. A white backdrop counts too.",
        "1 - stops / 2.44 where at least 1 % is plain white, else 1: how far the mean lightness is "
        "above middle grey",
        "the picture is on average {} stops lighter than middle grey", 1, LIGHTEST, 0.0, 1.0,
        "half of the good photographs are beyond it after one stop more light",
        _over,
    ),
)  # fmt: skip
ISSUES: dict[str, Issue] = {issue.name: issue for issue in _ALL}
"""Every issue that features show, by its name."""

HAZE = Issue(
    "haze",
    "Haze or veil",
    "Scattered light lies over the picture: haze, fog, rain, spray, glare or a clouded lens.",
    "1 - veil: darkest channel over lightest tone in windows, weighed by what there is to see",
    "the darkest tones are {} % as light as the lightest beside them", 0, 100.0, 0.0, 35.0,
    "one in fourteen good photographs is beyond it, most of them clouds or glare; half of them "
    "are when half of the light is veil",
    lambda v: 100 * v.column("veil"),
)  # fmt: skip
"""The issue of a table with a column `veil`; there is none where nobody has looked."""

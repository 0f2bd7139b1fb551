"""Each feature of a collection in one row, and one image measured against the rest."""

import math
import re
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.attributes import ATTRIBUTES, Attribute
from contrast_engine.features import Feature, features
from contrast_engine.selection import percentiles
from contrast_engine.vectors import ImageId, Vectors

BINS = 24
"""Bars of the small histogram: few enough to read at the height of a table row."""

TAILS = (1.0, 99.0)
"""The histogram spans these percentiles; what lies outside is counted in the end bars."""

SPELT_OUT = {
    "Y": "of white",
    "Y'": "of encoded white",
    "of L*": "of lightness",
    "L": "L (perceived lightness)",
    "L*": "L* (lightness)",
    "C*": "C* (chroma)",
}
"""Units that only specialists read, in words."""


@dataclass(frozen=True)
class FeatureOverview:
    """How one feature is spread over a collection.

    Args:
        name, title, unit, family, summary: Who the feature is; the title is for menus.
        core: Whether it is one of the features that the map and the clusters are made from.
        low, median, high: The 5th, 50th and 95th percentile of the collection.
        counts: Images per histogram bar, equally wide bars between the 1st and 99th percentile.
        n: How many images were measured.
    """

    name: str
    title: str
    unit: str
    family: str
    summary: str
    core: bool
    low: float
    median: float
    high: float
    counts: tuple[int, ...]
    n: int


LONGEST = 40
"""Characters of a feature's words that fit beside a bar."""


@dataclass(frozen=True)
class ProfileRow:
    """One value of one image, and the share of the collection that lies below it."""

    name: str
    title: str
    unit: str
    value: float
    percentile: float
    summary: str


def feature_title(name: str) -> str:
    """The words a person reads for a feature: its own first words, then its short name."""
    known = _known(name)
    if known is None:
        return name.replace("_", " ")
    return f"{re.split('[:,.]', known.summary)[0]} ({name})"


def title_for_a_chart(name: str) -> str:
    """The words for a feature, cut to what fits beside a bar, then its short name."""
    title = feature_title(name).partition(" (")[0]
    if len(title) > LONGEST:
        title = f"{title[:LONGEST].rpartition(' ')[0]} \N{HORIZONTAL ELLIPSIS}"
    return title if _known(name) is None else f"{title} ({name})"


def number(value: float | None, unit: str = "") -> str:
    """A value with three significant digits and its unit, as the pages show it."""
    if value is None:
        return "not measured"
    if value == 0:
        digits = "0"
    elif not 1e-3 <= abs(value) < 1e5:
        digits = f"{value:.2e}"
    else:
        digits = f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
    return f"{digits} {unit}".strip()


def overview(vectors: Vectors) -> tuple[FeatureOverview, ...]:
    """A summary of every column of a feature table, in its own order."""
    every = np.arange(len(vectors))  # a column is read, looked at and let go
    return tuple(_overview(name, vectors.at_rows(name, every)) for name in vectors.columns)


def profile(vectors: Vectors, image: ImageId) -> tuple[ProfileRow, ...]:
    """Every value of one image with its percentile in the collection.

    Raises:
        UnknownName: The image has no row in these vectors.
    """
    values, ranks = vectors.row(image), percentiles(vectors, image)
    return tuple(
        ProfileRow(name, feature_title(name), _unit(name), value, ranks[name], _summary(name))
        for name, value in values.items()
    )


def _overview(name: str, values: Floats) -> FeatureOverview:
    known = _known(name)
    low, median, high = (float(v) for v in np.percentile(values, (5, 50, 95)))
    return FeatureOverview(
        name,
        feature_title(name),
        _unit(name),
        known.family if isinstance(known, Feature) else "",
        _summary(name),
        isinstance(known, Feature) and known.core,
        low,
        median,
        high,
        _counts(values),
        len(values),
    )


def _counts(values: Floats) -> tuple[int, ...]:
    low, high = np.percentile(values, TAILS)
    if high <= low:  # a constant feature: one bar, in the middle
        return (0,) * (BINS // 2) + (len(values),) + (0,) * (BINS - BINS // 2 - 1)
    counts, _ = np.histogram(values.clip(low, high), bins=BINS, range=(low, high))
    return tuple(int(c) for c in counts)


def _known(name: str) -> Feature | Attribute | None:
    return features.get(name) or ATTRIBUTES.get(name)


def _unit(name: str) -> str:
    known = _known(name)
    return SPELT_OUT.get(known.unit, known.unit) if known else ""


def _summary(name: str) -> str:
    known = _known(name)
    return known.summary if known else ""

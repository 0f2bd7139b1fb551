"""Every feature as a card: what it is, when it fails, how it is spread, where its ends lie."""

import re
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.describe import correlations
from contrast_engine.features import Feature, features
from contrast_engine.imageset import Numbers
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import FeatureOverview, number, overview
from contrast_engine.views.input_checks import sentence

EXTREMES = 8
"""Images shown at either end of a feature."""

TWINS = 0.95
"""|rank correlation| from which two features say the same of a collection (own choice)."""


@dataclass(frozen=True)
class FeatureCard:
    """A feature as it declares itself, and what it says of a collection.

    Args:
        feature: Its declaration.
        overview: Its spread.
        range: The values it can take, in words.
        lowest, highest: Images at its ends with their values, the most extreme first.
    """

    feature: Feature
    overview: FeatureOverview
    range: str
    lowest: tuple[tuple[ImageId, str], ...]
    highest: tuple[tuple[ImageId, str], ...]

    @property
    def what(self) -> str:
        """What it is, without the words of its title unless the rest leans on them ("its")."""
        rest = self.feature.summary.partition(": ")[2]
        leans = re.search(r"^its\b|\bof it\b", rest) is not None
        return sentence(self.feature.summary if leans or not rest else rest)

    @property
    def source(self) -> str:
        """Where it is published, without our own notes."""
        parts = (part.strip(" .") for part in self.feature.source.split(";"))
        published = "; ".join(part for part in parts if not part.startswith("docs/"))
        defined = f"by {self.package}" if self.package else "here"
        return published or f"no publication; defined {defined}"

    @property
    def package(self) -> str:
        """The package that it is from, with its version; "" for ours."""
        plugin = features.plugin(self.feature.name)
        return plugin.package if plugin else ""

    @property
    def unchanged_by(self) -> str:
        """What may be done to a picture without changing it; of another package, what it claims."""
        return ", ".join(self.feature.claims if self.package else self.feature.unchanged_by)

    @property
    def used_for(self) -> str:
        """What the program makes of it."""
        if self.package:
            return "colours, order, filters, axes and exports; never part of the space"
        return "map and clusters" if self.feature.core else "evidence only"


@dataclass(frozen=True, eq=False)
class FeatureCorrelations:
    """How alike the features order the images of a collection.

    Args:
        names: d features.
        rho: (d, d) Spearman correlations.
        n: How many images.
        twins: Pairs that say the same, strongest first.
    """

    names: tuple[str, ...]
    rho: Floats
    n: int
    twins: tuple[tuple[str, str, float], ...]


def feature_cards(vectors: Vectors) -> tuple[FeatureCard, ...]:
    """The card of every feature in the table that is known here, in its own order."""
    return tuple(_card(vectors, spread) for spread in overview(vectors) if spread.name in features)


def feature_correlations(vectors: Vectors) -> FeatureCorrelations:
    """Rank correlation of every feature with every other."""
    rho = correlations(vectors.values)
    np.fill_diagonal(rho, 1.0)
    names = vectors.columns
    pairs = [(a, b, float(rho[i, j])) for i, a in enumerate(names)
             for j, b in enumerate(names) if i < j and abs(rho[i, j]) >= TWINS]  # fmt: skip
    return FeatureCorrelations(
        names, rho, len(vectors), tuple(sorted(pairs, key=lambda p: -abs(p[2])))
    )


def _card(vectors: Vectors, spread: FeatureOverview) -> FeatureCard:
    known, values = features[spread.name], vectors.at_rows(spread.name, np.arange(len(vectors)))
    most = min(EXTREMES, len(values) // 2)
    ends = [
        tuple((vectors.ids[row], number(float(values[row]))) for row in rows)
        for rows in (_first(values, vectors.numbers, most), _last(values, vectors.numbers, most))
    ]
    return FeatureCard(known, spread, _range(known), ends[0], ends[1])


def _first(values: Floats, numbers: Numbers, count: int) -> Ints:
    """The rows of the lowest values, lowest first, ties by id; the others need no order."""
    if not count:
        return np.arange(0)
    low = np.flatnonzero(values <= np.partition(values, count - 1)[count - 1])
    return low[np.lexsort((numbers[low], values[low]))][:count]


def _last(values: Floats, numbers: Numbers, count: int) -> Ints:
    """The rows of the highest values, highest first; of ties the last by id."""
    return _first(-values, ~numbers, count)


def _range(known: Feature) -> str:
    if known.low is None or known.high is None:
        return "any number" if known.low is None else f"{known.low:g} and up"
    return f"{known.low:g} to {known.high:g}"

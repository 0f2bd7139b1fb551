"""The contrast profile: how each feature lies in a collection, beside a reference."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.describe import ALIKE, correlations, phrase
from contrast_engine.features import core_names, features
from contrast_engine.imageset import ImageSet
from contrast_engine.randomness import generator
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.feature_overview import SPELT_OUT, feature_title
from contrast_engine.views.overview import reference
from contrast_engine.views.overview.card import Absent, Card, Number
from contrast_engine.views.overview.measured import measured
from contrast_engine.views.overview.reference import Reference

DRAWS = 1_000
"""Bootstrap draws of an interval (own choice)."""

FEWEST = 8
"""Images on either side below which no interval is given, and nothing called outside."""

PERCENT = (5, 25, 50, 75, 95)

SAID = 3
"""Features that the sentence names (own choice)."""

CORRELATED_ON = 5_000
"""Images on which it is seen which features say the same (own choice)."""

UNIT = "middle halves of the reference"


@dataclass(frozen=True)
class Spread:
    """Quantiles of one feature: the 5th, 25th, 50th, 75th and 95th percentile."""

    low: float
    q1: float
    median: float
    q3: float
    high: float


@dataclass(frozen=True)
class ProfileFeature:
    """One feature of the collection beside the reference.

    Args:
        name, title, unit, family: Who the feature is.
        own, reference: How it is spread in either, in its own unit.
        shift: The median here minus that of the reference, in widths of the reference's middle
            half (its interquartile range), with its interval.
        is_outside: Whether the interval of the shift excludes 0 and the median here lies outside
            the middle half of the reference.
        words: Which way it differs, in the words that describe clusters; "" where it does not.
    """

    name: str
    title: str
    unit: str
    family: str
    own: Spread
    reference: Spread
    shift: Number
    is_outside: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class Profile(Card):
    """The features of a collection, or of a part of it, beside a reference.

    Args:
        features: The core features in their usual order.
        of: What is described, in words, "the collection".
        n: How many images that is.
        reference: What it is held against, in words.
        n_reference: How many images that is.
    """

    features: tuple[ProfileFeature, ...]
    of: str
    n: int
    reference: str
    n_reference: int

    @property
    def outside(self) -> tuple[ProfileFeature, ...]:
        """The features that lie outside the reference, the farthest first."""
        found = (one for one in self.features if one.is_outside)
        return tuple(sorted(found, key=lambda one: (-abs(one.shift.value or 0), one.name)))


def profile(workspace: Workspace, part: ImageSet | None = None) -> Profile | Absent:
    """The profile of the collection beside good photographs, or of a part beside the rest.

    Args:
        workspace: Where the images are.
        part: Some images, held against all the others; without it the whole collection is held
            against the unchanged sample photographs.
    """
    table = measured(workspace)
    if isinstance(table, Absent):
        return table
    own = table.select([name for name in core_names() if name in table.columns])
    if part is None:
        return compared(own, reference.sample_photographs(), "the collection")
    inside = own.take(image for image in own.ids if image in part)
    rest = own.take(image for image in own.ids if image not in part)
    if not len(inside) or not len(rest):
        return Absent("A part of the collection needs others to be held against.", "gallery")
    return compared(inside, reference.images(rest, "the other images"), "these images")


def compared(own: Vectors, beside: Reference, of: str, *, seed: int = 0) -> Profile:
    """Images beside a reference, feature by feature.

    Args:
        own: (n, d) features of the images.
        beside: What they are held against; features that it lacks are left out.
        of: What the images are, in words.
        seed: For the bootstrap.

    Source: percentile bootstrap, Efron 1979; docs/methods.md#contrast-profile.
    """
    names = [name for name in own.columns if name in beside.columns]
    here = own.select(names)
    there = beside.values[:, [beside.columns.index(name) for name in names]]
    spreads = [np.percentile(values, PERCENT, axis=0) for values in (here.values, there)]
    widths = spreads[1][3] - spreads[1][1]
    ends = _ends(here.values, there, beside, widths, seed)
    rows = tuple(
        _feature(name, spreads[0][:, c], spreads[1][:, c], ends[:, c], len(here), of)
        for c, name in enumerate(names)
    )
    return Profile(
        sentence=_sentence(rows, here, beside, of),
        page="features",
        features=rows,
        of=of,
        n=len(here),
        reference=beside.words,
        n_reference=len(beside),
    )


def _feature(
    name: str, own: Floats, other: Floats, ends: Floats, n: int, of: str
) -> ProfileFeature:
    known = features[name]
    width = other[3] - other[1]
    shift = float((own[2] - other[2]) / width) if width > 0 else None
    low, high = (None, None) if np.isnan(ends).any() else (float(ends[0]), float(ends[1]))
    is_sure = low is not None and high is not None and (low > 0 or high < 0)
    is_outside = is_sure and not other[1] <= own[2] <= other[3]
    return ProfileFeature(
        name,
        feature_title(name).rpartition(" (")[0],
        SPELT_OUT.get(known.unit, known.unit),
        known.family,
        Spread(*own.tolist()),
        Spread(*other.tolist()),
        Number(shift, n, f"median of {of} less that of the reference, in {UNIT}", low, high, 0.0),
        is_outside,
        phrase(name, shift) if is_outside and shift else "",
    )


def _ends(own: Floats, other: Floats, beside: Reference, widths: Floats, seed: int) -> Floats:
    """(2, d) ends of the interval of each shift; not a number where none can be given."""
    if min(len(own), len(other)) < FEWEST:
        return np.full((2, own.shape[1]), np.nan)
    apart = _medians(own, seed, "own") - (
        _medians(other, seed, "other")
        if beside.source is None
        else _medians_of_sources(other, beside, seed)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        ends: Floats = np.percentile(apart, (2.5, 97.5), axis=0) / widths
    return np.where(widths > 0, ends, np.nan)


def _medians(values: Floats, seed: int, purpose: str) -> Floats:
    """(draws, d) medians of draws with replacement, by their known distribution.

    The middle one of n draws from n sorted values stands at a Beta-distributed place among them,
    so that a hundred thousand images take no longer than a hundred.
    """
    n, random = len(values), generator(seed, "overview", "profile", purpose)
    at = random.beta((n + 1) / 2, (n + 1) / 2, DRAWS)
    found: Floats = np.sort(values, axis=0)[np.minimum((at * n).astype(np.int64), n - 1)]
    return found


def _medians_of_sources(values: Floats, beside: Reference, seed: int) -> Floats:
    """(draws, d) medians of draws of whole sources, as crops of one photograph are alike."""
    assert beside.source is not None
    random = generator(seed, "overview", "profile", "sources")
    groups = [np.flatnonzero(beside.source == one) for one in np.unique(beside.source)]
    drawn = random.integers(len(groups), size=(DRAWS, len(groups)))
    return np.array(
        [np.median(values[np.concatenate([groups[g] for g in row])], axis=0) for row in drawn]
    )


def _sentence(rows: Sequence[ProfileFeature], own: Vectors, beside: Reference, of: str) -> str:
    """How many features lie outside, and which way the farthest of them do."""
    outside = sorted(
        (row for row in rows if row.is_outside), key=lambda row: -abs(row.shift.value or 0)
    )
    against = f"{beside.words} (n = {len(own):,} and {len(beside):,})"
    if min(len(own), len(beside)) < FEWEST:
        return f"Too few images to hold {of} against {against}."
    if not outside:
        return f"Like {against} in all {len(rows)} features."
    alike = np.abs(correlations(own.values[:CORRELATED_ON]))
    said: list[ProfileFeature] = []
    for row in outside:
        place = own.columns.index(row.name)
        if all(alike[place, own.columns.index(one.name)] <= ALIKE for one in said):
            said.append(row)
    words = ", ".join(row.words for row in said[:SAID])
    return (
        f"{words[:1].upper()}{words[1:]}: {len(outside)} of {len(rows)} features lie outside the "
        f"middle half of {against}."
    )

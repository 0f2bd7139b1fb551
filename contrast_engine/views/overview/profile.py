"""The contrast profile: how each feature lies in a collection, beside a reference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
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


@dataclass(frozen=True, eq=False)
class Part:
    """Some images of a table, read one feature at a time.

    Args:
        table: Where their features are.
        columns: Which features.
        rows: Which images; None for all.
        words: What they are, where others are held against them.
    """

    table: Vectors
    columns: tuple[str, ...]
    rows: Ints | None = None
    words: str = ""

    def __len__(self) -> int:
        return len(self.table) if self.rows is None else len(self.rows)

    def column(self, name: str) -> Floats:
        """One feature of the images."""
        rows = np.arange(len(self.table)) if self.rows is None else self.rows
        return self.table.at_rows(name, rows)


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
    names = tuple(name for name in core_names() if name in table.columns)
    if part is None:
        return compared(Part(table, names), reference.sample_photographs(), "the collection")
    is_inside = part.rows_in(table.numbers) >= 0
    inside, rest = (Part(table, names, np.flatnonzero(rows)) for rows in (is_inside, ~is_inside))
    if not len(inside) or not len(rest):
        return Absent("A part of the collection needs others to be held against.", "gallery")
    return compared(inside, Part(table, names, rest.rows, "the other images"), "these images")


def compared(own: Vectors | Part, beside: Reference | Part, of: str, *, seed: int = 0) -> Profile:
    """Images beside a reference, feature by feature; one column of either is held at a time.

    Args:
        own: (n, d) features of the images.
        beside: What they are held against; features that it lacks are left out.
        of: What the images are, in words.
        seed: For the bootstrap.

    Source: percentile bootstrap, Efron 1979; docs/methods.md#contrast-profile.
    """
    names = [name for name in own.columns if name in beside.columns]
    here, there = _Medians(own, seed, "own"), _Medians(beside, seed, "other")
    rows: list[ProfileFeature] = []
    first: dict[str, Floats] = {}
    for name in names:
        values, others = own.column(name), beside.column(name)
        first[name] = values[:CORRELATED_ON].copy()
        spread, other = np.percentile(values, PERCENT), np.percentile(others, PERCENT)
        ends = _ends(here.of(values), there.of(others), other[3] - other[1])
        rows.append(_feature(name, spread, other, ends, len(own), of))
    return Profile(
        sentence=_sentence(rows, first, (len(own), len(beside)), beside.words, of),
        page="features",
        features=tuple(rows),
        of=of,
        n=len(own),
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


def _ends(own: Floats | None, other: Floats | None, width: float) -> Floats:
    """(2,) ends of the interval of a shift; not a number where none can be given."""
    if own is None or other is None or width <= 0:
        return np.full(2, np.nan)
    found: Floats = np.percentile(own - other, (2.5, 97.5)) / width
    return found


class _Medians:
    """Medians of images drawn anew with replacement: the same draws for every feature.

    The middle one of n draws from n sorted values stands at a Beta-distributed place among them,
    so that a hundred thousand images take no longer than a hundred. Of crops of photographs whole
    sources are drawn, as crops of one are alike.
    """

    def __init__(self, images: Vectors | Reference | Part, seed: int, purpose: str) -> None:
        self._n = len(images)
        self._source = images.source if isinstance(images, Reference) else None
        if self._source is None:
            random = generator(seed, "overview", "profile", purpose)
            at = random.beta((self._n + 1) / 2, (self._n + 1) / 2, DRAWS)
            self._places = np.minimum((at * self._n).astype(np.int64), self._n - 1)
            return
        random = generator(seed, "overview", "profile", "sources")
        _, group = np.unique(self._source, return_inverse=True)
        n_groups = int(group.max()) + 1
        drawn = random.integers(n_groups, size=(DRAWS, n_groups))
        times = np.zeros((DRAWS, n_groups), dtype=np.int64)
        np.add.at(times, (np.arange(DRAWS)[:, None], drawn), 1)
        self._times = times[:, group]  # (draws, n): how often each value is in each draw

    def of(self, values: Floats) -> Floats | None:
        """(draws,) medians of one feature; None where there are too few images."""
        if self._n < FEWEST:
            return None
        if self._source is None:
            low, high = int(self._places.min()), int(self._places.max())
            middle = np.sort(np.partition(values, (low, high))[low : high + 1])
            found: Floats = middle[self._places - low]
            return found
        order = np.argsort(values, kind="stable")
        until = self._times[:, order].cumsum(axis=1)  # (draws, n)
        size = until[:, -1]
        places = [(until > place[:, None]).argmax(axis=1) for place in ((size - 1) // 2, size // 2)]
        ends: Floats = values[order][np.array(places)]  # (2, draws)
        medians: Floats = ends.mean(axis=0)
        return medians


def _sentence(
    rows: Sequence[ProfileFeature],
    first: Mapping[str, Floats],
    n: tuple[int, int],
    what: str,
    of: str,
) -> str:
    """How many features lie outside, and which way the farthest of them do.

    Args:
        rows: The features.
        first: Values of some images, by feature, from which it is seen which say the same.
        n: How many images there are, and how many they are held against.
        what: What those are.
        of: What the images are.
    """
    outside = sorted(
        (row for row in rows if row.is_outside), key=lambda row: -abs(row.shift.value or 0)
    )
    against = f"{what} (n = {n[0]:,} and {n[1]:,})"
    if min(n) < FEWEST:
        return f"Too few images to hold {of} against {against}."
    if not outside:
        return f"Like {against} in all {len(rows)} features."
    alike = np.abs(correlations(np.column_stack(list(first.values()))))
    place = {name: at for at, name in enumerate(first)}
    said: list[ProfileFeature] = []
    for row in outside:
        if all(alike[place[row.name], place[one.name]] <= ALIKE for one in said):
            said.append(row)
    words = ", ".join(row.words for row in said[:SAID])
    return (
        f"{words[:1].upper()}{words[1:]}: {len(outside)} of {len(rows)} features lie outside the "
        f"middle half of {against}."
    )

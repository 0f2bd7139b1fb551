"""The contrast profile: how each feature lies in a collection, beside a reference."""

from dataclasses import dataclass

from contrast_engine.imageset import ImageSet
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.overview.card import Absent, Card, Number


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
    return Absent("Not made yet.", "collection")

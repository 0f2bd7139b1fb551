"""Who passes a filter, and how many would pass another: quick also among 100,000 images."""

import functools
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.imageset import ImageSet
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.path_texts import file_names
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.collection.filter_facets import TITLES, Facet, NumberFacet, Value
from contrast_engine.views.collection.filter_sources import facet, number_facet
from contrast_engine.views.collection.filter_spread import Spread, spread
from contrast_engine.views.collection.filters import FEATURE, NONE, Condition, Filter, escaped
from contrast_engine.views.collection.name_search import NameSearch

RESTS_ON = ("features", "clusterings", "predictions")
"""Kinds of results of which a filter reads the one in use."""

MASKS = 64
"""Answers to single conditions that are kept."""


@dataclass(frozen=True)
class Passing:
    """Who passes a filter.

    Args:
        images: Those images.
        total: How many images there are.
        alone: How many pass each condition by itself, by its key.
        without: How many would pass if that condition were not there.
        problems: What of the filter names nothing in this collection, and is passed over, in words.
    """

    images: ImageSet
    total: int
    alone: dict[str, int]
    without: dict[str, int]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One class of a facet with its counts.

    Args:
        text: It as a condition says it.
        title, colour: What people call it, and its colour on the map.
        total: How many images are in it.
        left: How many of them pass all other conditions.
        is_chosen: Whether the filter asks for it.
    """

    text: str
    title: str
    colour: str
    total: int
    left: int
    is_chosen: bool


@dataclass
class FilterTables:
    """All that filters of one state of a workspace read; each part once, when it is asked for."""

    workspace: Workspace
    _facets: dict[str, Facet | None] = field(default_factory=dict)
    _numbers: dict[str, NumberFacet | None] = field(default_factory=dict)
    _masks: dict[Condition, tuple[Bools | None, tuple[str, ...]]] = field(default_factory=dict)

    @functools.cached_property
    def images(self) -> ImageSet:
        """All images; masks are in their order."""
        return self.workspace.images.images

    @functools.cached_property
    def _names(self) -> tuple[NameSearch, Ints]:
        """The names of all files, and the image of each by its place among all."""
        files = self.workspace.images.files
        here = np.flatnonzero(files.decode)
        locations = files.locations if len(here) == len(files) else files.locations.take(here)
        return NameSearch(file_names(locations)), self.images.rows_in(files.ids[here])

    def facet(self, key: str) -> Facet | None:
        """The classes of a kind, None where there are none."""
        if key not in self._facets:
            self._facets[key] = facet(self.workspace, key)
        return self._facets[key]

    def numbers(self, key: str) -> NumberFacet | None:
        """The numbers of a kind, None where there are none."""
        if key not in self._numbers:
            self._numbers[key] = number_facet(self.workspace, key)
        return self._numbers[key]

    def passing(self, filter: Filter) -> Passing:
        """The images that pass a filter."""
        masks, problems = self._all_masks(filter)
        every = np.ones(len(self.images), dtype=np.bool_)
        passes = functools.reduce(np.logical_and, masks.values(), every)
        without = {key: int(np.count_nonzero(self._others(masks, key))) for key in masks}
        alone = {key: int(np.count_nonzero(mask)) for key, mask in masks.items()}
        found = ImageSet(self.images.numbers[passes])
        return Passing(found, len(self.images), alone, without, problems)

    def choices(self, filter: Filter, key: str) -> tuple[Choice, ...]:
        """The classes of a kind with how many images of each would pass."""
        known = self.facet(key)
        if known is None:
            return ()
        left = self._others(self._all_masks(filter)[0], key)
        totals = np.bincount(known.codes, minlength=len(known.values)).tolist()
        counts = np.bincount(known.codes[left[known.rows]], minlength=len(known.values)).tolist()
        chosen = self._chosen(known, filter.of(key))[0]
        return tuple(
            Choice(_as_text(v), v.title, v.colour, totals[code], counts[code], code in chosen)
            for code, v in enumerate(known.values)
        )

    def spread(self, filter: Filter, key: str) -> Spread | None:
        """How the numbers of a kind are spread; None where no image has one."""
        known = self.numbers(key)
        if known is None:
            return None
        left = self._others(self._all_masks(filter)[0], key)
        return spread(known.values, left)

    def title(self, key: str) -> str:
        """What people call a kind."""
        return TITLES.get(key) or feature_title(key.removeprefix(FEATURE))

    def words(self, condition: Condition) -> str:
        """A condition in words, without its kind."""
        if condition.key == "name":
            return f"“{condition.text}”"
        known = self.facet(condition.key)
        titles = []
        if known:
            chosen = self._chosen(known, condition)[0]
            titles = [known.values[code].title for code in sorted(chosen)]
        elif NONE in condition.special:
            titles = ["not known"]
        low, high = condition.low, condition.high
        if low is not None and high is not None:
            titles.insert(0, f"{low:.4g} to {high:.4g}")
        elif condition.has_range:
            titles.insert(0, f"from {low:.4g}" if high is None else f"up to {high:.4g}")
        return " or ".join(titles) or condition.text

    def _all_masks(self, filter: Filter) -> tuple[dict[str, Bools], tuple[str, ...]]:
        masks: dict[str, Bools] = {}
        problems: list[str] = []
        for condition in filter.conditions:
            mask, wrong = self._mask(condition)
            problems.extend(wrong)
            if mask is not None:
                masks[condition.key] = mask
        return masks, tuple(problems)

    def _others(self, masks: dict[str, Bools], key: str) -> Bools:
        """Whether each image meets all conditions but one."""
        every = np.ones(len(self.images), dtype=np.bool_)
        others = [mask for other, mask in masks.items() if other != key]
        return functools.reduce(np.logical_and, others, every)

    def _mask(self, condition: Condition) -> tuple[Bools | None, tuple[str, ...]]:
        """Whether each image meets a condition, None where it means nothing; and what is wrong."""
        if condition not in self._masks:
            while len(self._masks) >= MASKS:
                self._masks.pop(next(iter(self._masks)), None)
            self._masks[condition] = self._computed(condition)
        return self._masks[condition]

    def _computed(self, condition: Condition) -> tuple[Bools | None, tuple[str, ...]]:
        key = condition.key
        if key == "name":
            return self._named(condition.text), ()
        if key.startswith(FEATURE) or key == "confidence":
            known = self.numbers(key)
            if known is None:
                name = key.removeprefix(FEATURE)
                return None, (f"there is no feature or attribute {name!r} here",)
            return _within(known.values, condition), ()
        classes = self.facet(key)
        if classes is None:
            return None, (f"there is nothing here to filter by {self.title(key).lower()}",)
        chosen, unknown = self._chosen(classes, condition)
        problems = tuple(f"there is no {self.title(key).lower()} {name!r} here" for name in unknown)
        if not chosen:
            return None, problems
        is_wanted = np.zeros(len(classes.values), dtype=np.bool_)
        is_wanted[sorted(chosen)] = True
        mask = np.zeros(len(self.images), dtype=np.bool_)
        mask[classes.rows[is_wanted[classes.codes]]] = True
        return mask, problems

    def _named(self, text: str) -> Bools:
        """Whether a file of each image has all the words of a text in its name."""
        names, rows = self._names
        mask = np.zeros(len(self.images), dtype=np.bool_)
        found = rows[names.holding(text)]
        mask[found[found >= 0]] = True
        return mask

    def _chosen(
        self, known: Facet, condition: Condition | None
    ) -> tuple[set[int], tuple[str, ...]]:
        """Which classes a condition names, and what it names that is none."""
        if condition is None:
            return set(), ()
        codes = {v.text: code for code, v in enumerate(known.values) if not v.special}
        special = {v.special: code for code, v in enumerate(known.values) if v.special}
        titles = {v.title.casefold(): code for code, v in enumerate(known.values) if not v.special}
        found: set[int] = set()
        unknown: list[str] = []
        for name in condition.values:
            code = codes.get(name, titles.get(name.strip().casefold()))
            unknown.append(name) if code is None else found.add(code)
        for name in condition.special:
            unknown.append(f"({name})") if name not in special else found.add(special[name])
        return found, tuple(unknown)


def filter_tables(workspace: Workspace) -> FilterTables:
    """What filters read in a workspace as it is now; kept, for a page and its routes to share."""
    state = (
        workspace.images_version,
        workspace.labels.version(),
        workspace.labels.file,
        workspace.edits.version(),
        tuple(workspace.current(kind) for kind in RESTS_ON),
        tuple(attribute_tables(workspace).items()),
    )
    return _kept(workspace, state)


@functools.lru_cache(maxsize=4)
def _kept(workspace: Workspace, _state: tuple[object, ...]) -> FilterTables:
    return FilterTables(workspace)


def _as_text(value: Value) -> str:
    return value.text if value.special else escaped(value.text)


def _within(values: Floats, condition: Condition) -> Bools:
    """Whether each number lies in the range, or is missing where that counts too."""
    mask = np.isnan(values) if NONE in condition.special else np.zeros(len(values), np.bool_)
    if condition.has_range:
        low = -np.inf if condition.low is None else condition.low
        high = np.inf if condition.high is None else condition.high
        mask = mask | ((values >= low) & (values <= high))
    return mask

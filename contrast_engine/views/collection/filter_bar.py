"""What the bar of filters shows: what is set and who passes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contrast_engine.imageset import ImageSet
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.filter_tables import filter_tables
from contrast_engine.views.collection.filters import Filter


@dataclass(frozen=True)
class Chip:
    """One condition that is set.

    Args:
        key, text: The condition as an address holds it.
        title, words: Its kind, and what it asks for.
        alone: How many images meet it; None where it means nothing here and is passed over.
        without: How many would pass if it were not set.
    """

    key: str
    text: str
    title: str
    words: str
    alone: int | None
    without: int


@dataclass(frozen=True)
class FilterBar:
    """A filter as a page shows it.

    Args:
        chips: Its conditions.
        passing: The images that pass; None where nothing is filtered.
        total: How many images there are.
        problems: What in the address means nothing here, in words.
        unread: The keys in the address that could not be read.
    """

    chips: tuple[Chip, ...]
    passing: ImageSet | None
    total: int
    problems: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def filter_bar(
    workspace: Workspace, filter: Filter, unread: Mapping[str, str] = MappingProxyType({})
) -> FilterBar:
    """The bar of a filter.

    Args:
        workspace: The open workspace.
        filter: What is set.
        unread: Keys in the address that could not be read, and why.
    """
    total = len(workspace.images)
    if not filter.conditions:
        return FilterBar((), None, total, tuple(unread.values()), tuple(unread))
    tables = filter_tables(workspace)
    found = tables.passing(filter)
    chips = tuple(
        Chip(
            one.key,
            one.text,
            tables.title(one.key),
            tables.words(one),
            found.alone.get(one.key),
            found.without.get(one.key, len(found.images)),
        )
        for one in filter.conditions
    )
    passing = found.images if found.alone else None
    problems = (*unread.values(), *found.problems)
    return FilterBar(chips, passing, total, problems, tuple(unread))

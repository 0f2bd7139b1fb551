"""Contrast issues: how many images have each, and the worst of them."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.overview.card import Absent, Card


@dataclass(frozen=True)
class OverviewIssue:
    """One issue.

    Args:
        name, title: Which.
        count, share: How many images have it, and their share of those looked at.
        n: How many images were looked at; 0 where nobody looked for it yet.
        limit: From where on it counts, in words.
        whose: Whose limit that is, in words.
        worst: The images that have it, the worst first; at most `SHOWN`.
        view: Parameters with which the page of the issues shows it.
    """

    name: str
    title: str
    count: int
    share: float
    n: int
    limit: str
    whose: str
    worst: tuple[ImageId, ...]
    view: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Issues(Card):
    """The issues of a collection.

    Args:
        issues: The most frequent first; those without an image too.
        images: How many images have at least one.
        n: Out of how many.
        copies: Images whose very same bytes lie in more than one file.
        not_looked_for: Titles of issues that nobody looked for yet.
    """

    issues: tuple[OverviewIssue, ...]
    images: int
    n: int
    copies: int
    not_looked_for: tuple[str, ...]


def issues(workspace: Workspace) -> Issues | Absent:
    """The issues by the limits in use."""
    return Absent("Not made yet.", "issues")

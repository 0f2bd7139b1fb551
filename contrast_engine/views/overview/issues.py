"""Contrast issues: how many images have each, and the worst of them."""

from dataclasses import dataclass

from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.collection.issues import IssueRow, issue_rows, whose_words
from contrast_engine.views.overview.card import Absent, Card
from contrast_engine.views.overview.measured import measured

PAGE = "issues"
SHOWN = 8
"""Images of an issue that are named, the worst ones (own choice)."""


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
    table = measured(workspace)
    if isinstance(table, Absent):
        return table
    rows = issue_rows(workspace)
    found = sorted((_issue(workspace, row) for row in rows.values()), key=lambda one: -one.count)
    flagged = {image for row in rows.values() if row.found for image in row.found.images}
    return Issues(
        sentence=_sentence([one for one in found if one.count], len(flagged), len(table)),
        page=PAGE,
        issues=tuple(found),
        images=len(flagged),
        n=len(table),
        copies=sum(len(files) > 1 for files in workspace.images.of.values()),
        not_looked_for=tuple(one.title for one in found if not one.n),
    )


def _issue(workspace: Workspace, row: IssueRow) -> OverviewIssue:
    issue, found = row.issue, row.found
    n = len(found.ids) if found else 0
    return OverviewIssue(
        issue.name,
        issue.title,
        row.count,
        row.count / n if n else 0.0,
        n,
        issue.limit_said(found.threshold if found else issue.threshold),
        whose_words(row),
        tuple(one for one in (found.images if found else ()) if one in workspace.images)[:SHOWN],
        {"issue": issue.name},
    )


def _sentence(found: list[OverviewIssue], images: int, n: int) -> str:
    if not found:
        return f"None of {n:,} images has an issue by the limits in use."
    have = "image has" if images == 1 else "images have"
    return (
        f"{images:,} of {n:,} {have} an issue by the limits in use; the most frequent: "
        f"{found[0].title.lower()}, {found[0].count:,}."
    )

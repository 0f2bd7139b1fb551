"""Contrast issues: how many images have each, and the worst of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.issues import FlaggedImages
from contrast_engine.store.collection import Collection
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.issues import IssueRow, issue_rows, whose_words
from contrast_engine.views.overview.card import Absent, Card
from contrast_engine.views.overview.measured import measured

PAGE = "issues"
SHOWN = 8
"""Images of an issue that are named, the worst ones (own choice)."""

FIRST = 4_000
"""Images of an issue that tell from where on the worst are looked for."""


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
    files = workspace.images
    found = sorted((_issue(files, row) for row in rows.values()), key=lambda one: -one.count)
    images = _with_any([row.found for row in rows.values() if row.found], table)
    return Issues(
        sentence=_sentence([one for one in found if one.count], images, len(table)),
        page=PAGE,
        issues=tuple(found),
        images=images,
        n=len(table),
        copies=files.in_several_files,
        not_looked_for=tuple(one.title for one in found if not one.n),
    )


def _with_any(found: Sequence[FlaggedImages], table: Vectors) -> int:
    """How many images have at least one of the issues."""
    has = np.zeros(len(table), dtype=np.bool_)
    for one in found:
        rows = slice(None) if one.ids == table.ids else table.rows_of(one.ids)
        has[rows] |= one.flags
    return int(has.sum())


def _worst(found: FlaggedImages, files: Collection) -> tuple[ImageId, ...]:
    """The first of those that have it, the worst first; all of them need no order."""
    rows = np.flatnonzero(found.flags)
    scores = found.scores[rows]
    if len(rows) > FIRST:
        some = np.sort(scores[:: len(scores) // FIRST])
        worst = _in_order(found, rows[scores <= some[SHOWN]], files)
        if len(worst) == SHOWN:
            return worst
    return _in_order(found, rows, files)


def _in_order(found: FlaggedImages, rows: Ints, files: Collection) -> tuple[ImageId, ...]:
    """The first of some rows that are in the collection, the worst first."""
    order = rows[np.argsort(found.scores[rows], kind="stable")]
    return tuple(islice((found.ids[row] for row in order if found.ids[row] in files), SHOWN))


def _issue(files: Collection, row: IssueRow) -> OverviewIssue:
    issue, found = row.issue, row.found
    n = len(found.ids) if found else 0
    count = int(found.flags.sum()) if found else 0
    return OverviewIssue(
        issue.name,
        issue.title,
        count,
        count / n if n else 0.0,
        n,
        issue.limit_said(found.threshold if found else issue.threshold),
        whose_words(row),
        _worst(found, files) if found else (),
        {"issue": issue.name},
    )


def _sentence(found: list[OverviewIssue], images: int, n: int) -> str:
    if not found and n == 1:
        return "The one image has no issue by the limits in use."
    if not found:
        return f"None of {n:,} images has an issue by the limits in use."
    have = "image has" if images == 1 else "images have"
    return (
        f"{images:,} of {n:,} {have} an issue by the limits in use; the most frequent: "
        f"{found[0].title.lower()}, {found[0].count:,}."
    )

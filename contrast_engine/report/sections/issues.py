"""Contrast issues: how many images have each, by which limit, and the worst of them."""

from contrast_engine.report.charts import Row, bars
from contrast_engine.report.document import (
    Figure,
    Heading,
    Paragraph,
    Part,
    Pictures,
    Section,
    Table,
)
from contrast_engine.report.material import Material, lacking, share
from contrast_engine.views.collection.issues import captions, issue_rows
from contrast_engine.views.overview import Issues

NAME, TITLE = "issues", "Contrast issues"
WORDS = "Images whose contrast is unusual by a limit that is said; a score is a hint, no verdict."

MOST = 4
"""So many issues are shown with pictures, the most frequent first."""

MOST_PICTURES = 6
COLOUR = "#d55e00"


def issues(material: Material) -> Section:
    """The issues by the limits in use."""
    found = material.overview.issues
    if found is None:
        return lacking(NAME, TITLE, WORDS, material.overview.absent["issues"].reason)
    parts: list[Part] = [Paragraph(found.sentence, "lead"), _counts(found), _table(found)]
    if found.not_looked_for:
        names = ", ".join(found.not_looked_for)
        parts.append(Paragraph(f"Nobody looked for these yet: {names}.", "note"))
    rows = issue_rows(material.workspace)
    for one in [issue for issue in found.issues if issue.count][:MOST]:
        images = one.worst[:MOST_PICTURES]
        kept = rows[one.name].found if one.name in rows else None
        below = captions(kept, images) if kept else {}
        pictures = material.pictures(images, lambda image, below=below: below.get(image, ""))  # type: ignore[misc]
        seen = f"{len(pictures):,} of {one.count:,} images, the worst first"
        caption = f"{seen}; one counts where {one.limit}."
        parts += [Heading(one.title), Pictures(f"issues.{one.name}", pictures, caption)]
    return Section(NAME, TITLE, WORDS, tuple(parts))


def _counts(found: Issues) -> Figure:
    rows = [
        Row(one.title, float(one.count), f"{one.count:,} of {one.n:,}", n=one.n,
            space="images looked at", colour=COLOUR)
        for one in found.issues
        if one.n
    ]  # fmt: skip
    title = "Images with each issue"
    caption = f"{title}; {found.images:,} of {found.n:,} images have at least one."
    return Figure(bars("issues.counts", title, rows, unit="images"), caption)


def _table(found: Issues) -> Table:
    rows = tuple(
        (one.title, f"{one.count:,}", share(one.count, one.n), f"{one.n:,}", one.limit, one.whose)
        for one in found.issues
        if one.n
    )
    columns = ("Issue", "Images", "Share", "Out of", "Limit", "Whose limit")
    return Table("Limits of the issues", columns, rows, frozenset({1, 2, 3}))

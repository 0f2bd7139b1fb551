"""Issues of a collection as a page shows them: counts, limits in words, histogram, table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.figures.illuminants import spread
from contrast_engine.illuminants.casts import STRONG_CAST
from contrast_engine.issues import HAZE, ISSUES, FlaggedImages, Issue, worst_threshold
from contrast_engine.steps.collection.issue_thresholds import ChosenThreshold, chosen_thresholds
from contrast_engine.steps.collection.issues import issues, not_looked_for
from contrast_engine.steps.output.export import Table, csv_bytes
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BINS = 40
LOOK = {HAZE.name: "look_for_haze", STRONG_CAST.name: "estimate_illuminants"}
"""The step that measures what an issue is read from, where no feature shows it."""

KINDS: dict[str, Issue] = {**ISSUES, HAZE.name: HAZE, STRONG_CAST.name: STRONG_CAST}
"""Every issue there is, by its name, in the order of the page."""


@dataclass(frozen=True, eq=False)
class IssueRow:
    """One issue of a collection.

    Args:
        issue: Which.
        found: The images that have it; None where nobody has looked.
        lacking: Measured images that were not looked at.
        chosen: The decision that holds; None where the calibrated limit does.
    """

    issue: Issue
    found: FlaggedImages | None
    lacking: int
    chosen: ChosenThreshold | None

    @property
    def count(self) -> int:
        """How many images have it."""
        return int(self.found.flags.sum()) if self.found else 0

    @property
    def counted(self) -> str:
        """How many of how many, in words."""
        if self.found is None:
            return "not looked for yet"
        return f"{self.count:,} of {len(self.found.ids):,}"


def issue_rows(workspace: Workspace) -> dict[str, IssueRow]:
    """Every issue there is by its name, those that were not looked for too."""
    found = {one.issue.name: one for one in issues(workspace)}
    lacking, chosen = not_looked_for(workspace), chosen_thresholds(workspace)
    return {
        name: IssueRow(issue, found.get(name), lacking.get(name, 0), chosen.get(name))
        for name, issue in KINDS.items()
    }


def unseen_issues(workspace: Workspace) -> list[Issue]:
    """The issues that nobody has looked for; no image is scored for it."""
    key = workspace.current("features")
    measured = len(workspace.load(key)) if key else 0
    lacking = not_looked_for(workspace)
    return [issue for name, issue in KINDS.items() if measured and lacking.get(name) == measured]


def limit_words(found: FlaggedImages) -> str:
    """From where on an issue counts here, and why, as a sentence."""
    limit = found.issue.limit_said(found.threshold)
    if found.is_usual:
        return f"It counts where {limit}. Why there: {found.issue.reason}."
    calibrated = found.issue.limit_said(found.issue.threshold)
    return f"It counts where {limit}. The calibrated limit: {calibrated}."


def whose_words(row: IssueRow) -> str:
    """Whose limit it is: who decided, when and what."""
    if row.chosen is None:
        return "Calibrated, the same for every collection."
    what = (
        f"this collection's own worst {row.chosen.worst:g} %"
        if row.chosen.worst is not None
        else "a limit of their own"
    )
    return f"{row.chosen.who} chose {what} on {row.chosen.at[:10]}."


def with_threshold(found: FlaggedImages, number: float) -> FlaggedImages:
    """The same images with the limit at another number."""
    at = found.issue.score_at(number)
    is_own = abs(at - found.issue.threshold) > 1e-9
    threshold = at if is_own else found.issue.threshold
    return FlaggedImages(found.issue, found.ids, found.scores, threshold,
                         "given" if is_own else "calibrated")  # fmt: skip


def with_worst(found: FlaggedImages, share: float) -> FlaggedImages:
    """The same images with the worst share of them flagged."""
    threshold = worst_threshold(found.scores, share)
    return FlaggedImages(found.issue, found.ids, found.scores, threshold, "collection")


def slider_range(issue: Issue) -> tuple[float, float, float]:
    """Lowest and highest number that a slider reaches, and its step."""
    low, high = sorted((issue.worst, issue.best))
    return low, round(high, issue.digits), 10.0**-issue.digits


def axis(issue: Issue) -> str:
    """What the number of an issue is, as the title of an axis."""
    title, unit = _AXES[issue.name]
    return f"{title[:1].upper()}{title[1:]} ({unit})"


def histogram(found: FlaggedImages) -> "Figure":
    """How the numbers of an issue are spread over the collection, with the limit marked."""
    title, unit = _AXES[found.issue.name]
    numbers = found.issue.numbers(found.scores)
    low, high = sorted((found.issue.worst, found.issue.best))
    limit = found.issue.number(found.threshold)
    top = max(limit * 1.3, float(numbers.max(initial=low)) * 1.02)
    counts, edges = np.histogram(numbers, BINS, (low, min(high, top) if high > low else low + 1))
    return spread(counts, edges, {"limit": limit}, title=title, unit=unit)


def captions(found: FlaggedImages, ids: Sequence[ImageId]) -> dict[ImageId, str]:
    """The value of some images as a short caption."""
    issue = found.issue
    unit = _UNITS.get(issue.name, "")
    return {image: f"{issue.number(found.score_of[image]):.{issue.digits}f}{unit}" for image in ids}


def issue_table(workspace: Workspace, found: Sequence[FlaggedImages]) -> bytes:
    """The flag and the score of every issue as a CSV file, one row per image."""
    paths = workspace.images.paths
    ids = [image for image in found[0].ids if image in paths]
    columns = ("id", "path", *(name for one in found for name in one.issue.columns))
    flagged = [set(one.images) for one in found]
    rows = []
    for image in sorted(ids, key=lambda i: (paths[i], i)):
        cells = [
            cell
            for one, flags in zip(found, flagged, strict=True)
            for cell in (_flag(image, one, flags), one.score_of.get(image))
        ]
        rows.append((image, paths[image], *cells))
    return csv_bytes(Table(columns, tuple(rows)))


def issue_table_of(workspace: Workspace) -> bytes:
    """The table of every issue with the limits that hold in a workspace."""
    return issue_table(workspace, issues(workspace))


def _flag(image: ImageId, one: FlaggedImages, flagged: set[ImageId]) -> bool | None:
    """Whether an image has an issue; None where what it is read from is not known."""
    return image in flagged if image in one.score_of else None


_UNITS = {
    "low_contrast": " L*", "high_contrast": " L*", "clipped_shadows": " % black",
    "clipped_highlights": " % white", "flat": " % of the scale", "colour_cast": " C*",
    "strong_cast": "°", "under_exposed": " stops darker", "over_exposed": " stops lighter",
    "haze": " % veil",
}  # fmt: skip

_AXES = {
    "low_contrast": ("spread of lightness", "L*"),
    "high_contrast": ("spread of lightness", "L*"),
    "clipped_shadows": ("plain black", "% of the picture"),
    "clipped_highlights": ("plain white", "% of the picture"),
    "flat": ("scale that the tones fill", "%"),
    "colour_cast": ("mean colour from grey", "C*"),
    "strong_cast": ("estimated light from neutral", "degrees"),
    "under_exposed": ("darker than middle grey", "stops"),
    "over_exposed": ("lighter than middle grey and partly white", "stops"),
    "haze": ("darkest tones beside the lightest", "%"),
}

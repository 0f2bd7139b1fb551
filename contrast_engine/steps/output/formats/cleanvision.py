"""CleanVision: issues and their summary under the names that CleanVision gives them."""

import json
from typing import ClassVar

from contrast_engine.issues import ISSUES
from contrast_engine.steps.collection.issues import why_no_issues
from contrast_engine.steps.output.destination import Destination
from contrast_engine.steps.output.encoding import csv_bytes
from contrast_engine.steps.output.formats import Format, formats
from contrast_engine.steps.output.issue_summary import issue_summary
from contrast_engine.steps.output.known_images import KnownImages
from contrast_engine.steps.output.table import Table, issue_columns

SUMMARY = ("issue_type", "num_images", "of", "threshold", "whose", "threshold_in_words")


@formats.add("cleanvision")
class CleanVision(Format):
    """A folder as CleanVision has its results: `issues.csv`, `issue_summary.csv`, thresholds.

    `issues.csv` has `is_<issue>_issue` and `<issue>_score` of every file, its path first, which is
    the index of CleanVision's `issues`; `issue_types.json` has the thresholds as `find_issues`
    takes them.
    """

    title: ClassVar[str] = "CleanVision"
    wants: ClassVar[tuple[str, ...]] = ()
    opened_by: ClassVar[str] = 'pandas.read_csv("{path}/issues.csv", index_col=0)'

    def write(self, known: KnownImages, to: Destination) -> None:
        """Write the three files."""
        names, of = issue_columns(known.workspace)
        known.columns = ("path", *names, "id")
        blank = (None,) * len(names)
        rows = tuple(
            (row["path"], *of.get(known.id_of(row), blank), row["id"])
            for row in known.counted(known.rows)
        )
        to.add("issues.csv", [csv_bytes(Table(known.columns, rows))])
        entries = issue_summary(known.workspace)
        summary = Table(SUMMARY, tuple(tuple(one[name] for name in SUMMARY) for one in entries))
        to.add("issue_summary.csv", [csv_bytes(summary)])
        used = {one["issue_type"]: {"threshold": one["threshold"]} for one in entries}
        types = used or {name: {"threshold": one.threshold} for name, one in ISSUES.items()}
        to.add("issue_types.json", [json.dumps(types, indent=1).encode() + b"\n"])
        if why := why_no_issues(known.workspace):
            known.notes.append(f"flags and scores are blank: {why}")

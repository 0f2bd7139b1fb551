"""What an import of labels would do, in words and rows, before anything is written."""

from contrast_engine.as_written import plain
from contrast_engine.steps.labels.import_labels import PlannedLabels
from contrast_engine.store.label_imports import LabelImport

KINDS = (
    ("labels", "Give an image a label"),
    ("unsure", "Say that somebody is unsure"),
    ("taken_away", "Take a label away"),
    ("skipped", "Skipped by an annotator"),
    ("blank", "Without a label"),
    ("already_there", "Already in the log"),
    ("problems", "Cannot be used"),
)
LISTED = 200
"""Problems that a page lists at most."""


def recognised(plan: PlannedLabels) -> str:
    """What a file is, and how many rows it has: "Label Studio JSON, 12 rows (read as JSON)"."""
    rows = _count(plan.rows.rows, "row")
    return f"{plan.file}: {plan.format}, {rows} (read as {plan.read_as})."


def row_kinds(plan: PlannedLabels) -> list[dict[str, str | int]]:
    """How many rows are of which kind; they add up to all of them."""
    counts = {name: getattr(plan.rows, name) for name, _ in KINDS}
    return [{"Rows that": words, "Rows": counts[name]} for name, words in KINDS if counts[name]]


def given_words(plan: PlannedLabels) -> str:
    """Which labels would be given, and by whom."""
    if not plan.new:
        return "Nothing is new: the log holds all of it, or no row can be used."
    labels = ", ".join(f"{label} {n:,}" for label, n in list(plan.labels.items())[:12])
    people = ", ".join(f"{who} {n:,}" for who, n in list(plan.people.items())[:12])
    more = len(plan.labels) - 12
    labels += f" and {more:,} more" if more > 0 else ""
    more = len(plan.people) - 12
    people += f" and {more:,} more" if more > 0 else ""
    return f"{_count(plan.labelled, 'image')} get a label: {labels or 'none'}. By {people}."


def problem_rows(plan: PlannedLabels) -> list[dict[str, str]]:
    """The first rows that cannot be used, with the reasons."""
    return [{"Row": plain(one.row), "Why": plain(one.reason)} for one in plan.problems[:LISTED]]


def import_words(one: LabelImport) -> str:
    """An import that is in the log: when, from which file, by whom."""
    when = f"{one.at[:10]} {one.at[11:16]} UTC"
    labels = _count(one.annotations, "annotation")
    return f"{one.file} ({one.format}), {labels}, by {one.who} on {when}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"

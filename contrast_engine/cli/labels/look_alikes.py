"""Labels that are kept apart and may have been meant as one: Low and LOW, 1 and 1.0."""

import re
from collections.abc import Iterable

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")


def look_alikes(labels: Iterable[str]) -> list[list[str]]:
    """The groups of different labels that differ only in case, blanks, dashes or as numbers."""
    groups: dict[str, list[str]] = {}
    for label in sorted(set(labels)):
        groups.setdefault(_likeness(label), []).append(label)
    return [group for group in groups.values() if len(group) > 1]


def label_notes(labels: Iterable[str], groups: Iterable[list[str]]) -> list[str]:
    """Sentences on labels that may not be what they look like.

    Args:
        labels: The labels of one file.
        groups: What `look_alikes` found.
    """
    from contrast_engine.store.tables.cells import MISSING

    notes = []
    for group in groups:
        number = _NUMBERS[len(group) - 2] if len(group) < 10 else str(len(group))
        notes.append(f"{', '.join(group[:-1])} and {group[-1]} are {number} labels")
    for label in sorted({label for label in labels if label.casefold() in MISSING}):
        notes.append(f"{label} is a label here; leave its cell blank where an image has none")
    return notes


def _likeness(label: str) -> str:
    text = re.sub(r"[\s_-]+", " ", label.casefold()).strip()
    number = re.fullmatch(r"[+]?\d+(?:[.,]\d+)?", text)
    return f"{float(text.replace(',', '.')):g}" if number else text

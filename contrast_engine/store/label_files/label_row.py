"""What every file of labels is read into: what somebody said of an image, in the file's order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contrast_engine.errors import OptionError
from contrast_engine.store.label_types import label_name
from contrast_engine.store.tables.cells import is_formula_error

LABEL, UNSURE, TAKEN_AWAY, SKIPPED, BLANK = "label", "unsure", "taken away", "skipped", "blank"
"""Kinds of rows: the first three are annotations, which the log keeps."""

LONGEST_NAME = 254
"""Characters of an annotator's name from elsewhere: an address of electronic mail has so many."""


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One row of a file of labels.

    Args:
        row: Where it stands, as the file counts: a row, a line, a task, an annotation.
        names: What may name the image, the most trusted first.
        kind: "label", "unsure", "taken away", "skipped" or "blank".
        label: The label as it is written; "" for the other kinds.
        who: Who said it; "" where the file does not say.
        at: When, as an ISO time in UTC; "" where the file does not say.
        why: The remark kept with it, None where the file has none.
        order: The number of the annotation in the log it comes from, None where it has none.
        undone: The number of the event that undid it there, None where it was not undone.
        problem: Why it cannot be used, None where it can.
        time_not_read: What stands for a time and is none.
        scale: The labels of its log from low to high; empty where they have no order.
    """

    row: str
    names: tuple[str, ...]
    kind: str = LABEL
    label: str = ""
    who: str = ""
    at: str = ""
    why: str | None = None
    order: int | None = None
    undone: int | None = None
    problem: str | None = None
    time_not_read: str = ""
    scale: tuple[str, ...] = ()


def of_a_model(used: int, left_out: int) -> list[str]:
    """Sentences on labels that come with a confidence, as those of a model do.

    Args:
        used: Of a file of another origin, where they may be a person's all the same.
        left_out: Of an export of ours, which writes it beside predicted labels only.
    """
    found = []
    if left_out:
        labels = "1 label is" if left_out == 1 else f"{left_out:,} labels are"
        found.append(f"{labels} predicted by a model, so nobody's, and not used")
    if used:
        labels = "1 label comes" if used == 1 else f"{used:,} labels come"
        found.append(f"{labels} with a confidence: look whether a model gave it and not a person")
    return found


@dataclass(frozen=True)
class LabelFile:
    """A file of labels, recognised by what is in it; its rows are read when they are asked for.

    Args:
        path: The file.
        format: Its name for people: "Label Studio JSON".
        read_as: How it was read: its encoding and so on.
        rows: Gives the rows.
        is_by_id: The first name counts only where it is an id of ours.
        names_are: "paths" start at the file's folder; "tails" are known by their ends, because
            the place they start at is not in the file; "stems" lack the ending of the file, too.
        codec: The 8-bit encoding of its paths, where it is in one.
        notes: Sentences on what is not read; all of them once the rows were.
    """

    path: Path
    format: str
    read_as: str
    rows: Callable[[], Iterator[LabelRow]]
    is_by_id: bool = False
    names_are: str = "paths"
    codec: str | None = None
    notes: Sequence[str] = ()


def checked_label(text: str, *, of_spreadsheet: bool = False) -> str:
    """The one spelling of a label.

    Raises:
        OptionError: It cannot be one.
    """
    if of_spreadsheet and is_formula_error(text):
        raise OptionError(
            f"{text.strip()} is what a spreadsheet saves for a formula it cannot work out; "
            "write the label as text"
        )
    return label_name(text)


def checked_who(text: str) -> str:
    """The name of who said it.

    Raises:
        OptionError: It is too long, or no text.
    """
    name = text.strip()
    if len(name) > LONGEST_NAME:
        raise OptionError(
            f"the name of its annotator has {len(name):,} characters, at most {LONGEST_NAME} are "
            "kept; shorten it"
        )
    return name


def annotator(value: object) -> str:
    """The name of an annotator from elsewhere: a name, an address, or the number of an account."""
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id")
    if value is None or isinstance(value, bool | list | dict):
        return ""
    text = str(value).strip()
    return f"Label Studio user {text}" if text.isdecimal() else text


def said_at(text: str) -> tuple[str, str]:
    """A time in UTC as the log writes it, and what could not be read as one; "" for none."""
    text = text.strip()
    if not text:
        return "", ""
    try:
        found = datetime.fromisoformat(text)
        found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return "", text
    exact = "microseconds" if found.microsecond % 1000 else "milliseconds"
    return found.isoformat(timespec=exact), ""

"""What a person typed, checked before anything is started: the reason it cannot work, or None."""

import os
from collections.abc import Sequence
from pathlib import Path

from contrast_engine.access import Act, need
from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.store.label_types import label_name
from contrast_engine.store.sources import root_of


def typed_path(text: str) -> Path:
    """A path as people type or paste it: quotes and spaces around it, ~ for the home.

    Raises:
        NotAllowed: Who this acts for may name no files of this computer.
    """
    need(Act.OPEN)
    return Path(text.strip().strip("'\"")).expanduser()


def source_problem(text: str) -> str | None:
    """Why photographs cannot be added from here, or None where they can."""
    if not text.strip():
        return "Give a folder or a file first."
    path = typed_path(text)
    if not path.is_absolute():
        return f"{path} is not a full path; start it at the root, for example /home/me/photographs."
    try:
        root_of(path)
    except CollectionError as error:
        return sentence(str(error))
    return None


def workspace_problem(text: str) -> str | None:
    """Why no workspace can be opened or made here, or None where one may be tried."""
    if not text.strip():
        return "Give a folder first."
    path = typed_path(text)
    if not path.is_absolute():
        return f"{path} is not a full path; start it at the root, for example /home/me/my.contrast."
    return None


def table_to_read_problem(text: str, what: str) -> str | None:
    """Why no table can be read from a path that was typed, or None where it may be tried.

    Args:
        text: What was typed.
        what: The columns that the table should have, in words ("file and score").
    """
    if not text.strip():
        return "Give the path of a table first."
    path = typed_path(text)
    if not path.is_absolute():
        return f"{path} is not a full path; start it at the root, for example /home/me/table.csv."
    if os.path.isfile(path):  # noqa: PTH113 - False for a name too long for any disk
        return None
    return f"There is no file {path}; name a table with {what}."


def table_problem(text: str) -> str | None:
    """Why no table can be written here, or None where it may be tried."""
    if not typed_path(text).is_absolute():
        return "Give a full path, for example /home/me/results.csv."
    return None


def split_labels(text: str) -> tuple[str, ...]:
    """Label names that were separated by commas, without empty ones."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def label_set_problem(labels: Sequence[str]) -> str | None:
    """Why these names cannot be a label set, or None where they can."""
    if len(labels) < 2:
        return "At least two labels are needed, for example: low, medium, high."
    try:
        names = [label_name(label) for label in labels]
    except OptionError as error:
        return sentence(str(error))
    twice = sorted({name for name in names if names.count(name) > 1})
    return f"The label {twice[0]!r} stands twice; name each once." if twice else None


def sentence(text: str) -> str:
    """A message as a sentence of its own: a capital first, a full stop last."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"

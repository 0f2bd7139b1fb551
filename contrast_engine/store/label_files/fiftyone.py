"""Labels of FiftyOne's image classification data set: `labels.json` beside a folder `data`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from contrast_engine.errors import OptionError
from contrast_engine.store.label_files.label_row import (
    BLANK,
    LabelFile,
    LabelRow,
    checked_label,
    of_a_model,
)


def is_fiftyone(found: dict[str, Any]) -> bool:
    """True where a document of JSON holds labels by the names of files."""
    return isinstance(found.get("labels"), dict) and set(found) <= {"classes", "labels", "info"}


def fiftyone_labels(path: Path, found: dict[str, Any]) -> LabelFile:
    """The labels of a `labels.json`: each by the name of its file, without the ending.

    In an export of ours, beside which `contrast.json` lies, one with a confidence is predicted.
    """
    notes = ["FiftyOne does not say who labelled"]
    is_ours = path.with_name("contrast.json").is_file()
    return LabelFile(
        path, "FiftyOne labels.json", "JSON", partial(_rows, found, is_ours, notes),
        names_are="stems", notes=notes,
    )  # fmt: skip


def _rows(found: dict[str, Any], is_ours: bool, notes: list[str]) -> Iterator[LabelRow]:
    classes = found.get("classes")
    names = classes if isinstance(classes, list) else []
    predicted = 0
    for stem, value in found["labels"].items():
        is_predicted = isinstance(value, dict) and value.get("confidence") is not None
        predicted += is_predicted
        if is_predicted and is_ours:
            yield LabelRow(stem, (stem,), BLANK)
            continue
        try:
            label, why = _label(value, names)
        except OptionError as error:
            yield LabelRow(stem, (stem,), problem=str(error))
            continue
        yield (
            LabelRow(stem, (stem,), label=label, why=why)
            if label
            else LabelRow(stem, (stem,), BLANK)
        )
    notes += of_a_model(predicted * (not is_ours), predicted * is_ours)


def _label(value: Any, classes: list[Any]) -> tuple[str, str | None]:
    """The label, "" for none, and what is said of it.

    Raises:
        OptionError: There is not one label.
    """
    why = None
    if isinstance(value, list):
        if len(value) > 1:
            raise OptionError(f"it has {len(value)} labels; an image has one label")
        value = value[0] if value else None
    if isinstance(value, dict):
        sure = value.get("confidence")
        is_number = isinstance(sure, float) or (isinstance(sure, int) and abs(sure) < 1000)
        why = f"confidence {sure:g}" if is_number else None
        value = value.get("label")
    if value is None or value == "":
        return "", None
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value < len(classes):
            raise OptionError(f"its class {value} is none of the {len(classes)} classes")
        value = classes[value]
    if not isinstance(value, str):
        raise OptionError("its label is no text")
    return checked_label(value), why

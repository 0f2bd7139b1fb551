"""Labels of Label Studio's full JSON: tasks, each with the annotations of several people."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.store.collection import shown
from contrast_engine.store.label_files.image_urls import path_of_url
from contrast_engine.store.label_files.label_row import (
    BLANK,
    LABEL,
    SKIPPED,
    LabelFile,
    LabelRow,
    annotator,
    checked_label,
    checked_who,
    said_at,
)
from contrast_engine.store.tables import PATHS, listed
from contrast_engine.store.tables.json_items import objects

_CHOICES = ("choices", "choice")
"""Types of the parts of an annotation that may be labels."""


def is_tasks(first: dict[str, Any]) -> bool:
    """True where the first object of an array is a task of Label Studio."""
    return isinstance(first.get("data"), dict) and any(
        name in first for name in ("annotations", "completions", "predictions", "id")
    )


def label_studio_tasks(path: Path, control: str = "") -> LabelFile:
    """The labels of an export of Label Studio as JSON; predictions are no labels of anybody.

    Args:
        path: The file.
        control: Which control of the labelling configuration holds the labels, where there are
            several.
    """
    notes: list[str] = []
    return LabelFile(
        path, "Label Studio JSON", "JSON", partial(_rows, path, control, notes), is_by_id=True,
        names_are="tails", notes=notes,
    )  # fmt: skip


def _rows(path: Path, control: str, notes: list[str]) -> Iterator[LabelRow]:
    controls: set[str] = {control} if control else set()
    besides: Counter[str] = Counter()
    predicted = 0
    for number, task in objects(path):
        names = _names(task.get("data"))
        annotations = _objects(task.get("annotations", task.get("completions")))
        predicted += bool(task.get("predictions"))
        if not annotations:
            yield LabelRow(f"task {number:,}", names, BLANK)
        for annotation in annotations:
            besides.update(_besides(annotation, control))
        for place, annotation in enumerate(annotations, 1):
            row = f"task {number:,}, annotation {place}"
            try:
                yield _row(row, names, annotation, controls, bool(control))
            except OptionError as error:
                yield LabelRow(row, names, problem=str(error))
            if len(controls) > 1:
                raise CollectionError(
                    f"{shown(path)} has choices of several controls: {listed(sorted(controls))}; "
                    f"name the one of the labels: --label-column {min(controls)}"
                )
    notes[:] = _unread(besides, predicted)


def _besides(annotation: dict[str, Any], control: str) -> set[str]:
    """What an annotation holds beside choices that may be labels."""
    found = set()
    for one in _objects(annotation.get("result")):
        kind, name = str(one.get("type")), str(one.get("from_name"))
        if kind not in _CHOICES:
            found.add(kind[:40])
        elif control and name != control:
            found.add(f"choices of {name[:40]}")
    return found


def _unread(besides: Counter[str], predicted: int) -> Iterator[str]:
    if besides:
        held = ", ".join(f"{kind} ({n:,})" for kind, n in sorted(besides.items()))
        yield f"annotations hold more than the labels, which is not used: {held}"
    if predicted:
        tasks = "1 task has" if predicted == 1 else f"{predicted:,} tasks have"
        yield f"{tasks} predictions, which are labels of nobody and not used"


def _row(
    row: str,
    names: tuple[str, ...],
    annotation: dict[str, Any],
    controls: set[str],
    is_chosen: bool,
) -> LabelRow:
    """One annotation; the controls it uses are added to those known, unless one was chosen.

    Raises:
        OptionError: It holds something else than one choice.
    """
    who = checked_who(annotator(annotation.get("completed_by")))
    at, no_time = said_at(str(annotation.get("created_at") or ""))
    if annotation.get("was_cancelled") or annotation.get("skipped"):
        return LabelRow(row, names, SKIPPED, who=who, at=at)
    parts = _objects(annotation.get("result"))
    chosen = [one for one in parts if one.get("type") in _CHOICES]
    if not is_chosen:
        controls |= {str(one.get("from_name", "")) for one in chosen}
    else:
        chosen = [one for one in chosen if one.get("from_name") in controls]
    if not chosen:
        kinds = sorted({str(one.get("type")) for one in parts})
        if kinds and not is_chosen:
            raise OptionError(f"it holds {', '.join(kinds)[:80]} and no choice; labels are choices")
        return LabelRow(row, names, BLANK, who=who, at=at)
    value = chosen[0].get("value")
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        raise OptionError("its choice is no text")
    if len(chosen) > 1 and len({str(one.get("from_name", "")) for one in chosen}) == 1:
        raise OptionError(
            f"it has {len(chosen)} choices, of regions or of several images; an image has one label"
        )
    if len(choices) != 1:
        said = " and ".join(map(repr, choices[:3]))[:80]
        raise OptionError(f"it chooses {len(choices)} labels ({said}); an image has one label")
    return LabelRow(
        row, names, LABEL, checked_label(choices[0]), who, at, None, time_not_read=no_time
    )


def _names(data: Any) -> tuple[str, ...]:
    """What may name the image of a task: our id first, then the address of the image."""
    if not isinstance(data, dict):
        return ("", "")
    ours = data.get("contrast_id")
    known = [data[name] for name in PATHS if isinstance(data.get(name), str)]
    others = [one for key, one in data.items() if isinstance(one, str) and key != "contrast_id"]
    place = next(iter([*known, *others]), "")
    return (ours if isinstance(ours, str) else "", path_of_url(place))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

"""Labels in tables: our own export, what people fill in, Label Studio's CSV and JSON_MIN."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from contrast_engine.errors import CollectionError, OptionError
from contrast_engine.store.collection import shown
from contrast_engine.store.label_files.image_urls import path_of_url
from contrast_engine.store.label_files.label_row import (
    BLANK,
    LABEL,
    SKIPPED,
    TAKEN_AWAY,
    UNSURE,
    LabelFile,
    LabelRow,
    annotator,
    checked_label,
    checked_who,
    said_at,
)
from contrast_engine.store.label_types import label_name
from contrast_engine.store.tables import (
    ParquetTable,
    RecordsTable,
    TextTable,
    column,
    folded,
    is_by_id,
    listed,
    naming,
    needed,
)

LABELS = ("label", "choice", "contrast")
_OF_STUDIO = ("annotation_id", "annotator")
"""Columns by which a table is known as one of Label Studio's."""

_STUDIO_KNOWN = {
    "id", "annotation_id", "annotator", "created_at", "updated_at", "lead_time", "contrast_id",
    "agreement", "cancelled_annotations", "total_annotations", "was_cancelled", "comments",
}  # fmt: skip
_STUDIO = {"who": "annotator", "at": "created_at", "cancelled": "was_cancelled"}
_OURS = {
    "who": "who", "at": "at", "why": "why", "kind": "kind", "order": "annotation",
    "undone": "undone", "scale": "scale",
}  # fmt: skip
_KINDS = {"": LABEL, "label": LABEL, "unsure": UNSURE, "taken away": TAKEN_AWAY, "skipped": SKIPPED}

AnyTable = TextTable | ParquetTable | RecordsTable


@dataclass(frozen=True)
class _Columns:
    """Which columns name images, and which hold what, by what it is."""

    named: tuple[int, ...]
    of: dict[str, int]


def label_table(table: AnyTable, label_column: str = "") -> LabelFile:
    """The labels of a table with a column of labels and one that names images.

    Args:
        table: The table.
        label_column: Which column holds the labels; without it `label`, or in a table of Label
            Studio the one that is left.

    Raises:
        CollectionError: It lacks the columns, or several could hold the labels.
    """
    is_studio = all(column(table, name) is not None for name in _OF_STUDIO)
    columns = _columns(table, label_column, is_studio)
    kind = {"JSON": "JSON records", "JSONL": "JSONL", "Parquet": "Parquet"}.get(
        table.read_as, "CSV"
    )
    if is_studio:
        kind = "Label Studio JSON_MIN" if isinstance(table, RecordsTable) else "Label Studio CSV"
    return LabelFile(
        table.path, kind, table.read_as, lambda: _rows(table, columns, is_studio),
        is_by_id(table, columns.named), "tails" if is_studio else "paths", table.codec,
    )  # fmt: skip


def _columns(table: AnyTable, label_column: str, is_studio: bool) -> _Columns:
    named = naming(table)
    if is_studio:  # its own id counts its tasks
        ours = column(table, "contrast_id")
        named = tuple(at for at in named if folded(table.columns[at]) != "id")
        named = named if ours is None else (ours, *named)
    if label_column:
        label: int | None = needed(table, label_column.casefold(), "the labels")
    elif is_studio:
        label = _left_over(table, named)
    else:
        label = column(table, "label")
    if label is None or not named:
        raise CollectionError(
            f"{shown(table.path)} needs a column 'label' (or one named by --label-column) and a"
            f" column 'id' or 'path', named in its first row; it has: {listed(table.columns)}"
        )
    found = {what: column(table, name) for what, name in (_STUDIO if is_studio else _OURS).items()}
    of = {what: at for what, at in found.items() if at is not None}
    if "order" not in of:  # a table of another origin, in which these mean something else
        of = {what: at for what, at in of.items() if what not in {"undone", "scale"}}
    return _Columns(tuple(at for at in named if at != label), {**of, "label": label})


def _left_over(table: AnyTable, named: Sequence[int]) -> int:
    """The column of a table of Label Studio that holds the labels.

    Raises:
        CollectionError: Several could.
    """
    free = [
        at
        for at, name in enumerate(table.columns)
        if at not in named and name and folded(name) not in _STUDIO_KNOWN
    ]
    known = [at for wanted in LABELS for at in free if folded(table.columns[at]) == wanted]
    if known:
        return known[0]
    if len(free) != 1:
        names = [table.columns[at] for at in free]
        raise CollectionError(
            f"{shown(table.path)} is of Label Studio, and which of its columns holds the labels "
            f"is open: {listed(names)}; name it: --label-column {names[0] if names else 'NAME'}"
        )
    return free[0]


def _rows(table: AnyTable, columns: _Columns, is_studio: bool) -> Iterator[LabelRow]:
    wanted = [*columns.of.values(), *columns.named]
    is_sheet = isinstance(table, TextTable)
    for row in table.rows(wanted):
        cells = dict(zip(columns.of, row.cells, strict=False))
        names = row.cells[len(columns.of) :]
        if is_studio:
            names = tuple(map(path_of_url, names))
        try:
            if row.problem is not None:
                raise OptionError(row.problem)
            yield _row(str(row.number), names, cells, is_studio, is_sheet)
        except OptionError as error:
            yield LabelRow(str(row.number), names, problem=str(error))


def _row(
    number: str, names: tuple[str, ...], cells: dict[str, str], is_studio: bool, is_sheet: bool
) -> LabelRow:
    """One row of a table.

    Raises:
        OptionError: It cannot be used.
    """
    kind = _kind(cells)
    at, no_time = said_at(cells.get("at", ""))
    who = cells.get("who", "").strip()
    # in our own export a label stands as it was given, also one that looks like a list
    said = cells["label"] if "order" in cells else _choice(cells["label"])
    return LabelRow(
        number,
        names,
        kind,
        checked_label(said, of_spreadsheet=is_sheet and "order" not in cells)
        if kind == LABEL
        else "",
        checked_who(annotator(who) if is_studio else who),
        at,
        cells.get("why"),
        _number(cells.get("order", "")),
        _number(cells.get("undone", "")),
        time_not_read=no_time,
        scale=_scale(cells.get("scale", "")),
    )


def _kind(cells: dict[str, str]) -> str:
    said = cells.get("kind", "").strip().casefold()
    if "order" not in cells and (said != UNSURE or cells["label"].strip()):
        said = ""  # a column of another origin; of a row without a label "unsure" is plain
    if said not in _KINDS:
        raise OptionError(
            f"its column 'kind' holds {said[:40]!r}; it is one of label, unsure, taken away"
        )
    if cells.get("cancelled", "").strip().casefold() in {"true", "1"}:
        return SKIPPED
    kind = _KINDS[said]
    return BLANK if kind == LABEL and not cells["label"].strip() else kind


@cache
def _scale(text: str) -> tuple[str, ...]:
    """Labels from low to high out of a list in JSON; none where it is no such list."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        return ()
    try:
        names = tuple(map(label_name, found))
    except OptionError:
        return ()
    return names if len(set(names)) == len(names) else ()


def _choice(text: str) -> str:
    """A label, also where it stands in a list: ["low"], or {"choices": ["low"]}."""
    if text[:1] not in "[{" or text[-1:] not in "]}":
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    chosen = found.get("choices") if isinstance(found, dict) else found
    if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
        kind = "an object" if isinstance(found, dict) else "a list"
        raise OptionError(f"its label is {kind} ({text[:40]}), and a label is text")
    if len(chosen) != 1:
        raise OptionError(f"it holds {len(chosen)} choices; an image has one label")
    return str(chosen[0])


def _number(text: str) -> int | None:
    text = text.strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None

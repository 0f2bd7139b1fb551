"""label import, label export: labels as a CSV file, and a queue to fill in."""

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.labels.look_alikes import label_notes, look_alikes
from contrast_engine.cli.parser import (
    Commands,
    add_annotator,
    add_overwrite,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.text import count, first
from contrast_engine.errors import CollectionError, OptionError, UnknownName

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.store.tables import ParquetTable, TextTable
    from contrast_engine.vectors import ImageId

TABLES = """\
The names of the columns may be in any case. Text may be UTF-8, UTF-16 or Windows-1252, its cells
between commas, semicolons or tabs, as spreadsheets save it; a first line "sep=;" is understood.
Paths start at the table's folder, with slashes or backslashes. Labels are text as it is written:
1 and 1.0 are two labels. A Parquet table may name images by a column 'image' of {"bytes", "path"}.
"""

COLUMNS = ("id", "path", "label", "who", "at", "why")
CONSENSUS = ("settled", "rule")
"""Further columns where several annotators labelled: the consensus label, and its rule."""


def add_file_commands(group: Commands) -> None:
    """Add `label import` and `label export`."""
    parser = group.add("import", "Read labels from a table.", import_labels)
    parser.late_epilog = lambda: TABLES
    add_workspace(parser)
    parser.add_argument(
        "file",
        metavar="FILE",
        help="a .csv, .tsv or .parquet with a column 'label', a column 'path' or 'id', and perhaps"
        " 'why'",
    )
    add_annotator(parser)

    parser = group.add("export", "Write the labels to a CSV file.", export)
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE.csv", help="the file to write")
    add_overwrite(parser)


def import_labels(arguments: argparse.Namespace) -> CommandResult:
    """Read labels from a table."""
    workspace = open_workspace(arguments)
    done = read_labels(workspace, Path(arguments.file), arguments.who)
    lines = [
        f"{count(done.labelled, 'image')} labelled, {count(done.blank, 'row')} without a label"
        f" (read as {done.read_as})",
        *done.notes,
    ]
    if done.found_by_path:
        lines.append(f"{count(done.found_by_path, 'row')} found by path: no image has the row's id")
    if done.problems:
        lines.append(f"{count(len(done.problems), 'row')} not used:")
        lines += first([f"  row {p['row']}: {p['reason']}" for p in done.problems])
    document = {
        "labels": current_labels(workspace),
        "labelled": done.labelled,
        "blank": done.blank,
        "problems": done.problems,
        "read_as": done.read_as,
        "found_by_path": done.found_by_path,
        "look_alikes": done.look_alikes,
        "notes": done.notes,
    }
    nothing_worked = bool(done.problems) and not done.labelled
    return CommandResult(document, lines, exit_code=1 if nothing_worked else 0)


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the labels to a CSV file."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels
    from contrast_engine.store.targets import checked_target

    file = Path(arguments.file)
    workspace = open_workspace(arguments)
    rows = write_labels(workspace, checked_target(file, overwrite=arguments.overwrite))
    document = {"labels": current_labels(workspace), "rows": rows, "path": file}
    lines = [f"{count(rows, 'label')} written to {file}"]
    if consensus := consensus_labels(workspace).as_json():
        document["settled"] = consensus
        lines.append(consensus["words"])
    return CommandResult(document, lines)


@dataclass(frozen=True)
class LabelImport:
    """What an import did.

    Args:
        labelled: Images that have a label from the file.
        blank: Rows without a label.
        problems: Rows that could not be used, each with the reason.
        read_as: The encoding of the file, and what stands between its cells.
        found_by_path: Rows whose id is no image here but whose path is one.
        look_alikes: Groups of labels that are kept apart and may have been meant as one.
        notes: Sentences on them.
    """

    labelled: int
    blank: int
    problems: "tuple[Json, ...]"
    read_as: str
    found_by_path: int
    look_alikes: "tuple[list[str], ...]"
    notes: tuple[str, ...]


def read_labels(workspace: "Workspace", file: Path, who: str) -> LabelImport:
    """Label the images of a table with a column `label` and a column `id` or `path`.

    Relative paths are relative to the file's folder. A row without a label is left alone; where
    an image stands twice, the later row counts. A column `why` is kept with the label: it says
    which images were drawn at random, and only those can say how often the model errs.

    Raises:
        CollectionError: The file cannot be read, or lacks the columns.
    """
    from contrast_engine.store.spellings import Located
    from contrast_engine.store.tables import find_named, open_table

    table = open_table(file)
    named, wanted = _columns(table)
    located = Located(file.absolute().parent, table.codec)
    labels: dict[ImageId, tuple[str, str]] = {}
    blank = by_path = 0
    problems: list[Json] = []
    for row in table.rows([*wanted, *named]):
        text, why, names = row.cells[0], row.cells[1 : -len(named)], row.cells[-len(named) :]
        if not text.strip() and row.problem is None:
            blank += 1
            continue
        try:
            label = _label(text, row.problem)
            image, at = find_named(names, lambda name: find_image(workspace, name, located=located))
            by_path += at > 0 and bool(names[0].strip())
            labels[image] = label, "".join(why).strip() or f"imported from {file.name}"
        except (OptionError, UnknownName) as error:
            problems.append({"row": row.number, "reason": str(error)})
    for label, reason in dict.fromkeys(labels.values()):
        chosen = tuple(image for image, given in labels.items() if given == (label, reason))
        workspace.labels.add(chosen, label, who=who, why=reason)
    given = {label for label, _ in labels.values()}
    groups = look_alikes([*given, *workspace.labels.label_set().labels])
    groups = [group for group in groups if given & set(group)]
    return LabelImport(
        len(labels), blank, tuple(problems), table.read_as, by_path, tuple(groups),
        tuple(label_notes(given, groups)),
    )  # fmt: skip


def _columns(table: "TextTable | ParquetTable") -> tuple[tuple[int, ...], list[int]]:
    """The columns that name images, and those of the label and, if there is one, of why."""
    from contrast_engine.store.tables import column, listed, naming

    label, why, named = column(table, "label"), column(table, "why"), naming(table)
    if label is None or not named:
        raise CollectionError(
            f"{table.path} needs a column 'label' and a column 'id' or 'path', named in its first"
            f" row; it has: {listed(table.columns)}"
        )
    return named, [label] if why is None else [label, why]


def _label(text: str, problem: str | None) -> str:
    from contrast_engine.store.labels import label_name
    from contrast_engine.store.tables.cells import is_formula_error

    if problem is not None:
        raise OptionError(problem)
    if is_formula_error(text):
        raise OptionError(
            f"{text.strip()} is what a spreadsheet saves for a formula it cannot work out; "
            "write the label as text"
        )
    return label_name(text)


def current_labels(workspace: "Workspace") -> "list[Json]":
    """The latest label of every labelled image, sorted by path.

    Where several annotators labelled, `settled` is their consensus label, "" where it is
    disputed, and `rule` says how it came about.
    """
    from contrast_engine.steps.labels.consensus_labels import consensus_labels

    paths, consensus = workspace.images.paths, consensus_labels(workspace)
    rows: list[Json] = [
        {"id": image, "path": str(paths.get(image, "")), "label": label.label, "who": label.who,
         "at": label.at, "why": label.why}
        for image, label in workspace.labels.current().items()
    ]  # fmt: skip
    if consensus.as_json():
        for row in rows:
            image = row["id"]
            row |= {"settled": consensus.of.get(image, ""), "rule": consensus.rule_of(image)}
    return sorted(rows, key=lambda row: (row["path"], row["id"]))


def write_labels(workspace: "Workspace", file: Path) -> int:
    """The number of rows of a CSV file, once the current labels are written to it."""
    rows = current_labels(workspace)
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        is_shared = any("rule" in row for row in rows)
        writer = csv.DictWriter(target, (*COLUMNS, *(CONSENSUS if is_shared else ())))
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def write_queue(rows: "list[Json]", file: Path) -> None:
    """Write images to be labelled as a CSV file whose column `label` is to be filled in.

    `read_labels` takes it back, with the reasons.
    """
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        writer = csv.DictWriter(target, ("id", "path", "label", "why"))
        writer.writeheader()
        for row in rows:
            writer.writerow({"id": row["id"], "path": row["path"], "why": row["reason"]})

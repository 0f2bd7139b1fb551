"""label import, label export: labels from elsewhere and to elsewhere, and a queue to fill in."""

import argparse
import csv
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.labels.look_alikes import label_notes, look_alikes
from contrast_engine.cli.parser import (
    Commands,
    add_annotator,
    add_overwrite,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.steps.labels.import_labels import PlannedLabels
    from contrast_engine.store import Workspace

FILES = """\
What the file is, is told by what is in it: a table (CSV, Parquet, JSONL) with a column 'label' and
one that names images (path, file_name, filepath, image, file, or an id of ours) and perhaps who,
at and why; the JSON, JSON_MIN or CSV of Label Studio; labels.json of FiftyOne; COCO.

The names of the columns may be in any case. Text may be UTF-8, UTF-16 or Windows-1252, its cells
between commas, semicolons or tabs, as spreadsheets save it; a first line "sep=;" is understood.
Paths start at the table's folder, with slashes or backslashes. Labels are text as it is written:
1 and 1.0 are two labels. A Parquet table may name images by a column 'image' of {"bytes", "path"}.

All of it is written or nothing; a row that the log holds already adds nothing; `--undo` takes an
import back as a whole."""

NAMED = 10
"""Rows that cannot be used, as many as a summary names."""


def add_file_commands(group: Commands) -> None:
    """Add `label import` and `label export`."""
    parser = group.add(
        "import", "Take labels from a file of another tool, or from class folders.", import_labels
    )
    parser.late_epilog = lambda: FILES
    add_workspace(parser)
    parser.add_argument(
        "file", metavar="FILE", nargs="?",
        help="a table, or the JSON of Label Studio, FiftyOne or COCO",
    )  # fmt: skip
    parser.add_argument(
        "--label-column", default="", metavar="NAME",
        help="the column, or control of Label Studio, that holds the labels",
    )  # fmt: skip
    add_from_folders(parser, "--from-folders")
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be taken, and write nothing"
    )
    parser.add_argument(
        "--undo", action="store_true", help="take the last import that counts back, as a whole"
    )
    add_annotator(parser)

    parser = group.add("export", "Write all that was said of any image to a file.", export)
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE", help="the .csv, .jsonl or .parquet to write")
    parser.add_argument(
        "--only-current", action="store_true",
        help="one row for each labelled image: its label of now",
    )  # fmt: skip
    add_overwrite(parser)


def add_from_folders(parser: argparse.ArgumentParser, name: str) -> None:
    """Add whether the folder that holds an image is its label."""
    parser.add_argument(
        name, dest="from_folders", action="store_true",
        help="the folder that holds an image is its label",
    )  # fmt: skip
    parser.add_argument(
        "--most-classes", type=int, default=50, metavar="N",
        help="so many folders may be classes at most (default 50)",
    )  # fmt: skip


def import_labels(arguments: argparse.Namespace) -> CommandResult:
    """Take labels from elsewhere, or take an import back."""
    given = [bool(arguments.file), arguments.from_folders, arguments.undo]
    if sum(given) != 1:
        raise WrongUsage("name one FILE, or --from-folders, or --undo")
    workspace = open_workspace(arguments)
    if arguments.undo:
        return _undo(workspace, arguments.who)
    if arguments.from_folders:
        return taken_from_folders(workspace, arguments)
    from contrast_engine.steps.labels.import_labels import planned_import

    with progress_line("reading labels") as progress:
        plan = planned_import(
            workspace, arguments.file, who=arguments.who, label_column=arguments.label_column,
            progress=progress,
        )  # fmt: skip
    return _taken(workspace, plan, arguments)


def taken_from_folders(
    workspace: "Workspace", arguments: argparse.Namespace, roots: tuple[str, ...] = ()
) -> CommandResult:
    """Label images by the folders that hold them."""
    from contrast_engine.steps.labels.folder_labels import planned_folder_labels

    plan = planned_folder_labels(
        workspace, roots, who=getattr(arguments, "who", ""), most_classes=arguments.most_classes
    )
    return _taken(workspace, plan, arguments)


def _taken(
    workspace: "Workspace", plan: "PlannedLabels", arguments: argparse.Namespace
) -> CommandResult:
    from contrast_engine.steps.labels.import_labels import take_labels

    is_dry = getattr(arguments, "dry_run", False)
    if not is_dry:
        who = getattr(arguments, "who", "")
        with progress_line("writing labels") as progress:
            plan = take_labels(workspace, plan, who=who, progress=progress)
    groups = look_alikes([*plan.labels, *workspace.labels.label_set().labels])
    groups = [group for group in groups if set(plan.labels) & set(group)]
    notes = [*plan.notes, *label_notes(plan.labels, groups)]
    problems = plan.problems if arguments.json else ()
    document = {
        "labels": current_labels(workspace) if arguments.json else [],
        "labelled": plan.labelled,
        "blank": plan.rows.blank,
        "problems": [{"row": _row(one.row), "reason": one.reason} for one in problems],
        "read_as": plan.read_as,
        "found_by_path": plan.found_by_path,
        "look_alikes": groups,
        "notes": notes,
        "format": plan.format,
        "rows": jsonable(plan.rows),
        "people": [{"who": who, "annotations": n} for who, n in plan.people.items()],
        "undone": plan.undone,
        "found_by_end": plan.found_by_end,
        "import": plan.seq,
        "dry_run": is_dry,
    }
    nothing_worked = bool(plan.problems) and not plan.new and not plan.rows.already_there
    return CommandResult(
        document, [*_lines(plan, is_dry), *notes, *_problem_lines(plan)], int(nothing_worked)
    )


def _row(row: str) -> int | str:
    """The number of a row as it always was in JSON; a place in other files is text."""
    return int(row) if row.isdecimal() else row


def _lines(plan: "PlannedLabels", is_dry: bool) -> list[str]:
    rows = plan.rows
    lines = [
        f"{count(plan.labelled, 'image')} {'would be ' if is_dry else ''}labelled, "
        f"{count(rows.blank, 'row')} without a label (read as {plan.read_as})",
        f"{plan.format}, {count(rows.rows, 'row')}: {rows.labels:,} labels, {rows.unsure:,} unsure,"
        f" {rows.taken_away:,} taken away, {rows.skipped:,} skipped, {rows.blank:,} blank,"
        f" {rows.already_there:,} already there, {rows.problems:,} not used",
    ]
    if plan.people:
        people = [f"{who} ({n:,})" for who, n in plan.people.items()]
        lines.append(f"by {', '.join(first(people))}")
    if plan.undone:
        lines.append(f"{count(plan.undone, 'annotation')} came with being undone, and stays so")
    if rows.already_there and not plan.new:
        lines.append("nothing is new: the log holds all of it already")
    if plan.found_by_path:
        lines.append(f"{count(plan.found_by_path, 'row')} found by path: no image has the row's id")
    if plan.seq is not None:
        lines.append(f"import {plan.seq}; `contrast label import WS --undo` takes it back")
    return lines


def _problem_lines(plan: "PlannedLabels") -> list[str]:
    if not plan.problems:
        return []
    n = len(plan.problems)
    named = [f"  row {one.row}: {one.reason}" for one in plan.problems[:NAMED]]
    return [f"{count(n, 'row')} not used:", *first(named, NAMED, n)]


def _undo(workspace: "Workspace", who: str) -> CommandResult:
    from contrast_engine.steps.labels.import_labels import take_back_import

    known = [one for one in workspace.labels.imports() if not one.is_undone]
    n = take_back_import(workspace, known[-1].seq if known else None, who=who)
    line = f"{count(n, 'annotation')} of {known[-1].file} taken back; what held before counts again"
    return CommandResult({"taken_back": n, "import": known[-1].seq}, [line])


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the labels to a file."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels
    from contrast_engine.steps.labels.export_labels import write_labels
    from contrast_engine.store.targets import checked_target

    file = Path(arguments.file)
    workspace = open_workspace(arguments)
    target = checked_target(file, overwrite=arguments.overwrite, of=workspace)
    with progress_line("writing labels") as progress:
        rows = write_labels(
            workspace, target, only_current=arguments.only_current, progress=progress
        )
    labels = current_labels(workspace) if arguments.json else []  # of a million nobody reads
    document = {"labels": labels, "rows": rows, "path": file}
    what = "label" if arguments.only_current else "annotation"
    lines = [f"{count(rows, what)} written to {file}"]
    if consensus := consensus_labels(workspace).as_json():
        document["settled"] = consensus
        lines.append(consensus["words"])
    kinds = workspace.labels.label_set()
    if kinds.is_ordered and arguments.only_current:
        named = " ".join(f"--label {shlex.quote(name)}" for name in kinds.labels)
        lines.append(
            "the file has no place for the order of the labels; where it is imported: "
            f"contrast label define WS --ordered {named}"
        )
    return CommandResult(document, lines)


def current_labels(workspace: "Workspace") -> "list[Json]":
    """The latest label of every labelled image, sorted by path."""
    from contrast_engine.steps.labels.export_labels import current_labels as now

    return now(workspace)


def write_queue(rows: "list[Json]", file: Path) -> None:
    """Write images to be labelled as a CSV file whose column `label` is to be filled in.

    `label import` takes it back, with the reasons.
    """
    with file.open("w", encoding="utf-8", errors="surrogateescape", newline="") as target:
        writer = csv.DictWriter(target, ("id", "path", "label", "why"))
        writer.writeheader()
        for row in rows:
            writer.writerow({"id": row["id"], "path": row["path"], "why": row["reason"]})

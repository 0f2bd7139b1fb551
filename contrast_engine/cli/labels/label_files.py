"""label import, label export: labels as a CSV file, and a queue to fill in."""

import argparse
import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.image_names import find_image
from contrast_engine.cli.parser import Commands, add_annotator, add_workspace, open_workspace
from contrast_engine.cli.text import count, first
from contrast_engine.errors import CollectionError, OptionError, UnknownName

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.vectors import ImageId

COLUMNS = ("id", "path", "label", "who", "at", "why")
CONSENSUS = ("settled", "rule")
"""Further columns where several annotators labelled: the consensus label, and its rule."""


def add_file_commands(group: Commands) -> None:
    """Add `label import` and `label export`."""
    parser = group.add("import", "Read labels from a CSV file.", import_labels)
    add_workspace(parser)
    parser.add_argument(
        "file",
        metavar="FILE.csv",
        help="with a column 'label', a column 'path' or 'id', and perhaps 'why'",
    )
    add_annotator(parser)

    parser = group.add("export", "Write the labels to a CSV file.", export)
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE.csv", help="the file to write")


def import_labels(arguments: argparse.Namespace) -> CommandResult:
    """Read labels from a CSV file."""
    workspace = open_workspace(arguments)
    done = read_labels(workspace, Path(arguments.file), arguments.who)
    lines = [
        f"{count(done.labelled, 'image')} labelled, {count(done.blank, 'row')} without a label"
    ]
    if done.problems:
        lines.append(f"{count(len(done.problems), 'row')} not used:")
        lines += first([f"  row {p['row']}: {p['reason']}" for p in done.problems])
    document = {
        "labels": current_labels(workspace),
        "labelled": done.labelled,
        "blank": done.blank,
        "problems": done.problems,
    }
    nothing_worked = bool(done.problems) and not done.labelled
    return CommandResult(document, lines, exit_code=1 if nothing_worked else 0)


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the labels to a CSV file."""
    from contrast_engine.steps.labels.consensus_labels import consensus_labels

    file = Path(arguments.file)
    workspace = open_workspace(arguments)
    rows = write_labels(workspace, file)
    document = {"labels": current_labels(workspace), "rows": rows, "path": file}
    lines = [f"{count(rows, 'label')} written to {file}"]
    if consensus := consensus_labels(workspace).as_json():
        document["settled"] = consensus
        lines.append(consensus["words"])
    return CommandResult(document, lines)


@dataclass(frozen=True)
class LabelImport:
    """What an import did: images labelled, rows without a label, and rows it could not use."""

    labelled: int
    blank: int
    problems: "tuple[Json, ...]"


def read_labels(workspace: "Workspace", file: Path, who: str) -> LabelImport:
    """Label the images of a CSV file with a column `label` and a column `id` or `path`.

    Relative paths are relative to the file's folder. A row without a label is left alone; where
    an image stands twice, the later row counts. A column `why` is kept with the label: it says
    which images were drawn at random, and only those can say how often the model errs.

    Raises:
        CollectionError: The file cannot be read, or lacks the columns.
    """
    from contrast_engine.store.labels import label_name

    folder = file.absolute().parent
    labels: dict[ImageId, tuple[str, str]] = {}
    blank = 0
    problems: list[Json] = []
    for number, row in enumerate(_rows(file), start=2):
        if not (row["label"] or "").strip():
            blank += 1
            continue
        try:
            image = find_image(workspace, row.get("id") or row.get("path") or "", folder)
            why = (row.get("why") or "").strip() or f"imported from {file.name}"
            labels[image] = label_name(row["label"]), why
        except (OptionError, UnknownName) as error:
            problems.append({"row": number, "reason": str(error)})
    for label, why in dict.fromkeys(labels.values()):
        chosen = tuple(image for image, given in labels.items() if given == (label, why))
        workspace.labels.add(chosen, label, who=who, why=why)
    return LabelImport(len(labels), blank, tuple(problems))


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


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        text = file.read_bytes().decode("utf-8-sig", errors="surrogateescape")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        columns = set(reader.fieldnames or ())
        if "label" not in columns or not columns & {"id", "path"}:
            raise CollectionError(
                f"{file} needs a column 'label' and a column 'id' or 'path'; it has:"
                f" {', '.join(sorted(columns)) or 'none'}"
            )
        return list(reader)
    except (OSError, csv.Error) as error:
        raise CollectionError(f"{file} cannot be read as CSV: {error}") from None

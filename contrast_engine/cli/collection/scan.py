"""scan: photographs taken into a workspace."""

import argparse
import sys
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, print_error
from contrast_engine.cli.labels.label_files import add_from_folders, taken_from_folders
from contrast_engine.cli.parser import Commands, Parser, add_workers, add_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import (
    REMEMBERED,
    add_reading_options,
    reading_options,
    remember_reading_options,
)
from contrast_engine.cli.text import count, first
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contrast_engine.steps import ScanReport
    from contrast_engine.store import Problem, Workspace

TABLES = """\
Tables (.csv, .tsv, .parquet, .jsonl) list images in the first of the columns path, file_name,
filepath, image and file, its name in any case; paths start at the table's folder, with slashes or
backslashes, or are file:// addresses. Text may be UTF-8, UTF-16 or Windows-1252, its
cells between commas, semicolons or tabs. A Parquet table may hold the images themselves, as bytes
or as {"bytes", "path"}; they are unpacked into the workspace."""

ONE_DECODE = "`contrast gather` scans and measures from one decode of each file."


def add_command(commands: Commands) -> None:
    """Add `scan`."""
    parser = commands.add(
        "scan",
        "Take photographs into a workspace, making it if needed; again: only what is new.",
        scan,
        examples="""
contrast scan holiday.contrast ~/Pictures/holiday
contrast scan holiday.contrast more.zip list.csv one.jpg
contrast scan holiday.contrast          look again where it looked before""",
    )
    parser.late_epilog = lambda: f"{TABLES}\n\n{ONE_DECODE}"
    add_workspace(parser)
    add_paths(parser)
    add_reading_options(parser, REMEMBERED)
    add_from_folders(parser, "--labels-from-folders")
    add_workers(parser)


def add_paths(parser: Parser) -> None:
    """Add where photographs are taken from."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a folder, an image, a .zip, a .csv, .tsv or .parquet with a column 'path', or a"
        " .parquet with images",
    )


def scan(arguments: argparse.Namespace) -> CommandResult:
    """Take files into a workspace."""
    from contrast_engine import steps

    workspace = workspace_to_fill(arguments)
    chosen = remember_reading_options(arguments, workspace)
    with new_only_with_images(arguments, workspace), progress_line("scanning") as progress:
        report = steps.scan(
            workspace, arguments.paths, workers=arguments.workers, progress=progress
        )
    document = {"workspace": str(workspace.root), **asdict(report)}
    hint = f"Next: `contrast measure {arguments.workspace}`. {ONE_DECODE}"
    lines = [*chosen, *scan_lines(workspace, report), hint]
    return with_folder_labels(arguments, workspace, CommandResult(document, lines))


def with_folder_labels(
    arguments: argparse.Namespace, workspace: "Workspace", result: CommandResult
) -> CommandResult:
    """The result with the labels of the folders, where they were asked for."""
    if not arguments.from_folders:
        return result
    from contrast_engine.store.sources import root_of

    labels = taken_from_folders(workspace, arguments, tuple(map(root_of, arguments.paths)))
    document = {**result.document, "labels_from_folders": labels.document}
    return CommandResult(document, [*result.lines, *labels.lines], labels.exit_code)


@contextmanager
def new_only_with_images(arguments: argparse.Namespace, workspace: "Workspace") -> "Iterator[None]":
    """Take a workspace away again that was made for a scan which found no image."""
    from contrast_engine.errors import CollectionError

    is_new = bool(arguments.paths) and not workspace.roots and not workspace.every_file()
    try:
        yield
    except CollectionError:
        if is_new and not workspace.every_file() and arguments.made_new:
            import shutil

            workspace.close()
            shutil.rmtree(workspace.root, ignore_errors=True)
        raise


def workspace_to_fill(arguments: argparse.Namespace) -> "Workspace":
    """The workspace of the command line, made if there are paths to look for photographs in."""
    from contrast_engine.store import Workspace

    reading_options(arguments)  # nothing is made where they are wrong
    if arguments.paths:
        _sure_to_make(arguments)
    place = Path(arguments.workspace).expanduser()
    arguments.made_new = not place.exists()
    make = Workspace if arguments.paths else Workspace.open  # a rescan needs one that is there
    return make(arguments.workspace)


def _sure_to_make(arguments: argparse.Namespace) -> None:
    """Ask before a workspace is made whose name is like that of another beside it.

    Scripts, and whoever asks for JSON, are not asked: they are told on stderr.

    Raises:
        WrongUsage: Another one was meant, or what should be scanned is not there.
    """
    from contrast_engine.store.opening import opening
    from contrast_engine.store.sources import root_of

    found = opening(Path(arguments.workspace).expanduser().absolute())
    if found.is_there:
        return
    for path in arguments.paths:
        root_of(path)  # says what is not there before anything is made
    if not found.near:
        return
    near = ", ".join(str(one) for one in found.near)
    told = f"{found.path} is a new workspace; there is already {near}"
    if arguments.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        print_error(told)
        return
    print_error(f"{told}. Make the new one? [y/N]")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise WrongUsage(f"nothing was made; name {found.near[0]} if you meant it")


def scan_lines(workspace: "Workspace", report: "ScanReport") -> list[str]:
    """What was found, and the files that could not be read."""
    from contrast_engine.store.notes import note_kinds

    lines = [
        f"{count(report.images, 'image')} in {workspace.name}:"
        f" {report.added:,} added, {report.known:,} known, {report.missing:,} missing",
    ]
    if not any((report.added, report.changed, report.moved, report.vanished, report.returned)):
        lines.append("nothing has changed")
    elif report.changed or report.moved or report.vanished or report.returned:
        lines.append(
            f"{report.changed:,} changed, {report.moved:,} moved, {report.vanished:,} missing"
            f" since, {report.returned:,} there again"
        )
    if report.duplicates:
        lines.append(
            f"{count(report.duplicates, 'further file')} with the same content as another: "
            f"`contrast duplicates {quote(str(workspace.root))}` names them"
        )
    if report.ignored:
        lines.append(f"{count(len(report.ignored), 'file')} ignored: not an image")
    if report.renamed:
        named = [f"  {old}: now {new}" for old, new in report.renamed.items()]
        lines += [f"{count(len(named), 'file')} unpacked under another name:", *first(named)]
    lines += read_again_line(report.read_again)
    kinds = note_kinds(workspace.images.noted)
    if kinds:
        said = "; ".join(f"{kind} ({len(images):,})" for kind, images in kinds.items())
        lines.append(f"{count(len(workspace.images.noted), 'image')} read with a note: {said}")
    offers = [
        f"{one.words}: `contrast label import {quote(str(workspace.root))} {quote(one.table)}"
        f"{'' if one.column.casefold() == 'label' else f' --label-column {quote(one.column)}'}`"
        " takes them"
        for one in report.label_tables
    ]
    return [*lines, *report.notes, *offers, *problem_lines(report.problems)]


def read_again_line(files: int) -> list[str]:
    """Say why known files were read once more; nothing where none was."""
    if not files:
        return []
    return [f"{count(files, 'file')} read again: this version, or the options, read them otherwise"]


def problem_lines(problems: "Sequence[Problem]") -> list[str]:
    """The files that could not be used, with the reasons; nothing if there are none."""
    if not problems:
        return []
    named = [f"  {problem.path}: {problem.reason}" for problem in problems]
    return [f"{count(len(problems), 'problem')}:", *first(named)]

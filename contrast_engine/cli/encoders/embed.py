"""embed: every image through a trained encoder, or vectors of yours taken in."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.steps import EmbedReport

FILES = """\
A FILE of vectors is one of
  .parquet, .csv, .tsv  a column id or path, and one column of lists of floats, or columns of floats
  .npy                  an array (n, d), and beside it FILE.txt with one id or path a line
  .npz                  such an array, and one of text with the ids or paths; or one array per id
Lists of lists, 16-bit floats, and the layouts of pandas and of Hugging Face data sets are read; an
image column names the images by their content. Text may be UTF-8, UTF-16 or Windows-1252, between
commas, semicolons or tabs. Whole numbers, ids, labels and columns that belong to no set of numbered
ones are never taken unless --columns names them. What was taken and left out is listed. Rows with
a missing or infinite number are left out; of two rows for one image the first counts."""


def add_command(commands: Commands) -> None:
    """Add `embed`."""
    parser = commands.add(
        "embed",
        "Embed every image by a trained encoder, or take in vectors of yours.",
        embed,
        examples="""
contrast embed holiday.contrast 0123456789abcdef
contrast embed holiday.contrast clip.parquet
contrast embed holiday.contrast all.csv --columns 'clip_*'""",
    )
    parser.late_epilog = lambda: FILES
    add_workspace(parser)
    parser.add_argument(
        "key", metavar="KEY|FILE", help="an encoder's key, or a file of vectors (see below)"
    )
    parser.add_argument(
        "--columns", action="append", default=[], metavar="A,B,...",
        help="of a file, the columns to take: names, patterns like 'clip_*', or what the names"
        " begin with; '*' for all numbers; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--anyway", action="store_true", help="also with an encoder that its training refused"
    )


def embed(arguments: argparse.Namespace) -> CommandResult:
    """Embed every image, or take in vectors."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    columns = [part.strip() for text in arguments.columns for part in text.split(",")]
    columns = [part for part in columns if part]
    if arguments.columns and not columns:
        raise WrongUsage("--columns needs the name of a column at least, got none")
    with progress_line("embedding") as progress:
        report = steps.embed(workspace, arguments.key, columns=columns, anyway=arguments.anyway,
                             progress=progress)  # fmt: skip
    lines = [
        f"{count(report.images, 'image')} in {count(report.dimensions, 'dimension')}, {report.key}"
    ]
    if report.read_as:
        lines += _of_file(report)
    return CommandResult(jsonable(report), lines)


def _of_file(report: "EmbedReport") -> list[str]:
    """How a file was read, what was taken of it, and what became of its rows."""
    rows = report.rows
    taken = report.columns
    names = ", ".join(taken) if len(taken) <= 8 else f"{taken[0]} to {taken[-1]} ({len(taken)})"
    lines = [f"  read as {report.read_as}; taken: {names}"]
    if report.left_out:
        lines.append("  left out:")
        lines += first([f"    {name or '(blank)'}: {why}" for name, why in report.left_out.items()])
    counts = (
        (rows.unknown, "of the file are no image here: ignored"),
        (rows.unnamed, "without an id or a path: ignored"),
        (rows.nan, "with a number missing: left out"),
        (rows.infinite, "with an infinite number: left out"),
        (rows.repeated, f"for an image again: the first counts ({rows.differing:,} differ)"),
    )
    lines += [f"  {count(number, 'row')} {words}" for number, words in counts if number]
    if rows.without:
        lines.append(f"  {count(rows.without, 'image')} of the workspace without a vector")
    return lines

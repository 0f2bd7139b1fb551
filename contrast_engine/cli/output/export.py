"""export: one table of all images, what another tool reads, or the map as a page."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.output.format_options import add_format, checked_format, report_result
from contrast_engine.cli.parser import Commands, add_overwrite, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_command(commands: Commands) -> None:
    """Add `export`."""
    parser = commands.add(
        "export",
        "Write one row per image, a folder or file for another tool, or the map as a page.",
        export,
        examples="""
contrast export holiday.contrast table.csv
contrast export holiday.contrast table.parquet --issues
contrast export holiday.contrast table.jsonl --relative-to ~/Pictures
contrast export holiday.contrast atlas.parquet --format atlas
contrast export holiday.contrast for-fiftyone --format fiftyone
contrast export holiday.contrast map.html --colour cluster""",
    )
    add_workspace(parser)
    add_format(parser)
    parser.add_argument(
        "--issues",
        action="store_true",
        help="add is_<issue>_issue and <issue>_score for every contrast issue, and say how many "
        "images have it and below which score",
    )
    parser.add_argument(
        "--colour",
        metavar="NAME",
        help="with .html: cluster, label, predicted, confidence or a feature (default: the first"
        " of these that is there)",
    )
    parser.add_argument(
        "file",
        metavar="OUT",
        help="the file to write: .csv, .parquet or .jsonl for the table, .html for the map that was"
        " drawn last, with its pictures, to open in any browser; with --format a file or folder",
    )
    add_overwrite(parser)


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the table, a format, or the map."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    checked_format(arguments.format)
    is_map = Path(arguments.file).suffix.lower() == ".html" and not arguments.format
    if (arguments.colour and not is_map) or (arguments.issues and is_map):
        raise WrongUsage("--colour is for a map (.html), --issues for a table (.csv, .parquet)")
    if is_map:
        return _map(workspace, arguments)
    with progress_line("exporting") as progress:
        report = steps.export(
            workspace,
            arguments.file,
            format=arguments.format,
            relative_to=arguments.relative_to,
            with_issues=arguments.issues,
            overwrite=arguments.overwrite,
            progress=progress,
        )
    return report_result(report)


def _map(workspace: "Workspace", arguments: argparse.Namespace) -> CommandResult:
    from contrast_engine.map_file import write_map

    if arguments.relative_to:
        raise WrongUsage("--relative-to is for paths; a map (.html) shows names only")
    with progress_line("drawing the map") as progress:
        done = write_map(
            workspace, arguments.file, arguments.colour or "", overwrite=arguments.overwrite,
            progress=progress,
        )  # fmt: skip
    line = f"map of {count(done['images'], 'image')} by {done['colour']}, {done['path']}"
    return CommandResult(done, [line])

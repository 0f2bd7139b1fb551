"""export: one table of all images, or the map as a page."""

import argparse
from pathlib import Path

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_overwrite, add_workspace, open_workspace
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage


def add_command(commands: Commands) -> None:
    """Add `export`."""
    parser = commands.add(
        "export",
        "Write one row per image: features, cluster, labels, map; or the map as a page.",
        export,
        examples="""
contrast export holiday.contrast table.csv
contrast export holiday.contrast table.parquet --issues
contrast export holiday.contrast map.html --colour cluster""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--issues",
        action="store_true",
        help="add is_<issue>_issue and <issue>_score for every contrast issue",
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
        help="the file to write: .csv or .parquet for the table, .html for the map that was drawn"
        " last, with its pictures, to open in any browser",
    )
    add_overwrite(parser)


def export(arguments: argparse.Namespace) -> CommandResult:
    """Write the table, or the map."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    is_map = Path(arguments.file).suffix.lower() == ".html"
    if (arguments.colour and not is_map) or (arguments.issues and is_map):
        raise WrongUsage("--colour is for a map (.html), --issues for a table (.csv, .parquet)")
    if is_map:
        from contrast_engine.map_file import write_map

        done = write_map(
            workspace, arguments.file, arguments.colour or "", overwrite=arguments.overwrite
        )
        line = f"map of {count(done['images'], 'image')} by {done['colour']}, {done['path']}"
        return CommandResult(done, [line])
    report = steps.export(
        workspace, arguments.file, with_issues=arguments.issues, overwrite=arguments.overwrite
    )
    document = {"rows": report.rows, "columns": report.columns, "path": report.path}
    width = count(len(report.columns), "column")
    return CommandResult(
        document, [f"{count(report.rows, 'row')} of {width} written to {report.path}"]
    )

"""gather: scan and measure from one decode of each file."""

import argparse
from dataclasses import asdict

from contrast_engine.cli.collection.measure import measure_lines
from contrast_engine.cli.collection.place import place_lines
from contrast_engine.cli.collection.scan import (
    add_paths,
    new_only_with_images,
    scan_lines,
    with_folder_labels,
    workspace_to_fill,
)
from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.labels.label_files import add_from_folders
from contrast_engine.cli.parser import Commands, add_workers, add_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import (
    REMEMBERED,
    add_reading_options,
    remember_reading_options,
)


def add_command(commands: Commands) -> None:
    """Add `gather`."""
    parser = commands.add(
        "gather",
        "Scan and measure in one go, decoding every new file once.",
        gather,
        examples="""
contrast gather holiday.contrast ~/Pictures/holiday
contrast gather holiday.contrast          look again where it looked before
contrast gather renders.contrast ~/exr --white P99""",
    )
    add_workspace(parser)
    add_paths(parser)
    add_reading_options(parser, REMEMBERED)
    add_from_folders(parser, "--labels-from-folders")
    add_workers(parser)
    parser.add_argument(
        "--no-place", action="store_true",
        help="leave the map, clusters and predictions in use without the new images",
    )  # fmt: skip


def gather(arguments: argparse.Namespace) -> CommandResult:
    """Take files into a workspace and measure them."""
    from contrast_engine import steps

    workspace = workspace_to_fill(arguments)
    chosen = remember_reading_options(arguments, workspace)
    with new_only_with_images(arguments, workspace), progress_line("gathering") as progress:
        report = steps.gather(
            workspace, arguments.paths, workers=arguments.workers,
            place=not arguments.no_place, progress=progress,
        )  # fmt: skip
    document = {
        "workspace": str(workspace.root),
        "scanned": asdict(report.scanned),
        "measured": asdict(report.measured),
        "placed": asdict(report.placed) if report.placed else None,
    }
    lines = [*chosen, *scan_lines(workspace, report.scanned), *measure_lines(report.measured)]
    if report.placed and (report.placed.placed or report.placed.left):
        lines += place_lines(report.placed)
    return with_folder_labels(arguments, workspace, CommandResult(document, lines))

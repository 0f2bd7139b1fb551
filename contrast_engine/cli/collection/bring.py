"""bring: images that were measured elsewhere, taken into a workspace."""

import argparse
from dataclasses import asdict

from contrast_engine.cli.collection.place import place_lines
from contrast_engine.cli.collection.scan import problem_lines
from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workers, add_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first


def add_command(commands: Commands) -> None:
    """Add `bring`."""
    parser = commands.add(
        "bring",
        "Take in images that were measured elsewhere, without measuring them again.",
        bring,
        examples="""
contrast measure ~/Pictures --engine ray --out parts
contrast bring holiday.contrast parts
contrast bring holiday.contrast parts     again: nothing is added""",
    )
    add_workspace(parser)
    parser.add_argument("parts", metavar="PARTS", help="the folder of parts, or one part")
    add_workers(parser)
    parser.add_argument(
        "--no-place", action="store_true",
        help="leave map, clusters and predictions as they are, without the new images",
    )  # fmt: skip


def bring(arguments: argparse.Namespace) -> CommandResult:
    """Take measured images into a workspace."""
    from pathlib import Path

    from contrast_engine import steps
    from contrast_engine.errors import CollectionError
    from contrast_engine.store import Workspace, is_workspace

    place = Path(arguments.parts).expanduser()
    if not place.exists() or is_workspace(place):
        raise CollectionError(
            f"there are no parts at {arguments.parts}; name the folder that `contrast measure "
            "PATHS --engine ray --out PARTS` wrote"
        )
    workspace = Workspace(arguments.workspace)
    with progress_line("bringing home") as progress:
        report = steps.bring(
            workspace, place, workers=arguments.workers, place_new=not arguments.no_place,
            progress=progress,
        )  # fmt: skip
    lines = [
        f"{count(report.images, 'image')} in {workspace.name}: {report.added:,} added and "
        f"{report.known:,} known of {count(report.parts, 'part')}"
    ]
    if report.reading:
        lines.append(f"reading options of {workspace.name} from now on: {report.reading}")
    if report.missing:
        lines.append(f"{count(report.missing, 'image')} brought without the file")
    if report.skipped:
        lines.append(f"{count(len(report.skipped), 'part')} passed over:")
        lines += first([f"  {part.path}: {part.reason}" for part in report.skipped])
    if report.placed and (report.placed.placed or report.placed.left):
        lines += place_lines(report.placed)
    document = {"workspace": str(workspace.root), **asdict(report)}
    return CommandResult(document, [*lines, *problem_lines(report.problems)])

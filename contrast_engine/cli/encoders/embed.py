"""embed: every image through a trained encoder, or vectors of yours taken in."""

import argparse

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count


def add_command(commands: Commands) -> None:
    """Add `embed`."""
    parser = commands.add(
        "embed",
        "Embed every image by a trained encoder, or take in vectors of yours.",
        embed,
        examples="""
contrast embed holiday.contrast 0123456789abcdef
contrast embed holiday.contrast clip.parquet""",
    )
    add_workspace(parser)
    parser.add_argument("key", metavar="KEY|FILE", help="an encoder's key, or a .parquet with a "
                        "column id or path, or an .npy with its names in a .txt")  # fmt: skip


def embed(arguments: argparse.Namespace) -> CommandResult:
    """Embed every image, or take in vectors."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("embedding") as progress:
        report = steps.embed(workspace, arguments.key, progress=progress)
    lines = [
        f"{count(report.images, 'image')} in {count(report.dimensions, 'dimension')}, {report.key}"
    ]
    if report.ignored:
        lines.append(f"  {count(report.ignored, 'row')} of the file are no image here: ignored")
    return CommandResult(jsonable(report), lines)

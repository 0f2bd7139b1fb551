"""similar: the images most like one image, or like a file."""

import argparse
from pathlib import Path

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.image_names import ID, find_image
from contrast_engine.cli.parser import Commands, add_count, add_on, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import add_reading_options, reading_options
from contrast_engine.cli.text import count, table


def add_command(commands: Commands) -> None:
    """Add `similar`."""
    parser = commands.add(
        "similar",
        "Find the images most similar to one image, or to a file from outside.",
        similar,
        examples="""
contrast similar holiday.contrast photo.jpg
contrast similar holiday.contrast ~/elsewhere/new.jpg --count 5 --json""",
    )
    add_workspace(parser)
    parser.add_argument("image", metavar="IMAGE", help="an id, or any image file")
    add_count(parser, 10, "images to show")
    add_on(parser)
    add_reading_options(parser, "by default as the workspace")


def similar(arguments: argparse.Namespace) -> CommandResult:
    """Find the nearest images in a space."""
    from contrast_engine.steps.structure.similar import most_similar

    workspace = open_workspace(arguments)
    file = Path(arguments.image).expanduser()
    is_outside = not ID.fullmatch(arguments.image) and file.is_file()
    of = file.read_bytes() if is_outside else find_image(workspace, arguments.image)
    options = reading_options(arguments, workspace.reading_options)
    with progress_line("finding similar images") as progress:
        found = most_similar(
            workspace, of, on=arguments.on, k=arguments.count, options=options, progress=progress
        )
    known = workspace.images
    rows = [
        {"id": image, "path": known.path(image) if image in known else None, "distance": distance}
        for image, distance in found.near
    ]
    lines = table([(f"{row['distance']:.3f}", str(row["path"])) for row in rows])
    head = f"nearest of {count(found.total, 'image')}, {found.space}"
    document = {"near": rows, "space": found.space, "of": found.total}
    return CommandResult(document, [head, *lines])

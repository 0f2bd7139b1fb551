"""samples: the sample photographs, made anew."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_overwrite
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count


def add_command(commands: Commands) -> None:
    """Add `samples`."""
    parser = commands.add(
        "samples",
        "Make the sample photographs anew in a folder.",
        samples,
        examples="contrast samples ./samples",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the folder to write")
    add_overwrite(parser)


def samples(arguments: argparse.Namespace) -> CommandResult:
    """Make the sample photographs."""
    from contrast_engine.samples import make_samples

    with progress_line("making samples") as progress:
        made = make_samples(arguments.folder, overwrite=arguments.overwrite, progress=progress)
    document = {"folder": arguments.folder, "images": len(made)}
    return CommandResult(document, [f"{count(len(made), 'photograph')} in {arguments.folder}"])

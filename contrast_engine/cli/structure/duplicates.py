"""duplicates: images that are the same picture, exactly or nearly."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import first

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


def add_command(commands: Commands) -> None:
    """Add `duplicates`."""
    parser = commands.add(
        "duplicates",
        "Group duplicates: the same file twice, or nearly the same picture.",
        duplicates,
        examples="contrast duplicates holiday.contrast --json",
        old_name="doubles",
    )
    add_workspace(parser)


def duplicates(arguments: argparse.Namespace) -> CommandResult:
    """Group exact and near duplicates."""
    from contrast_engine.steps.structure.duplicates import find_duplicates
    from contrast_engine.views.structure.outliers import duplicates as grouped_duplicates

    workspace = open_workspace(arguments)
    with progress_line("comparing the pictures"):
        found = grouped_duplicates(find_duplicates(workspace))
    paths = workspace.images.paths
    groups: list[Json] = [
        {"images": [{"id": i, "path": paths.get(i)} for i in one.images], "words": one.words}
        for one in found
    ]
    lines = [line for one in groups for line in (
        str(one["words"]), *(f"  {image['path']}" for image in one["images"]))]  # fmt: skip
    # "doubles" is what scripts of before read.
    return CommandResult({"doubles": groups}, first(lines, 40) or ["no duplicates"])

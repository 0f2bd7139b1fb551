"""outliers: the images that are unlike the rest."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_count, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table
from contrast_engine.errors import NotEnoughData


def add_command(commands: Commands) -> None:
    """Add `outliers`."""
    parser = commands.add(
        "outliers",
        "Rank the images that are unlike the rest, with the reason.",
        outliers,
        examples="""
contrast outliers holiday.contrast
contrast outliers holiday.contrast --by isolation --count 5 --json""",
        old_name="odd",
    )
    add_workspace(parser)
    add_count(parser, 20, "images to show")
    parser.add_argument(
        "--by", choices=("both", "distance", "isolation"), default="both",
        help="the Mahalanobis distance, an isolation forest, or both (default)",
    )  # fmt: skip


def outliers(arguments: argparse.Namespace) -> CommandResult:
    """Rank what is unlike the rest."""
    from contrast_engine.views.structure.outliers import outliers as ranked_outliers

    workspace = open_workspace(arguments)
    key = workspace.current("features")
    with progress_line("ranking") as progress:
        found = ranked_outliers(workspace.load(key), arguments.by, progress) if key else ()
    if not found:
        raise NotEnoughData("outliers can be told from 8 measured images on; measure more")
    paths = workspace.images.paths
    rows = [
        {"id": one.image, "path": paths.get(one.image), "distance": one.distance,
         "isolation": one.isolation, "reason": one.words}
        for one in found[: arguments.count]
    ]  # fmt: skip
    lines = table([(str(row["path"]), str(row["reason"])) for row in rows])
    # "odd" is what scripts of before read.
    document = {"odd": rows, "by": arguments.by, "of": len(found)}
    return CommandResult(document, [f"{len(rows):,} of {count(len(found), 'image')}", *lines])

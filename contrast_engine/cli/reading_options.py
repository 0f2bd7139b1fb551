"""How files are read, as options of every command that reads some."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from contrast_engine.cli.wrong_usage import options_from_command_line

if TYPE_CHECKING:
    from contrast_engine.images import ReadingOptions
    from contrast_engine.store import Workspace

REMEMBERED = "kept in the workspace"


def add_reading_options(parser: argparse.ArgumentParser, default: str = "") -> None:
    """Add what may be chosen about files that leave something open.

    Args:
        parser: The command.
        default: Where the values come from that are not given, in words for the help.
    """
    group = parser.add_argument_group(
        "reading files" + (f" ({default})" if default else ""),
    )
    group.add_argument(
        "--white", metavar="VALUE|PN",
        help="what counts as white in HDR and float files: a value, as 1.0, or a percentile"
        " of the file's own luminance, as P99.5 (the usual)",
    )  # fmt: skip
    group.add_argument(
        "--window", metavar="CENTRE:WIDTH",
        help="window of medical images, as 40:400, or stated: the one in the file (the usual)",
    )  # fmt: skip
    group.add_argument(
        "--max-pixels", metavar="MEGAPIXELS",
        help="most megapixels decoded of one file; larger ones are refused (usually 100)",
    )  # fmt: skip


def reading_options(
    arguments: argparse.Namespace, base: "ReadingOptions | None" = None
) -> "ReadingOptions":
    """What is given on the command line, the rest as in `base` or as usual.

    Raises:
        WrongUsage: A value is not of its form.
    """
    from contrast_engine.images import ReadingOptions
    from contrast_engine.images.reading_options import pixels_of

    with options_from_command_line():
        chosen = base or ReadingOptions()
        if arguments.white is not None:
            chosen = replace(chosen, white=arguments.white)
        if arguments.window is not None:
            chosen = replace(chosen, window=arguments.window)
        if arguments.max_pixels is not None:
            chosen = replace(chosen, max_pixels=pixels_of(arguments.max_pixels))
        return chosen


def remember_reading_options(arguments: argparse.Namespace, workspace: "Workspace") -> list[str]:
    """Keep in a workspace what is given on the command line; the line that says so, if anything."""
    before = workspace.reading_options
    chosen = reading_options(arguments, before)
    if chosen == before:
        return []
    workspace.choose_reading_options(chosen)
    return [f"reading options of {workspace.name} from now on: {chosen.words()}"]

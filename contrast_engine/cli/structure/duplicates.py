"""duplicates: images that are the same picture, exactly or nearly."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import (
    Commands,
    add_annotator,
    add_overwrite,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first
from contrast_engine.cli.wrong_usage import options_from_command_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace
    from contrast_engine.vectors import ImageId
    from contrast_engine.views.structure.duplicates import Duplicates


def add_command(commands: Commands) -> None:
    """Add `duplicates`."""
    parser = commands.add(
        "duplicates",
        "Group duplicates: the same file twice, or nearly the same picture.",
        duplicates,
        examples="""
contrast duplicates holiday.contrast --json
contrast duplicates holiday.contrast --csv rest.csv          all but the best of every group
contrast duplicates holiday.contrast --select-rest "copies"  the same as a saved selection""",
        old_name="doubles",
    )
    add_workspace(parser)
    parser.add_argument("--csv", metavar="FILE", help="write all but the best of every group here")
    parser.add_argument(
        "--select-rest", metavar="NAME",
        help="save all but the best of every group as a selection of this name",
    )  # fmt: skip
    add_overwrite(parser)
    add_annotator(parser)


def duplicates(arguments: argparse.Namespace) -> CommandResult:
    """Group exact and near duplicates."""
    from contrast_engine.steps.structure.duplicates import find_duplicates
    from contrast_engine.store.targets import checked_target
    from contrast_engine.views.structure.duplicates import duplicates as grouped_duplicates

    workspace = open_workspace(arguments)
    if arguments.csv:
        checked_target(arguments.csv, overwrite=arguments.overwrite)
    with progress_line("comparing the pictures") as progress:
        found = grouped_duplicates(find_duplicates(workspace, progress=progress))
    paths = workspace.images.paths
    groups: list[Json] = [
        {
            "images": [
                {"id": i, "path": paths.get(i), "difference": said}
                for i, said in zip(one.images, ("", *one.differences), strict=True)
            ],
            "words": one.words,
            "best": one.kept,
        }
        for one in found
    ]
    lines = first([line for one in found for line in _lines(one, paths)], 40)
    done, written = _with_the_rest(arguments, workspace, found)
    # "doubles" is what scripts of before read.
    return CommandResult({"doubles": groups, **done}, [*(lines or ["no duplicates"]), *written])


def _lines(one: "Duplicates", paths: "Mapping[ImageId, str]") -> list[str]:
    if not one.differences:  # one picture in several files, which the words name
        return [one.words]
    said = ("best", *one.differences)
    files = (paths.get(image) or image for image in one.images)
    return [one.words, *(f"  {f}  {s}".rstrip() for f, s in zip(files, said, strict=True))]


def _with_the_rest(
    arguments: argparse.Namespace, workspace: "Workspace", found: "tuple[Duplicates, ...]"
) -> "tuple[Json, list[str]]":
    """What was done with all but the best of every group, as JSON and in words."""
    from contrast_engine.store.atomic_files import write_bytes
    from contrast_engine.store.targets import checked_target
    from contrast_engine.views.structure.duplicates import rest, table

    done: Json = {}
    lines = []
    if arguments.csv:
        target = checked_target(arguments.csv, overwrite=arguments.overwrite)
        write_bytes(target, table(workspace, found).encode())
        done["csv"] = str(target)
        lines.append(f"wrote {target}")
    if arguments.select_rest:
        with options_from_command_line():
            saved = workspace.selections.save(arguments.select_rest, rest(found), arguments.who)
        done["selection"] = saved.name
        lines.append(f"{saved.name!r} holds {count(saved.size, 'image')}")
    return done, lines

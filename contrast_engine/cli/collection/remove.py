"""remove: images or a source taken out of a workspace, and put back."""

import argparse
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.image_names import find_image, names_from
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace, whole_number
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.steps import RemovalReport
    from contrast_engine.store import Workspace
    from contrast_engine.vectors import ImageId

LAST = -1


def add_command(commands: Commands) -> None:
    """Add `remove`."""
    parser = commands.add(
        "remove",
        "Take a source or images out of a workspace, or put them back; no file is touched.",
        remove,
        examples="""
contrast remove holiday.contrast                         show its sources, and what is removed
contrast remove holiday.contrast ~/Pictures/holiday      a source
contrast remove holiday.contrast a.jpg b.jpg             images, by path or id
contrast remove holiday.contrast ~/Pictures/holiday/dark  every image in a folder of a source
contrast remove holiday.contrast --undo                  the last removal
contrast remove holiday.contrast --undo 3                the third""",
    )
    add_workspace(parser)
    parser.add_argument(
        "what",
        nargs="*",
        metavar="WHAT",
        help="a source, or images: paths, ids, or folders of a source; without, all are listed",
    )
    parser.add_argument(
        "--undo",
        nargs="?",
        type=whole_number(1),
        const=LAST,
        metavar="N",
        help="put a removal back, with its labels: the last, or that of number N",
    )
    parser.add_argument(
        "--from", dest="file", metavar="FILE", help="a text file with one path or id a line"
    )
    parser.add_argument("--who", default="", metavar="W", help="who removes it, kept with it")


def remove(arguments: argparse.Namespace) -> CommandResult:
    """Remove, put back, or list."""
    workspace = open_workspace(arguments)
    if arguments.file:
        arguments.what = [*arguments.what, *names_from(arguments.file)]
    if arguments.undo is not None:
        if arguments.what:
            raise WrongUsage("--undo takes the number of a removal and nothing to remove")
        from contrast_engine.steps import put_back

        back = put_back(workspace, None if arguments.undo == LAST else arguments.undo)
        return _result([back], "put back", workspace)
    if not arguments.what:
        return _listed(workspace)
    return _result(_removed(workspace, arguments), "removed", workspace)


def _removed(workspace: "Workspace", arguments: argparse.Namespace) -> "list[RemovalReport]":
    """What was removed; all that is named is looked up before anything is."""
    from contrast_engine import steps
    from contrast_engine.steps.collection.remove import images_below

    roots: list[str] = []
    images: list[ImageId] = []
    for text in arguments.what:
        place = os.path.realpath(os.path.expanduser(text))  # noqa: PTH111 - as sources are named
        if place in workspace.roots:
            roots.append(place)
        elif text in workspace.roots:
            roots.append(text)
        elif os.path.isdir(place):  # noqa: PTH112
            below = images_below(workspace, place)
            if not below:
                raise WrongUsage(f"no image of {workspace.name} lies in {text}")
            images += below
        else:
            images.append(find_image(workspace, text))
    reports = [steps.remove(workspace, source=root, who=arguments.who) for root in roots]
    # what left with a source is not named once more
    rest = [image for image in dict.fromkeys(images) if image in workspace.images]
    return [*reports, *([steps.remove(workspace, rest, who=arguments.who)] if rest else [])]


def _result(reports: "list[RemovalReport]", done: str, workspace: "Workspace") -> CommandResult:
    lines = []
    for one in reports:
        of = f" of {one.source}" if one.source else ""
        labelled = f", {one.labelled:,} of them labelled" if one.labelled else ""
        lines.append(f"{count(one.images, 'image')}{of} {done}{labelled}")
        stay = one.named - one.images
        if done == "removed" and stay:
            lines.append(f"  {count(stay, 'image')} of it also in another source: kept")
    lines.append(f"{count(len(workspace.images), 'image')} left in {workspace.name}")
    if done == "removed":
        numbers = reports[-1].seq
        lines.append(f"Put back by `contrast remove {workspace.root} --undo {numbers}`.")
    return CommandResult({"done": done, "removals": [asdict(one) for one in reports]}, lines)


def _listed(workspace: "Workspace") -> CommandResult:
    from contrast_engine.views.collection.sources import removed, sources

    known, out = sources(workspace), removed(workspace)
    rows = [(one.path, one.kind, count(one.images, "image"), one.since) for one in known]
    lines = table(rows) or ["there is no source yet"]
    if out:
        lines += ["", "removed:"]
        lines += table([(f"  {one.seq}", one.words, one.day, one.who) for one in out])
    document = {"sources": [asdict(s) for s in known], "removed": [asdict(one) for one in out]}
    return CommandResult(document, lines)

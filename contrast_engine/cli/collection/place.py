"""place: new images in the map, the clusters and the predictions in use."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.steps import PlaceReport
    from contrast_engine.steps.structure.place import Placed


def add_command(commands: Commands) -> None:
    """Add `place`."""
    parser = commands.add(
        "place",
        "Place new images in the map, clusters and predictions in use.",
        place,
        examples="""
contrast place holiday.contrast
contrast place holiday.contrast --json
contrast use holiday.contrast --undo maps       take the grown map back""",
    )
    add_workspace(parser)
    parser.add_argument("--who", default="", metavar="W", help="who decides (default: your login)")


def place(arguments: argparse.Namespace) -> CommandResult:
    """Place what was measured since, without fitting anything again."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("placing new images") as progress:
        report = steps.place(workspace, who=arguments.who, progress=progress)
    return CommandResult(asdict(report), place_lines(report))


def place_lines(report: "PlaceReport") -> list[str]:
    """What became of the results in use, a line each."""
    from contrast_engine.steps.structure.place import CALLED

    lines = [line for one in report.placed for line in _lines(one, CALLED[one.kind])]
    lines += [f"{CALLED[kind]}: left as it was: {why}" for kind, why in report.left.items()]
    if not lines:
        return ["everything in use has all images; nothing changed"]
    return lines


def _lines(one: "Placed", called: str) -> list[str]:
    parts = [f"{count(one.new, 'new image')} placed"] if one.new else []
    parts += [f"{count(one.removed, 'removed image')} left out"] if one.removed else []
    what = ", ".join(parts) or "as it was fitted"
    lines = [f"{called}: {what}, {one.key}"]
    if one.placed:
        far = f"; {one.far:,} of them far from all of those" if one.far else ""
        lines.append(f"  {one.how}; fitted on {one.fitted:,}, placed {one.placed:,}{far}")
    elif one.how:
        lines.append(f"  {one.how}")
    if one.due:
        lines.append(f"  a fresh fit is due: {one.due}")
    return lines

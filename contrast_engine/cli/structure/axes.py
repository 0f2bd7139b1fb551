"""axes: the principal axes of the images, named."""

import argparse

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import (
    Commands,
    add_count,
    add_on,
    add_seed,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table


def add_command(commands: Commands) -> None:
    """Add `axes`."""
    parser = commands.add(
        "axes",
        "Name the principal axes: the directions in which the images differ most.",
        axes,
        examples="""
contrast axes holiday.contrast
contrast axes holiday.contrast --count 6 --json""",
    )
    add_workspace(parser)
    add_count(parser, 4, "axes to name")
    add_on(parser)
    add_seed(parser)


def axes(arguments: argparse.Namespace) -> CommandResult:
    """Name the principal axes, with how far the names hold."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    where = steps.space(workspace, arguments.on)
    with progress_line("resampling the images") as progress:
        found = steps.name_axes(
            workspace, arguments.count, on=arguments.on, seed=arguments.seed, progress=progress
        )
    rows = [
        (f"{k}. {axis.name}", f"{axis.explained:.0%}", f"name holds in {axis.name_holds:.0%}",
         f"{axis.low}  ->  {axis.high}")
        for k, axis in enumerate(found.axes, start=1)
    ]  # fmt: skip
    head = (
        f"{found.participation_ratio:.1f} independent directions ({found.ratio_low:.1f} to"
        f" {found.ratio_high:.1f}) of {found.n_columns}, {count(found.n, 'image')}, {where.name}"
    )
    return CommandResult({**jsonable(found), "space": where.name}, [head, *table(rows)])

"""shortcuts: whether a score follows brightness, size or compression instead of contrast."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


def add_command(commands: Commands) -> None:
    """Add `shortcuts`."""
    parser = commands.add(
        "shortcuts",
        "Test whether a score follows a shortcut, such as brightness, instead.",
        shortcuts,
        examples="contrast shortcuts holiday.contrast features --json",
    )
    add_workspace(parser)
    parser.add_argument("on", metavar="KEY|features", nargs="?", default="features",
                        help="an embedding's or encoder's key (default features)")  # fmt: skip
    add_seed(parser)


def shortcuts(arguments: argparse.Namespace) -> CommandResult:
    """Audit what a score follows."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("auditing") as progress:
        key = steps.shortcuts(workspace, arguments.on, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    rows = [(name, "does not vary" if value is None else f"{value:+.2f}")
            for name, value in found["partial"].items()]  # fmt: skip
    rows = [*_contrast_rows(found), *rows]
    lines = [f"{found['verdict']}: {found['note']}", *table(rows)]
    return CommandResult({"key": key, "seed": arguments.seed, **found}, lines)


def _contrast_rows(found: "Json") -> list[tuple[str, str]]:
    """How the score goes with contrast, by itself and with all confounders held constant."""
    rows = (("contrast", "follows"), ("contrast, the others held constant", "contrast"))
    return [
        (title, "does not vary" if found[name] is None else
         f"{found[name]:+.2f} ({found[f'{name}_interval'][0]:+.2f} to "
         f"{found[f'{name}_interval'][1]:+.2f})")
        for title, name in rows
    ]  # fmt: skip

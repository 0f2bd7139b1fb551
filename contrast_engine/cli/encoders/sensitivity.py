"""sensitivity: whether an embedding responds to contrast, and to little else."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import table

if TYPE_CHECKING:
    from contrast_engine.arrays import Json


def add_command(commands: Commands) -> None:
    """Add `sensitivity`."""
    parser = commands.add(
        "sensitivity",
        "Test whether an embedding responds to contrast, and to little else.",
        sensitivity,
        examples="contrast sensitivity holiday.contrast features --json",
    )
    add_workspace(parser)
    parser.add_argument("on", metavar="KEY|features", nargs="?", default="features",
                        help="an embedding's or encoder's key (default features)")  # fmt: skip
    add_seed(parser)


def sensitivity(arguments: argparse.Namespace) -> CommandResult:
    """Test what an embedding sees."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("testing") as progress:
        key = steps.sensitivity(workspace, arguments.on, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    around = {name: f" ({low:.2f} to {high:.2f})"
              for name, (low, high) in found.get("ladder_intervals", {}).items()}  # fmt: skip
    rows = [("ladder", name, f"{value:.2f}{around.get(name, '')}")
            for name, value in (found["ladders"] or {}).items()]  # fmt: skip
    rows += [("moved by", name, f"{value:.2f}") for name, value in
             (found["invariance"] or {}).items()]  # fmt: skip
    rows += [("reads", name, f"R² {value['r2']:.2f} (chance {value['null']:.2f})")
             for name, value in found["probe"].items()]  # fmt: skip
    lines = [f"{arguments.on}{_said(found)}", *table(rows)]
    return CommandResult({"key": key, "seed": arguments.seed, **found}, lines)


def _said(found: "Json") -> str:
    if found["ladders"] is None:
        return f": {found['verdict']}, since {found['why_not']}"
    if found["verdict"] == "at the limit":
        return " is at the limit of the ladders: so many images cannot tell whether it passes"
    return f" {found['verdict']} the ladders"

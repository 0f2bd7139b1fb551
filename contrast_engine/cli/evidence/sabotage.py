"""sabotage: whether the checks refuse spoilt vectors and labels."""

import argparse
from dataclasses import asdict

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_on, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import table


def add_command(commands: Commands) -> None:
    """Add `sabotage`."""
    parser = commands.add(
        "sabotage",
        "Spoil vectors and labels on purpose, and test whether the checks refuse them.",
        sabotage,
        examples="contrast sabotage holiday.contrast --json",
    )
    add_workspace(parser)
    add_on(parser)
    add_seed(parser)


def sabotage(arguments: argparse.Namespace) -> CommandResult:
    """Spoil copies of the results, and show which check fails each; exit 1 if one gets through."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("spoiling") as progress:
        found = steps.sabotage(workspace, on=arguments.on, seed=arguments.seed, progress=progress)
    document = asdict(found)
    document["cases"] = [asdict(case) | {"caught": case.caught} for case in found.cases]
    through = [case.name for case in found.cases if not case.caught]
    rows = [("", "failed by", "what it is")]
    rows += [(c.name, ", ".join(c.failed) or "NOTHING", c.what) for c in found.cases]
    rows += [("control", ", ".join(found.control.failed) or "nothing", found.control.what)]
    whose = "simulated from the features" if found.labels_are_simulated else "of annotators"
    lines = [
        f"{len(through)} get through: {', '.join(through)}" if through else
        f"all {len(found.cases)} cases are refused",
        *table(rows),
        *(f"{c.name}: {c.because}" for c in found.cases if c.because and not c.caught),
        f"{found.images:,} images, {found.labels:,} labels {whose}; nothing was changed or saved",
    ]  # fmt: skip
    return CommandResult(document, lines, exit_code=1 if through else 0)

"""views: the augmentation views that encoders learn from, measured."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table


def add_command(commands: Commands) -> None:
    """Add `views`."""
    parser = commands.add(
        "views",
        "Measure the augmentation views of encoders: which keep contrast, which change it.",
        views,
        examples="contrast views holiday.contrast --json",
    )
    add_workspace(parser)
    add_seed(parser)


def views(arguments: argparse.Namespace) -> CommandResult:
    """Measure the views encoders learn from."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("measuring views") as progress:
        key = steps.views(workspace, seed=arguments.seed, progress=progress)
    found = workspace.manifest(key).details
    lines = [f"views of {count(found['images'], 'image')} of {found['collection']:,}, measured"]
    for kind, effect in (("positive", "keep contrast"), ("negative", "change it")):
        of = found[kind]
        lines.append(f"  {effect}: {of['used']:,} of {of['images']:,} can be used, "
                     f"{of['against_rule']:,} of those against the rule")  # fmt: skip
        lines += table([(name, f"|change of ln| median {change['median']:.3f}",
                         f"{change['smallest']:.3f} to {change['largest']:.3f}")
                        for name, change in of["change"].items()])  # fmt: skip
    return CommandResult({"key": key, "seed": arguments.seed, **found}, lines)

"""names-as-labels: the names of clusters given to images as labels."""

import argparse

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line


def add_command(commands: Commands) -> None:
    """Add `names-as-labels`."""
    parser = commands.add(
        "names-as-labels",
        "Label images by the names of their clusters; what somebody labelled stays.",
        run,
        examples="""
contrast names-as-labels holiday.contrast
contrast names-as-labels holiday.contrast --all --who anna
contrast names-as-labels holiday.contrast --undo --json""",
    )
    add_workspace(parser)
    parser.add_argument(
        "--all", action="store_true",
        help="all images of every named cluster (default: the typical ones of each)",
    )  # fmt: skip
    parser.add_argument("--undo", action="store_true", help="take all such labels back at once")
    parser.add_argument(
        "--who", default="", metavar="W", help="whose they are (default: the login)"
    )


def run(arguments: argparse.Namespace) -> CommandResult:
    """Label images by the names of their clusters, or take that back."""
    from contrast_engine.steps.structure.names_as_labels import names_as_labels, take_back_names

    if arguments.undo and arguments.all:
        raise WrongUsage("--undo takes all such labels back; leave --all out")
    workspace = open_workspace(arguments)
    if arguments.undo:
        n = take_back_names(workspace, who=arguments.who)
        return CommandResult({"taken_back": n}, [f"{count(n, 'label')} taken back"])
    with options_from_command_line():
        found = names_as_labels(workspace, every=arguments.all, who=arguments.who)
    labels = {name: len(images) for name, images in found.labels.items()}
    document = {"labelled": labels, "kept": found.kept, "unnamed": found.unnamed}
    lines = [f"{name}: {count(n, 'image')}" for name, n in labels.items()]
    lines.append(f"{count(found.n, 'image')} labelled from cluster names")
    if found.kept:
        lines.append(f"  {count(found.kept, 'image')} kept the label that somebody gave")
    if found.unnamed:
        lines.append(f"  {count(found.unnamed, 'cluster')} without a name gave none")
    return CommandResult(document, lines)

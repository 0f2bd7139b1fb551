"""clusterings: those made so far, named or compared."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.text import count, table
from contrast_engine.cli.wrong_usage import options_from_command_line

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_command(commands: Commands) -> None:
    """Add `clusterings`."""
    parser = commands.add(
        "clusterings",
        "List the clusterings, name one, or compare two.",
        clusterings,
        examples="""
contrast clusterings holiday.contrast
contrast clusterings holiday.contrast --compare KEY KEY --json
contrast clusterings holiday.contrast --name KEY "by hand, May\"""",
        old_name="runs",
    )
    add_workspace(parser)
    parser.add_argument(
        "--compare", nargs=2, metavar="KEY", help="the contingency table of two clusterings"
    )
    parser.add_argument("--name", nargs=2, metavar=("KEY", "NAME"), help="what to call one of them")


def clusterings(arguments: argparse.Namespace) -> CommandResult:
    """List, name or compare clusterings."""
    from contrast_engine.steps.structure.name_clustering import name_clustering
    from contrast_engine.views.structure import clusterings as of

    workspace = open_workspace(arguments)
    if arguments.compare:
        return _compared(workspace, *arguments.compare)
    if arguments.name:
        with options_from_command_line():
            name_clustering(workspace, *arguments.name)
    current = workspace.current("clusterings")
    known = of.named_clusterings(workspace)
    # "runs" is what scripts of before read.
    listed = [{"key": r.key, "name": r.name, "is_current": r.key == current} for r in known]
    lines = table([(run.key, run.name) for run in known])
    return CommandResult({"runs": listed}, lines or ["no clustering yet"])


def _compared(workspace: "Workspace", one: str, two: str) -> CommandResult:
    from contrast_engine.views.structure.clusterings import compared

    found = compared(workspace, one, two)
    matched = [{"first": one, "second": two, "jaccard": share}
               for two, (one, share) in found.matched.items()]  # fmt: skip
    document = {"n": len(found.ids), "ari": found.ari, "first": list(found.rows),
                "second": list(found.columns), "table": found.table, "matched": matched,
                "only_first": found.only_first, "only_second": found.only_second}  # fmt: skip
    rows = [("", *(str(c) for c in found.columns))]
    rows += [(str(r), *(f"{n:,}" for n in row))
             for r, row in zip(found.rows, found.table.tolist(), strict=True)]  # fmt: skip
    head = (
        f"adjusted Rand index {found.ari:.2f} on {count(len(found.ids), 'image')} of both"
        " (1 the same, 0 chance); -1: no cluster"
    )
    return CommandResult(document, [head, *table(rows)])

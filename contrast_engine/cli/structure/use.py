"""use: which clustering, map, model and embedding is in use, chosen and taken back."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.text import table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.store import Workspace

KINDS = ("clusterings", "maps", "predictions", "embeddings")


def add_command(commands: Commands) -> None:
    """Add `use`."""
    parser = commands.add(
        "use",
        "Say which clustering, map and model are in use, choose another, or take that back.",
        use,
        examples="""
contrast use holiday.contrast
contrast use holiday.contrast KEY --why "fewer, clearer clusters"
contrast use holiday.contrast --undo clusterings --json""",
    )
    add_workspace(parser)
    parser.add_argument("key", metavar="KEY", nargs="?", help="the result to use from now on")
    parser.add_argument(
        "--undo", nargs="?", const="", choices=("", *KINDS), metavar="KIND",
        help=f"take the last decision back, of all or of one kind: {', '.join(KINDS)}",
    )  # fmt: skip
    parser.add_argument(
        "--why", default="", metavar="TEXT", help="a remark, kept with the decision"
    )
    parser.add_argument("--who", default="", metavar="W", help="who decides (default: your login)")


def use(arguments: argparse.Namespace) -> CommandResult:
    """List what is in use, put a result into use, or take the last decision back."""
    if arguments.key and arguments.undo is not None:
        raise WrongUsage("give a KEY to use or --undo, not both")
    workspace = open_workspace(arguments)
    said = []
    if arguments.undo is not None:
        said = [_undone(workspace, arguments.undo, arguments.who)]
    elif arguments.key:
        with options_from_command_line():
            kind = workspace.manifest(arguments.key).kind
            if kind not in KINDS:
                raise WrongUsage(f"{arguments.key} is one of the {kind}, of which none is chosen")
            if workspace.current(kind) == arguments.key:
                said = [f"{arguments.key} is in use already; nothing changed"]
            workspace.use(kind, arguments.key, arguments.who, arguments.why)
    document = _listed(workspace)
    rows = [(one["kind"], one["key"], one["name"], _words(one)) for one in document["results"]]
    return CommandResult(document, said + table(rows) or ["nothing was made yet"])


def _undone(workspace: "Workspace", kind: str, who: str) -> str:
    kinds = [kind] if kind else list(KINDS)
    found = [known for one in kinds if (known := workspace.decision(one)) and known.may_be_undone]
    last = max(found, key=lambda one: one.seq, default=None)
    undone = workspace.undo_use(last.kind, who) if last else None
    if undone is None:
        return "nothing to undo"
    return f"taken back: {undone.key} of the {undone.kind}, chosen by {undone.who}"


def _listed(workspace: "Workspace") -> "Json":
    from contrast_engine.views.in_use import result_name
    from contrast_engine.views.outdated import outdated, why_outdated

    found: list[Json] = []
    for kind in KINDS:
        used, decision = workspace.current(kind), workspace.decision(kind)
        for made in workspace.artifacts(kind):
            is_used = made.key == used
            by = decision if is_used else None
            found.append({
                "kind": kind, "key": made.key, "name": result_name(workspace, made.key),
                "in_use": is_used, "who": by.who if by else None, "at": by.at if by else None,
                "why": by.why if by else None, "before": by.before if by else None,
                "outdated": why_outdated(workspace, made.key),
            })  # fmt: skip
    return {"results": found, "outdated": outdated(workspace)}


def _words(one: "Json") -> str:
    parts = []
    if one["in_use"]:
        parts.append("in use")
        if one["who"]:
            at = one["at"][:16].replace("T", " ")
            parts[0] += f", chosen by {one['who']} on {at} UTC"
    if one["outdated"]:
        parts.append(f"out of date: {one['outdated']}")
    return "; ".join(parts)

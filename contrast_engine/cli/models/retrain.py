"""retrain: the model again on old and new images, compared, accepted or rolled back."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import (
    Commands,
    add_workers,
    add_workspace,
    open_workspace,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import first, table
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.login import login_name

if TYPE_CHECKING:
    from contrast_engine.store import Workspace


def add_command(commands: Commands) -> None:
    """Add `retrain`."""
    parser = commands.add(
        "retrain",
        "Train the model again on old and new images, compare, accept or roll back.",
        retrain,
        examples="""
contrast retrain holiday.contrast            (on the images it scored: the reservoir)
contrast retrain holiday.contrast ~/Pictures/new --json
contrast retrain holiday.contrast --accept --who ann
contrast retrain holiday.contrast --roll-back""",
    )
    add_workspace(parser)
    parser.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="new images; without any, those of the reservoir that are still there",
    )  # fmt: skip
    parser.add_argument(
        "--log", metavar="FOLDER",
        help="the log of scored images, where it is another one: that of a model file ends in .log",
    )  # fmt: skip
    decide = parser.add_mutually_exclusive_group()
    decide.add_argument("--accept", action="store_true", help="make the retrained model current")
    decide.add_argument(
        "--roll-back", action="store_true",
        help="set the retrained model aside; once it was accepted, restore what was before",
    )  # fmt: skip
    parser.add_argument(
        "--who", default=login_name(), help="who decides; recorded (default: your login name)"
    )
    add_workers(parser)


def retrain(arguments: argparse.Namespace) -> CommandResult:
    """Make a candidate and compare it, or decide about the one there is."""
    if arguments.accept or arguments.roll_back:
        return _decide(arguments)
    from contrast_engine import steps
    from contrast_engine.views.monitoring.retraining import comparison_words

    workspace = open_workspace(arguments)
    with progress_line("retraining") as progress:
        made = steps.retrain(
            workspace, arguments.paths, log=arguments.log, who=arguments.who,
            workers=arguments.workers, progress=progress,
        )  # fmt: skip
    rows = _changed(workspace)
    lines = [f"candidate {made.id}; nothing is current yet"]
    lines += [f"  {line}" for line in comparison_words(made.record)]
    listed = [(f"{row['before']} {row['probability_before']:.0%} -> "
               f"{row['after']} {row['probability_after']:.0%}", str(row["path"]))
              for row in rows]  # fmt: skip
    lines += first(table(listed))
    lines.append(f"decide with `contrast retrain {arguments.workspace} --accept` or --roll-back")
    return CommandResult({**made.record, "changed_labels": rows}, lines)


def _changed(workspace: "Workspace") -> list[dict[str, object]]:
    from contrast_engine.steps.monitoring.candidates import open_candidate
    from contrast_engine.views.monitoring.retraining import change_rows, changed_labels

    candidate = open_candidate(workspace)
    return change_rows(changed_labels(workspace, candidate)) if candidate else []


def _decide(arguments: argparse.Namespace) -> CommandResult:
    from contrast_engine import steps

    if arguments.paths:
        raise WrongUsage("a decision is about the candidate there is; name no images with it")
    workspace = open_workspace(arguments)
    decide = steps.accept if arguments.accept else steps.roll_back
    made = decide(workspace, who=arguments.who)
    return CommandResult(jsonable(made), [f"{made.decision}: {made.words}"])

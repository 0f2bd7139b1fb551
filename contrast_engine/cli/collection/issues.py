"""issues: which contrast issues the features show in which image."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.text import count, first, table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.issues import FlaggedImages
    from contrast_engine.vectors import ImageId

SHOWN = 5


def add_command(commands: Commands) -> None:
    """Add `issues`."""
    parser = commands.add(
        "issues",
        "Find contrast issues: low, high, clipped, flat, colour cast.",
        issues,
        examples="""
contrast issues holiday.contrast
contrast issues holiday.contrast --json -t low_contrast=0.3 -t flat=0.5""",
    )
    add_workspace(parser)
    parser.add_argument(
        "-t",
        "--threshold",
        action="append",
        default=[],
        metavar="ISSUE=SCORE",
        help="count scores below this as an issue (default: follows the collection)",
    )


def issues(arguments: argparse.Namespace) -> CommandResult:
    """Find contrast issues."""
    from contrast_engine import steps

    thresholds = dict(_threshold(text) for text in arguments.threshold)
    workspace = open_workspace(arguments)
    with options_from_command_line():
        found = steps.issues(workspace, thresholds)
    paths = workspace.images.paths
    lines = [f"{count(len(found[0].ids), 'measured image')}; a score is 0 (worst) to 1:"]
    for one in found:
        whose = "of this collection" if one.is_usual else "as given"
        images = count(len(one.images), "image")
        lines.append(f"{one.issue.title}: {images} below {one.threshold:.3f} {whose}")
        worst = [(f"{one.score_of[i]:.3f}", paths[i]) for i in one.images]
        lines += first(table(worst), SHOWN)
    document = {"images": len(found[0].ids), "issues": [_document(one, paths) for one in found]}
    return CommandResult(document, lines)


def _document(one: "FlaggedImages", paths: "Mapping[ImageId, str]") -> "Json":
    flag, score = one.issue.columns
    return {
        "issue": one.issue.name,
        "title": one.issue.title,
        "rule": one.issue.rule,
        "threshold": one.threshold,
        "is_usual": one.is_usual,
        "count": len(one.images),
        "columns": [flag, score],
        "images": [{"id": i, "path": paths[i], score: one.score_of[i]} for i in one.images],
    }


def _threshold(text: str) -> tuple[str, float]:
    name, _, score = text.partition("=")
    try:
        return name, float(score)
    except ValueError:
        raise WrongUsage(f"a threshold is written ISSUE=SCORE, got {text!r}") from None

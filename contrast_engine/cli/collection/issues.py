"""issues: what is wrong with contrast and light of which image, and from where on it counts."""

import argparse
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, first, table
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.login import login_name
from contrast_engine.pace import paced

if TYPE_CHECKING:
    from contrast_engine.arrays import Json
    from contrast_engine.issues import FlaggedImages
    from contrast_engine.store import Workspace
    from contrast_engine.vectors import ImageId

SHOWN = 5
WHOSE = {
    "calibrated": "calibrated",
    "collection": "this collection's own worst",
    "chosen": "as decided here",
    "given": "as given",
}


def add_command(commands: Commands) -> None:
    """Add `issues`."""
    parser = commands.add(
        "issues",
        "Find issues: contrast, clipping, exposure, haze, colour cast.",
        issues,
        examples="""
contrast issues holiday.contrast
contrast issues holiday.contrast --look
contrast issues holiday.contrast --worst 5
contrast issues holiday.contrast --json -t low_contrast=0.3 -t flat=0.5
contrast issues holiday.contrast -t flat=0.4 --keep --who Ada""",
    )
    add_workspace(parser)
    parser.add_argument(
        "-t",
        "--threshold",
        action="append",
        default=[],
        metavar="ISSUE=SCORE",
        help="count scores below this as an issue (default: what was decided here, else the "
        "calibrated threshold, the same for every collection)",
    )
    parser.add_argument(
        "--worst",
        type=float,
        metavar="PERCENT",
        help="count this collection's own worst percent instead, for every issue without -t",
    )
    parser.add_argument(
        "--calibrated", action="store_true", help="leave aside what was decided in this workspace"
    )
    parser.add_argument(
        "--keep", action="store_true", help="decide so: it holds for pages, exports and filters"
    )
    parser.add_argument("--undo", action="store_true", help="take back your last decision first")
    parser.add_argument(
        "--who", default=login_name(), metavar="W", help="who decides (default: your login name)"
    )
    parser.add_argument(
        "--look", action="store_true", help="look for haze first in images not looked at yet"
    )


def issues(arguments: argparse.Namespace) -> CommandResult:
    """Find issues."""
    from contrast_engine import steps
    from contrast_engine.steps.collection.issue_thresholds import undo_threshold
    from contrast_engine.steps.collection.issues import not_looked_for

    thresholds = dict(_threshold(text) for text in arguments.threshold)
    if arguments.keep and not thresholds and arguments.worst is None:
        raise WrongUsage("--keep keeps what -t or --worst give; give one of them")
    workspace, said = open_workspace(arguments), []
    if arguments.look:
        with progress_line("looking for haze") as progress:
            steps.look_for_haze(workspace, progress=progress)
    if arguments.undo:
        undone = undo_threshold(workspace, arguments.who)
        said = [f"taken back: what {arguments.who} decided about {undone}"] if undone else [
            f"nothing to undo: {arguments.who} decided nothing here"
        ]  # fmt: skip
    with options_from_command_line(), progress_line("looking for issues") as shown:
        progress = paced(shown, "issues", workspace, "comparing with thresholds")
        found = steps.issues(workspace, thresholds, as_chosen=not arguments.calibrated)
        if arguments.worst is not None:
            worst = {o.issue.name: arguments.worst for o in found if o.issue.name not in thresholds}
            found = steps.issues(workspace, thresholds, worst=worst)
        if arguments.keep:
            _keep(workspace, arguments, thresholds, found)
        progress.tick(len(workspace.images), len(workspace.images), "compared")
    lacking = not_looked_for(workspace)
    paths = workspace.images.paths
    lines = [*said, f"{count(len(found[0].ids), 'measured image')}; a score is 0 (worst) to 1:"]
    for one in found:
        images, title = count(len(one.images), "image"), one.issue.title
        lines.append(f"{title}: {images} below {one.threshold:.3f} {WHOSE[one.whose]}")
        worst_first = [(f"{one.score_of[i]:.3f}", one.said(i), paths[i]) for i in one.images]
        lines += first(table(worst_first), SHOWN)
    lines += [f"{name}: {count(n, 'image')} not looked at yet" for name, n in lacking.items()]
    document = {
        "images": len(found[0].ids),
        "issues": [_document(one, paths) for one in found],
        "not_looked_for": [{"issue": name, "images": n} for name, n in lacking.items()],
    }
    return CommandResult(document, lines)


def _keep(
    workspace: "Workspace",
    arguments: argparse.Namespace,
    thresholds: Mapping[str, float],
    found: "tuple[FlaggedImages, ...]",
) -> None:
    from contrast_engine.steps.collection.issue_thresholds import choose_threshold

    of = secrets.token_hex(8)  # one decision about several issues, taken back as one
    for one in found:
        name = one.issue.name
        if name in thresholds:
            choose_threshold(workspace, name, arguments.who, threshold=thresholds[name], of=of)
        elif arguments.worst is not None:
            choose_threshold(workspace, name, arguments.who, worst=arguments.worst, of=of)


def _document(one: "FlaggedImages", paths: "Mapping[ImageId, str]") -> "Json":
    flag, score = one.issue.columns
    return {
        "issue": one.issue.name,
        "title": one.issue.title,
        "rule": one.issue.rule,
        "threshold": one.threshold,
        "threshold_in_words": one.issue.limit_said(one.threshold),
        "reason": one.issue.reason,
        "whose": one.whose,
        "is_usual": one.is_usual,
        "count": len(one.images),
        "of": len(one.ids),
        "columns": [flag, score],
        "images": [
            {"id": i, "path": paths[i], score: one.score_of[i], "words": one.said(i)}
            for i in one.images
        ],
    }


def _threshold(text: str) -> tuple[str, float]:
    name, _, score = text.partition("=")
    try:
        return name, float(score)
    except ValueError:
        raise WrongUsage(f"a threshold is written ISSUE=SCORE, got {text!r}") from None

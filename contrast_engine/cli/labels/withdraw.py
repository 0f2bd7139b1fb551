"""label withdraw: all that one annotator said taken out of what counts, and given back."""

import argparse
import sys

from contrast_engine.cli.command_result import CommandResult, jsonable, print_error
from contrast_engine.cli.parser import Commands, add_workspace, open_workspace
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.login import login_name

ABOUT = """\
Labels that were imported under the name and comparisons of pairs are withdrawn with the others;
what other annotators said counts as before. Nothing is deleted: `--undo` gives all of it back, in
the order in which it was said. At a terminal it is asked for once more; scripts say `--yes`."""


def add_withdraw(group: Commands) -> None:
    """Add `label withdraw`."""
    parser = group.add(
        "withdraw", "Withdraw all labels and comparisons of one annotator, as a whole.", withdraw
    )
    parser.late_epilog = lambda: ABOUT
    add_workspace(parser)
    parser.add_argument("--who", required=True, metavar="NAME", help="whose labels")
    parser.add_argument(
        "--undo", action="store_true", help="give the last withdrawal of this annotator back"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask whether it is meant")
    parser.add_argument(
        "--by", default=login_name(), metavar="NAME",
        help="who withdraws them, kept with it (default: your login name)",
    )  # fmt: skip


def withdraw(arguments: argparse.Namespace) -> CommandResult:
    """Withdraw what an annotator said, or give it back."""
    from contrast_engine import steps
    from contrast_engine.views.labels import withdrawal_words as words

    workspace = open_workspace(arguments)
    who, by = arguments.who, arguments.by
    if arguments.undo:
        back = steps.give_back_labels(workspace, who, who=by)
        document = {"done": "given back", **jsonable(back)}
        return CommandResult(document, [words.given_back_words(back)])
    plan = steps.planned_withdrawal(workspace, who)
    if not (plan.is_nothing or arguments.yes):
        _ask(words.planned_words(plan), is_script=arguments.json)
    done = steps.withdraw_labels(workspace, who, who=by)
    lines = [words.withdrawn_words(done)]
    if not plan.is_nothing:
        lines.append("`contrast label withdraw WS --who NAME --undo` gives all of it back")
    return CommandResult({"done": "withdrawn", **jsonable(done), "plan": jsonable(plan)}, lines)


def _ask(told: tuple[str, ...], *, is_script: bool) -> None:
    """Ask whether it is meant.

    Raises:
        WrongUsage: It is not, or nobody can be asked.
    """
    for line in told:
        print_error(line)
    if is_script or not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise WrongUsage("nothing was withdrawn; say --yes where nobody can be asked")
    print_error("Withdraw them? [y/N]")
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise WrongUsage("nothing was withdrawn")

"""bundle: the model of a workspace as one file."""

import argparse
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_workers, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.predict.bundle import BundleReport


TIERS = ("fast", "hybrid", "full")


def add_command(commands: Commands) -> None:
    """Add `bundle`."""
    parser = commands.add(
        "bundle",
        "Write the model of a workspace as one file, or show the card of one.",
        bundle,
        examples="""
contrast bundle holiday.contrast model.contrast
contrast bundle --show model.contrast""",
    )
    parser.add_argument("workspace", nargs="?", metavar="WS", help="the workspace folder")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the model file to write")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace a model file of that name"
    )
    parser.add_argument(
        "--tiers", metavar="A,B", default="fast,hybrid,full",
        help="which tiers it has, of fast, hybrid and full (default: all; full is always there)",
    )  # fmt: skip
    add_workers(parser)
    parser.add_argument("--show", metavar="FILE", help="only print the card of a model file")


def bundle(arguments: argparse.Namespace) -> CommandResult:
    """Write the model file, or show one."""
    from contrast_engine.predict.bundle import bundle, read_summary

    if arguments.show is not None:
        if arguments.workspace is not None:
            raise WrongUsage("--show takes a model file and nothing else")
        return _result(read_summary(arguments.show), with_card=True)
    if arguments.file is None:
        raise WrongUsage("missing: WS and FILE, the workspace and the model file to write")
    with progress_line("bundling") as progress:
        report = bundle(
            open_workspace(arguments), arguments.file, tiers=_tiers(arguments.tiers),
            overwrite=arguments.overwrite, workers=arguments.workers, progress=progress,
        )  # fmt: skip
    return _result(report)


def _tiers(text: str) -> tuple[str, ...]:
    named = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = [name for name in named if name not in TIERS]
    if wrong or not named:
        raise WrongUsage(f"--tiers takes {', '.join(TIERS)}, got {text!r}")
    return named


def _result(report: "BundleReport", *, with_card: bool = False) -> CommandResult:
    from contrast_engine.predict.card import card_lines

    document = {"file": report.file, "bytes": report.bytes, "model": report.model}
    if with_card:
        return CommandResult(document, card_lines(report.model["card"]))
    model = report.model
    return CommandResult(
        document,
        [
            f"{report.file}: {report.bytes / 1e6:,.1f} MB, {' < '.join(model['classes'])}"
            if model["is_ordered"]
            else f"{report.file}: {report.bytes / 1e6:,.1f} MB, {', '.join(model['classes'])}",
            f"  tiers: {', '.join(model['tiers'])}",
            f"  {model['card']['promise']}",
        ],
    )

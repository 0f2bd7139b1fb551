"""measure: every feature of every image that has none yet."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from contrast_engine.cli.collection.scan import ONE_DECODE, problem_lines, read_again_line
from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import (
    Commands,
    add_workers,
    add_workspace,
    open_workspace,
    whole_number,
)
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.reading_options import (
    REMEMBERED,
    add_reading_options,
    remember_reading_options,
)
from contrast_engine.cli.text import count

if TYPE_CHECKING:
    from contrast_engine.steps import MeasureReport


def add_command(commands: Commands) -> None:
    """Add `measure`."""
    parser = commands.add(
        "measure",
        "Measure the contrast of every image that is not measured yet.",
        measure,
        examples="contrast measure holiday.contrast --json",
    )
    parser.late_epilog = lambda: ONE_DECODE
    add_workspace(parser)
    add_workers(parser)
    parser.add_argument(  # what it was called before
        "--threads", type=whole_number(1), dest="workers", help=argparse.SUPPRESS
    )
    add_reading_options(parser, REMEMBERED)


def measure(arguments: argparse.Namespace) -> CommandResult:
    """Measure the images of a workspace."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    chosen = remember_reading_options(arguments, workspace)
    with progress_line("measuring") as progress:
        report = steps.measure(workspace, workers=arguments.workers, progress=progress)
    hint = [ONE_DECODE] if report.computed else []
    return CommandResult(asdict(report), [*chosen, *measure_lines(report), *hint])


def measure_lines(report: "MeasureReport") -> list[str]:
    """How much was measured, and the images that could not be."""
    line = (
        f"{len(report.features)} features of {count(report.images, 'image')},"
        f" {report.computed:,} newly measured"
    )
    return [line, *read_again_line(report.read_again), *problem_lines(report.problems)]

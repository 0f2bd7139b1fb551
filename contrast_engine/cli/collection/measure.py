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
    reading_options,
    remember_reading_options,
)
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage

if TYPE_CHECKING:
    from contrast_engine.steps import MeasureReport
    from contrast_engine.steps.collection.added_features import AddedFeature


def add_command(commands: Commands) -> None:
    """Add `measure`."""
    parser = commands.add(
        "measure",
        "Measure the contrast of every image that is not measured yet.",
        measure,
        examples="""
contrast measure holiday.contrast --json
contrast measure ~/Pictures more.zip --engine ray --out parts
contrast bring holiday.contrast parts""",
    )
    parser.late_epilog = lambda: ONE_DECODE
    add_workspace(parser)
    add_workers(parser)
    parser.add_argument(  # what it was called before
        "--threads", type=whole_number(1), dest="workers", help=argparse.SUPPRESS
    )
    add_reading_options(parser, REMEMBERED)
    _add_engine(parser)


def _add_engine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("measuring by Ray, without a workspace (needs the extra ray)")
    group.add_argument(
        "more", nargs="*", metavar="PATH",
        help="with --engine ray: WS and PATH are folders, images, archives and tables to measure",
    )  # fmt: skip
    group.add_argument(
        "--engine", choices=("threads", "ray"), default="threads",
        help="what shares the work: threads of this program (the usual), or Ray",
    )  # fmt: skip
    group.add_argument(
        "--out", metavar="PARTS",
        help="with --engine ray: folder of the parts; parts that are there are not made again",
    )  # fmt: skip
    group.add_argument(
        "--part-files", type=whole_number(1), default=100, metavar="N",
        help="with --engine ray: most files in a part, what a lost worker costs (usually 100)",
    )  # fmt: skip


def measure(arguments: argparse.Namespace) -> CommandResult:
    """Measure the images of a workspace, or those at some paths into parts."""
    if arguments.engine == "ray":
        return _measure_into_parts(arguments)
    if arguments.more:
        raise WrongUsage(f"not understood: {' '.join(arguments.more)}")
    if arguments.out is not None:
        raise WrongUsage("--out goes with --engine ray; a workspace keeps its features itself")
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    chosen = remember_reading_options(arguments, workspace)
    with progress_line("measuring") as progress:
        report = steps.measure(workspace, workers=arguments.workers, progress=progress)
    hint = [ONE_DECODE] if report.computed else []
    return CommandResult(asdict(report), [*chosen, *measure_lines(report), *hint])


def _measure_into_parts(arguments: argparse.Namespace) -> CommandResult:
    from pathlib import Path

    from contrast_engine.store import is_workspace

    if arguments.out is None:
        raise WrongUsage("--engine ray needs --out PARTS, the folder that the parts go into")
    out = Path(arguments.out).expanduser()
    if is_workspace(out):
        raise WrongUsage(f"{arguments.out} is a workspace; name another folder for the parts")
    options = reading_options(arguments)
    from contrast_engine.batches.ray_job import measure_with_ray

    with progress_line("measuring") as progress:
        report = measure_with_ray(
            [arguments.workspace, *arguments.more],
            out,
            options=options,
            workers=arguments.workers,
            part_files=arguments.part_files,
            progress=progress,
        )
    lines = [
        f"{count(report.images, 'image')} measured in {count(report.parts, 'part')}, "
        f"{report.made:,} newly made",
        *problem_lines(report.problems),
        f"Next: `contrast bring WS {arguments.out}`.",
    ]
    return CommandResult({"out": str(out.absolute()), **asdict(report)}, lines)


def measure_lines(report: "MeasureReport") -> list[str]:
    """How much was measured, and the images that could not be."""
    line = (
        f"{len(report.features)} features of {count(report.images, 'image')},"
        f" {report.computed:,} newly measured"
    )
    added = [_added_line(one) for one in report.added]
    again = read_again_line(report.read_again)
    return [line, *added, *again, *problem_lines(report.problems)]


def _added_line(one: "AddedFeature") -> str:
    """What became of a feature of another package."""
    line = f"{one.name} of {one.package}: {count(one.images, 'image')}, {one.computed:,} now"
    return f"{line}, {one.failed:,} failed ({one.why})" if one.failed else line

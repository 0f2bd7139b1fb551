"""scan, measure, inspect: from files to numbers."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.cli.answers import Answer, count, first, table, working
from contrast_engine.cli.parser import Commands, add_workspace, whole_number

if TYPE_CHECKING:
    from contrast_engine.features import Feature


def add_commands(commands: Commands) -> None:
    """Add the commands of this file."""
    parser = commands.add(
        "scan",
        "Take photographs into a workspace, making it if needed; again: only what is new.",
        scan,
        examples="""
contrast scan holiday.contrast ~/Pictures/holiday
contrast scan holiday.contrast more.zip list.csv one.jpg
contrast scan holiday.contrast          look again where it looked before""",
    )
    add_workspace(parser)
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="a folder, an image, a .zip, or a .csv or .parquet with a column 'path'",
    )

    parser = commands.add(
        "measure",
        "Measure the contrast of every image that is not measured yet.",
        measure,
        examples="contrast measure holiday.contrast --json",
    )
    add_workspace(parser)
    parser.add_argument(
        "--threads", type=whole_number(1), metavar="N", help="images at once (default 2)"
    )

    parser = commands.add(
        "inspect",
        "Measure one image file, without a workspace.",
        inspect,
        examples="contrast inspect photo.jpg",
    )
    parser.add_argument("file", metavar="FILE", help="the image")


def scan(arguments: argparse.Namespace) -> Answer:
    """Take files into a workspace."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    make = Workspace if arguments.paths else Workspace.open  # a rescan needs one that is there
    workspace = make(arguments.workspace)
    with working("scanning") as progress:
        report = steps.scan(workspace, arguments.paths, progress=progress)
    document = {"workspace": str(workspace.root), **asdict(report)}
    problems = [f"  {problem.path}: {problem.reason}" for problem in report.problems]
    lines = [
        f"{count(report.images, 'image')} in {workspace.name}:"
        f" {report.added:,} added, {report.known:,} known, {report.missing:,} missing",
    ]
    if report.ignored:
        lines.append(f"{count(len(report.ignored), 'file')} ignored: not an image")
    if problems:
        lines += [f"{count(len(problems), 'problem')}:", *first(problems)]
    return Answer(document, lines)


def measure(arguments: argparse.Namespace) -> Answer:
    """Measure the images of a workspace."""
    from contrast_engine import steps
    from contrast_engine.store import Workspace

    workspace = Workspace.open(arguments.workspace)
    with working("measuring") as progress:
        report = steps.measure(workspace, threads=arguments.threads, progress=progress)
    problems = [f"  {problem.path}: {problem.reason}" for problem in report.problems]
    lines = [
        f"{len(report.features)} features of {count(report.images, 'image')},"
        f" {report.computed:,} newly measured"
    ]
    if problems:
        lines += [f"{count(len(problems), 'problem')}:", *first(problems)]
    return Answer(asdict(report), lines)


def inspect(arguments: argparse.Namespace) -> Answer:
    """Measure one file."""
    from contrast_engine.features import features, measure_image
    from contrast_engine.images import examine
    from contrast_engine.store import shown

    path = Path(arguments.file)
    examined = examine(path)
    facts = examined.facts
    values = measure_image(examined.image())
    document = {"path": shown(path), **asdict(facts), "features": values}
    lines = [
        f"{shown(path.name)}: {facts.width} x {facts.height}, {facts.format}, id {facts.id}",
        *(f"  note: {note}" for note in facts.notes),
        *table([_row(name, value, features[name]) for name, value in values.items()]),
    ]
    return Answer(document, lines)


def _row(name: str, value: float, feature: "Feature") -> tuple[str, str, str, str]:
    return (name, f"{value:10.4g}", feature.unit, feature.summary)

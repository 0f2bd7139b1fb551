"""downstream: whether contrast helps to predict a later result of the images."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_seed, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count, table

if TYPE_CHECKING:
    from contrast_engine.steps.evidence.downstream import DownstreamReport

OUTCOMES = """\
The table has a column 'id', 'path' or 'file' that names the image, and a column with what came of
it: a detector's error, accepted or rejected, a rating. Paths start at the table's folder or at a
scanned folder. Two different values are binary, numbers are a number, other texts categories.
Images of nearly one picture are predicted together and drawn together.
"""


def add_command(commands: Commands) -> None:
    """Add `downstream`."""
    parser = commands.add(
        "downstream",
        "Test whether features, labels or an embedding help to predict a later result.",
        downstream,
        examples="""
contrast downstream holiday.contrast outcomes.csv
contrast downstream holiday.contrast detector.csv --column error --kind number --json""",
    )
    parser.late_epilog = lambda: OUTCOMES
    add_workspace(parser)
    parser.add_argument(
        "outcomes", metavar="FILE", help="a table with the path or id of each image and a result"
    )
    parser.add_argument("--column", metavar="NAME", help="the column with the result, of several")
    parser.add_argument(
        "--kind", choices=("number", "binary", "categories"),
        help="what the result is (default: found out, and said)",
    )  # fmt: skip
    parser.add_argument(
        "--on", metavar="KEY",
        help="an embedding or encoder to ask about too (default: the newest embedding, if any)",
    )  # fmt: skip
    add_seed(parser)


def downstream(arguments: argparse.Namespace) -> CommandResult:
    """Predict the outcomes with and without contrast."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("predicting") as progress:
        found = steps.downstream(
            workspace, arguments.outcomes, column=arguments.column, kind=arguments.kind,
            on=arguments.on, seed=arguments.seed, progress=progress,
        )  # fmt: skip
    document = asdict(found)
    document["gains"] = [asdict(gain) | {"helps": gain.is_sure} for gain in found.gains]
    return CommandResult(document, _lines(found))


def _lines(found: "DownstreamReport") -> list[str]:
    lines = [f"{one.verdict.upper():<8}{one.note}" for one in found.findings]
    lines += ["", f"{found.column}: {found.kind} ({found.how}); {count(found.images, 'image')} of "
              f"{count(found.pictures, 'picture')}", *_counted(found)]  # fmt: skip
    lines += ["", f"{found.unit}, on images that no model has seen (95 % interval):"]
    rows = []
    for model in found.models:
        auc = "" if model.auc is None else f"AUC {model.auc:.2f}, "
        span = f"{model.value:+.2f} ({model.low:+.2f} to {model.high:+.2f})"
        rows.append((model.name, span, f"{auc}n = {model.n:,}"))
    return [*lines, *table(rows), "", "comparisons, p corrected for all of them (Holm):",
            *(f"  {words}" for words in found.words)]  # fmt: skip


def _counted(found: "DownstreamReport") -> list[str]:
    """What became of rows and images that are not used."""
    counts = found.counts
    said = {
        "rows name no image here": counts["unknown"],
        "rows have no outcome": counts["without"],
        "rows are of no use": counts["unreadable"],
        f"rows name an image again ({counts['differing']:,} differing; the first counts)":
            counts["repeated"],
        "images have an outcome and no features": counts["not_measured"],
        "images have no outcome": counts["without_outcome"],
        "images with an outcome were not drawn": counts["not_drawn"],
    }  # fmt: skip
    lines = [f"  {number:,} {words}" for words, number in said.items() if number]
    rare = [f"  {size} of the kind {name!r} are too few and left out"
            for name, size in counts["rare_kinds"].items()]  # fmt: skip
    return [f"  {counts['rows']:,} rows read as {found.read_as}", *lines, *rare]

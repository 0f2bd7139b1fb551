"""Which format an export is written in, and what of it was left out."""

from typing import TYPE_CHECKING

from contrast_engine.arrays import Json
from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Parser
from contrast_engine.cli.text import count, first

if TYPE_CHECKING:
    from contrast_engine.steps.output.export import ExportReport


def add_format(parser: Parser) -> None:
    """Add the format, and what paths are relative to; `--help` lists all formats."""
    action = parser.add_argument(
        "--format",
        default="",
        metavar="NAME",
        help="write what another tool reads; without, the ending of OUT decides",
    )
    action.complete_with = _names  # type: ignore[attr-defined]
    parser.add_argument(
        "--relative-to",
        metavar="DIR",
        help="write paths as seen from this folder (default: full paths)",
    )
    parser.late_epilog = _formats_help


def checked_format(name: str) -> None:
    """Make sure that there is such a format, or that none was asked for.

    Raises:
        WrongUsage: There is none.
    """
    from contrast_engine.cli.wrong_usage import WrongUsage
    from contrast_engine.errors import UnknownName
    from contrast_engine.steps.output.formats import formats

    try:
        _ = name and formats[name]
    except UnknownName as error:
        raise WrongUsage(str(error)) from None


def report_result(report: "ExportReport") -> CommandResult:
    """What was written: how much, what is missing, and what opens it."""
    document: Json = jsonable(report)
    n, total = int(document["rows"]), int(document["images"])
    what = count(n, "row") if n == total else f"{n:,} of {count(total, 'image')}"
    width = count(len(document["columns"]), "column")
    lines = [f"{what} of {width} written to {document['path']}"]
    if document["left_out"]:
        lines.append(f"{len(document['left_out']):,} left out:")
        lines += first([f"  {reason}" for reason in document["left_out"]])
    lines += [f"note: {note}" for note in document["notes"]]
    lines += [
        f"  {one['issue_type']}: {one['num_images']:,} of {count(one['of'], 'image')} below "
        f"{one['threshold']:.3f}"
        for one in document["issue_summary"]
    ]
    if document["opened_by"]:
        lines.append(f"opened by: {document['opened_by']}")
    return CommandResult(document, lines)


def _names() -> list[str]:
    from contrast_engine.steps.output.formats import formats

    return list(formats)


def _formats_help() -> str:
    from contrast_engine.steps.output.formats import formats

    lines = ["formats:"]
    for name, kind in formats.items():
        lines += [f"  {name:<14}{kind().summary}", f"  {'':<14}writes {kind().writes}"]
    return "\n".join(lines)

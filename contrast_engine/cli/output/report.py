"""report: what is known of a collection as one file to send."""

import argparse

from contrast_engine.cli.command_result import CommandResult, jsonable
from contrast_engine.cli.parser import Commands, add_overwrite, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage, options_from_command_line
from contrast_engine.report.names import FORMATS, SECTIONS


def add_command(commands: Commands) -> None:
    """Add `report`."""
    parser = commands.add(
        "report",
        "Write what is known of a collection as one file to send.",
        report,
        examples="""
contrast report holiday.contrast report.html
contrast report holiday.contrast report.pdf --title "The contrast of our holiday"
contrast report holiday.contrast report.html --sections overview,map,evidence
contrast report holiday.contrast report.md --without methods --captions captions.json""",
    )
    add_workspace(parser)
    parser.add_argument(
        "file",
        metavar="OUT",
        help="the file to write: .html to open in any browser without a network; .md with a folder"
        " of pictures, charts and their data beside it; .pdf, printed by Chromium or Chrome",
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="", help="the format (default: by the ending of OUT)"
    )
    parser.add_argument(
        "--sections", metavar="A,B", default="",
        help=f"only these, in this order: {', '.join(SECTIONS)} (default: those chosen in the app,"
        " or else all)",
    )  # fmt: skip
    parser.add_argument("--without", metavar="A,B", default="", help="all but these sections")
    parser.add_argument("--title", metavar="T", help="its heading (default: the collection's name)")
    parser.add_argument(
        "--captions", metavar="FILE.json",
        help="text by the name of the section it opens or the figure it stands below, as in"
        ' {"map": "…", "clusters.sizes": "…"}',
    )  # fmt: skip
    add_overwrite(parser)


def report(arguments: argparse.Namespace) -> CommandResult:
    """Write the report."""
    from contrast_engine import steps
    from contrast_engine.report.captions import captions_from

    sections = _sections(arguments.sections, arguments.without)
    workspace = open_workspace(arguments)
    with options_from_command_line(), progress_line("writing the report") as progress:
        captions = captions_from(arguments.captions) if arguments.captions else None
        done = steps.report(
            workspace, arguments.file, format=arguments.format, sections=sections,
            title=arguments.title, captions=captions, overwrite=arguments.overwrite,
            progress=progress,
        )  # fmt: skip
    size = f"{done.bytes / 1e6:.1f} MB"
    lines = [f"report of {count(done.images, 'image')}, {size}, written to {done.path}"]
    if done.folder:
        lines.append(f"  its pictures, charts and their data are in {done.folder}")
    lines.append(f"  sections: {', '.join(done.sections)}")
    return CommandResult(jsonable(done), lines)


def _sections(wanted: str, without: str) -> tuple[str, ...]:
    """The sections that the command line asks for; none for those of the workspace."""
    chosen, left_out = _names(wanted), _names(without)
    for name in (*chosen, *left_out):
        if name not in SECTIONS:
            raise WrongUsage(f"no section {name!r}; there are: {', '.join(SECTIONS)}")
    if not left_out:
        return chosen
    found = tuple(name for name in chosen or tuple(SECTIONS) if name not in left_out)
    if not found:
        raise WrongUsage("no section is left; leave out fewer of them")
    return found


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())

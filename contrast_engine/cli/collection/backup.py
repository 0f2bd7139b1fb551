"""backup: all of a workspace in one file, while people work in it."""

import argparse
from dataclasses import asdict

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, add_overwrite, add_workspace, open_workspace
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count


def add_command(commands: Commands) -> None:
    """Add `backup`."""
    parser = commands.add(
        "backup",
        "Write all of a workspace into one file, also while annotators are at work.",
        backup,
        examples="""
contrast backup holiday.contrast /backups/holiday-monday.tar
contrast restore /backups/holiday-monday.tar again.contrast

The photographs are not in it: they stay where they are.""",
    )
    add_workspace(parser)
    parser.add_argument("file", metavar="FILE", help="the file to write, a tar")
    parser.add_argument(
        "--with-cache",
        action="store_true",
        help="training copies too; without, they are made again from the photographs",
    )
    add_overwrite(parser)


def backup(arguments: argparse.Namespace) -> CommandResult:
    """Back a workspace up, and read the file once more."""
    from contrast_engine import steps

    workspace = open_workspace(arguments)
    with progress_line("backing up") as progress:
        report = steps.back_up(
            workspace,
            arguments.file,
            with_cache=arguments.with_cache,
            overwrite=arguments.overwrite,
            progress=progress,
        )
    lines = [
        f"{count(report.files, 'file')} of {workspace.name}, {report.bytes / 1e6:,.1f} MB, in "
        f"{report.file}: written, read once more, and every byte as it was",
        f"Back: `contrast restore {arguments.file} NEW.contrast`.",
    ]
    return CommandResult(asdict(report), lines)

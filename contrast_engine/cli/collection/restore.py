"""restore: a workspace made of its backup."""

import argparse
from dataclasses import asdict
from pathlib import Path

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.progress_line import progress_line
from contrast_engine.cli.text import count
from contrast_engine.cli.wrong_usage import WrongUsage


def add_command(commands: Commands) -> None:
    """Add `restore`."""
    parser = commands.add(
        "restore",
        "Make a workspace of a backup, or only check that the backup is whole.",
        restore,
        examples="""
contrast restore /backups/holiday-monday.tar again.contrast
contrast restore /backups/holiday-monday.tar --check""",
    )
    parser.add_argument("file", metavar="FILE", help="what `contrast backup` wrote")
    parser.add_argument(
        "workspace", nargs="?", metavar="WS", help="the folder to make; it must be new or empty"
    )
    parser.add_argument(
        "--check", action="store_true", help="read it and compare every byte with its hash"
    )


def restore(arguments: argparse.Namespace) -> CommandResult:
    """Restore a backup, or check it."""
    from contrast_engine import steps
    from contrast_engine.store.backups import check_backup

    if arguments.check == (arguments.workspace is not None):
        raise WrongUsage("name the folder of the new workspace, or say --check instead")
    with progress_line("reading the backup") as progress:
        if arguments.check:
            found = check_backup(Path(arguments.file).expanduser().absolute(), progress)
        else:
            found = steps.restore(arguments.file, arguments.workspace, progress=progress)
    holds = f"{count(found.files, 'file')}, {found.bytes / 1e6:,.1f} MB, of {found.at}"
    if arguments.check:
        lines = [f"{arguments.file} is whole: {holds}"]
    else:
        lines = [
            f"{arguments.workspace} is as it was: {holds}",
            f"Next: `contrast app {arguments.workspace}`.",
        ]
    document = asdict(found) | {"workspace": arguments.workspace, "is_whole": True}
    return CommandResult(document, lines)

"""password: a line for the file of pass phrases, hashed so that others may read it."""

import argparse
import getpass
import sys

from contrast_engine.access import Role, as_name
from contrast_engine.access.phrases import hashed
from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands
from contrast_engine.cli.wrong_usage import options_from_command_line

WORDS = [role.word for role in Role if role]


def add_command(commands: Commands) -> None:
    """Add `password`."""
    parser = commands.add(
        "password",
        "Hash a pass phrase, as a line for --password-file.",
        password,
        examples="""
contrast password owner >> phrases.txt             for everybody who is an owner
contrast password annotator --for Ada >> phrases.txt        for one person""",
    )
    parser.add_argument("role", choices=WORDS, metavar="ROLE", help=", ".join(WORDS))
    parser.add_argument(
        "--for", dest="person", metavar="NAME", help="whose it is; nobody else takes that name"
    )


def password(arguments: argparse.Namespace) -> CommandResult:
    """Ask for a pass phrase without showing it; piped in, its first line is taken."""
    with options_from_command_line():
        name = f" {as_name(arguments.person)}" if arguments.person else ""
        line = f"{arguments.role}{name}: {hashed(_phrase())}"
    document = {"role": arguments.role, "name": name.strip(), "line": line}
    return CommandResult(document, [line])


def _phrase() -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        return (sys.stdin.readline() if sys.stdin else "").rstrip("\n")
    return getpass.getpass("Pass phrase: ", stream=sys.stderr)

"""completion: the script that lets a shell complete commands, options and file names."""

import argparse
from collections.abc import Iterator

from contrast_engine.cli.command_result import CommandResult
from contrast_engine.cli.parser import Commands, Parser

SHELLS = ("bash", "zsh", "fish")

FOLDERS = ("WS", "FOLDER")
FILES = ("FILE", "FILE.csv", "PATH", "IMAGE", "PATH_OR_ID", "KEY|FILE", "OUT")
"""What stands for a path in usage lines."""


def add_command(commands: Commands) -> None:
    """Add `completion`."""
    parser = commands.add(
        "completion",
        "Print the script that completes `contrast` in bash, zsh or fish.",
        lambda arguments: completion(arguments, commands),
        examples="""
contrast completion bash > ~/.local/share/bash-completion/completions/contrast
contrast completion zsh > ~/.zfunc/_contrast          with ~/.zfunc in $fpath before compinit
contrast completion fish > ~/.config/fish/completions/contrast.fish""",
    )
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help="bash, zsh or fish")


def completion(arguments: argparse.Namespace, commands: Commands) -> CommandResult:
    """Write the script from the parsers themselves, so that it cannot fall behind."""
    import shtab

    commands.drop_old_names()
    for parser in _with_all_below(commands.parser):
        for action in parser._actions:
            _complete_paths_and_methods(action)
    script = shtab.complete(commands.parser, shell=arguments.shell)
    document = {"shell": arguments.shell, "script": script}
    return CommandResult(document, script.splitlines())


def _with_all_below(parser: Parser) -> Iterator[Parser]:
    yield parser
    for child in parser.commands.listed.values() if parser.commands else ():
        yield from _with_all_below(child)


def _complete_paths_and_methods(action: argparse.Action) -> None:
    import shtab

    if methods := getattr(action, "complete_with", None):
        action.choices = list(methods())
    elif action.metavar in FOLDERS:
        action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    elif action.metavar in FILES:
        action.complete = shtab.FILE  # type: ignore[attr-defined]

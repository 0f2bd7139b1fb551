"""The command line: every action of the app as a command, for people and for scripts.

Exit 0 done, 1 could not (one line on stderr), 2 wrong usage, 130 stopped with ctrl-c.
"""

import os
import sqlite3
import sys
from collections.abc import Sequence
from types import TracebackType

from contrast_engine import extras
from contrast_engine.cli.command_result import CommandResult, print_error, print_result
from contrast_engine.cli.commands import build_parser
from contrast_engine.cli.opening_line import opening
from contrast_engine.cli.parser import LONGEST_MESSAGE
from contrast_engine.cli.wrong_usage import WrongUsage
from contrast_engine.errors import ContrastError
from contrast_engine.progress import Cancelled
from contrast_engine.simulated import a_person

__all__ = ["main"]

DONE, COULD_NOT, WRONG_USAGE, STOPPED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of one command, once it has run."""
    _print_any_file_name()
    if argv is None and not os.environ.get("CONTRAST_TRACEBACK"):
        sys.excepthook = _unexpected
    try:
        return _run(argv)
    finally:
        _say_what_is_skipped(sys.argv[1:] if argv is None else argv)


def _run(argv: Sequence[str] | None) -> int:
    typed = sys.argv[1:] if argv is None else argv
    parser = build_parser(typed[0] if typed else None)
    if not typed:
        parser.print_help(sys.stderr)
        return WRONG_USAGE
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:  # said here, since argparse would name `contrast` and not the command
        print_error(f"{arguments.prog}: not understood: {' '.join(unknown)}"[:LONGEST_MESSAGE])
        print_error(f"See '{arguments.prog} --help'.")
        return WRONG_USAGE
    try:
        a_person(getattr(arguments, "who", "") or "")
        with opening(arguments):
            result: CommandResult | None = arguments.run(arguments)
        if result is None:
            return DONE
        print_result(result, as_json=arguments.json)
        return result.exit_code
    except WrongUsage as error:
        print_error(f"{arguments.prog}: {error}")
        print_error(f"See '{arguments.prog} --help'.")
        return WRONG_USAGE
    except (ContrastError, OSError, sqlite3.Error) as error:
        return _could_not(error)
    except ModuleNotFoundError as error:
        missing = extras.words(error)
        if missing is None:
            raise
        print_error(f"contrast: {missing}")
        return COULD_NOT
    except (KeyboardInterrupt, Cancelled):
        print_error("contrast: stopped; what was finished is kept")
        return STOPPED


def _say_what_is_skipped(argv: Sequence[str]) -> None:
    """Name the plugins that do not work, of what this command looked into."""
    if list(argv[:1]) == ["doctor"]:  # says more of them itself
        return
    looked_into = sys.modules.get("contrast_engine.registry")
    if looked_into is None:
        return
    said = {one.words for registry in looked_into.LOADED for one in registry.broken}
    for words in sorted(said):
        print_error(f"contrast: {words}; see `contrast doctor`")


def _could_not(error: Exception) -> int:
    if isinstance(error, BrokenPipeError):
        # The reader went away (`contrast ... | head`): say nothing, and let the interpreter
        # flush what is left into nowhere instead of failing once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT
    from contrast_engine.store import disk_faults

    print_error(f"contrast: {' '.join(disk_faults.words(error).split())}")
    return COULD_NOT


def _print_any_file_name() -> None:
    # A path that is not valid UTF-8, or a terminal that cannot show it, must not stop a command.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _unexpected(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    print_error(f"contrast: an unexpected error, {kind.__name__}: {' '.join(str(error).split())}")
    print_error("This is a defect; CONTRAST_TRACEBACK=1 shows where it happened.")

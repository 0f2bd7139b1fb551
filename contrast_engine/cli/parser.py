"""The shape of the command line: groups of commands, each with its summary and examples."""

import argparse
import difflib
import re
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import NoReturn

from contrast_engine.cli.answers import Answer

Run = Callable[[argparse.Namespace], Answer | None]

LONGEST_MESSAGE = 200

SUMMARY = "Explore, cluster, label and judge the contrast of your photographs."
EXAMPLES = """\
Examples:
  contrast quickstart                                open the app on the sample photographs
  contrast scan holiday.contrast ~/Pictures/holiday  make a workspace from a folder
  contrast measure holiday.contrast
  contrast cluster holiday.contrast kmeans -o n_clusters=4
  contrast app holiday.contrast                      and look at all of it in the browser

WS is a workspace: the folder that keeps what was measured, computed and labelled.
'contrast COMMAND --help' explains a command. Every command takes --json.
Exit code 0: done. 1: could not, stderr says why. 2: wrong usage."""


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are answered in one line, with the nearest right word."""

    late_epilog: Callable[[], str] | None = None

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and exit with code 2."""
        self.exit(2, f"{self.prog}: {_in_plain_words(message)}\nSee '{self.prog} --help'.\n")

    def format_help(self) -> str:
        """Write the help; what is slow to find out is only looked up here."""
        if self.late_epilog is not None:
            self.epilog = "\n\n".join(filter(None, [self.late_epilog(), self.epilog]))
            self.late_epilog = None
        return super().format_help()


class _Front(Parser):
    """The help of `contrast` itself: commands in groups."""

    def __init__(self) -> None:
        super().__init__(prog="contrast", description=SUMMARY)
        self.groups: dict[str, list[tuple[str, str]]] = {}

    def format_help(self) -> str:
        """Write the groups of commands and the examples."""
        lines = [SUMMARY, "", "Usage: contrast COMMAND [OPTIONS]", ""]
        for title, commands in self.groups.items():
            lines += [f"{title}:", *(f"  {name:<14}{summary}" for name, summary in commands), ""]
        lines += ["Options:", "  --version     Show the version.", "  -h, --help    Show this.", ""]
        return "\n".join([*lines, EXAMPLES, ""])


class Commands:
    """The command line under construction."""

    def __init__(self) -> None:
        self.parser = _Front()
        self.parser.add_argument("--version", action="version", version=f"contrast {_version()}")
        self._children = self.parser.add_subparsers(
            dest="command", metavar="COMMAND", required=True, parser_class=Parser
        )
        self._title = ""

    def group(self, title: str) -> None:
        """Put the commands that follow under this title."""
        self._title = title
        self.parser.groups[title] = []

    def add(self, name: str, summary: str, run: Run | None, *, examples: str = "") -> Parser:
        """Add a command; `run` is None for one that only has commands of its own."""
        self.parser.groups[self._title].append((name, summary))
        return add_command(self._children, name, summary, run, examples)


def add_command(
    children: "argparse._SubParsersAction[Parser]",
    name: str,
    summary: str,
    run: Run | None,
    examples: str = "",
) -> Parser:
    """Add one command with the options that every command has."""
    parser = children.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=f"examples:\n{_indented(examples)}" if examples else None,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if run is not None:
        parser.set_defaults(run=run, prog=parser.prog)
        parser.add_argument("--json", action="store_true", help="print one JSON document on stdout")
    return parser


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """Add the argument that nearly every command begins with."""
    parser.add_argument("workspace", metavar="WS", help="the workspace folder")


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add the seed of a step that draws random numbers."""
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="same seed, same result (default 0)",
    )


def add_on(parser: argparse.ArgumentParser) -> None:
    """Add which space a step works in."""
    parser.add_argument(
        "--on",
        default="features",
        metavar="SPACE",
        help="features, an embedding's KEY, or features+KEY (default features)",
    )


def whole_number(low: int) -> Callable[[str], int]:
    """A reader of whole numbers of at least `low`."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if number < low:
            raise argparse.ArgumentTypeError(
                f"must be a whole number of at least {low}, got {text!r}"
            )
        return number

    return read


def build_parser() -> argparse.ArgumentParser:
    """Put the whole command line together."""
    from contrast_engine.cli import collecting, exploring, judging, labelling, learning, serving
    from contrast_engine.cli import comparing, doctor, issues, jobs, people, proving  # isort: skip
    from contrast_engine.cli import changing, looking, regrouping, selecting, training  # isort: skip

    commands = Commands()
    commands.group("Start")
    serving.add_commands(commands)
    doctor.add_commands(commands)
    commands.group("Collect and measure")
    collecting.add_commands(commands)
    issues.add_commands(commands)
    proving.add_commands(commands)
    people.add_commands(commands)
    commands.group("Explore")
    exploring.add_commands(commands)
    regrouping.add_commands(commands)
    looking.add_commands(commands)
    changing.add_commands(commands)
    selecting.add_commands(commands)
    commands.group("Label and learn")
    labelling.add_commands(commands)
    learning.add_commands(commands)
    commands.group("Train encoders")
    training.add_commands(commands)
    commands.group("Judge and use")
    comparing.add_commands(commands)
    judging.add_commands(commands)
    jobs.add_commands(commands)
    return commands.parser


def _version() -> str:
    try:
        return version("contrast-engine")
    except PackageNotFoundError:
        return "(not installed)"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _in_plain_words(message: str) -> str:
    unknown = re.search(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", message)
    if unknown is None:
        message = message.replace("the following arguments are required:", "missing:")
        return message.replace("unrecognized arguments:", "not understood:")[:LONGEST_MESSAGE]
    known = re.findall(r"[\w-]+", unknown[3])
    return f"no command {unknown[2]!r}; {_nearest(unknown[2], known)}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"

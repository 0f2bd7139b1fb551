"""The shape of the command line: titles, commands, groups of commands, and shared arguments."""

import argparse
import difflib
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NoReturn

from contrast_engine import as_written
from contrast_engine.cli.command_result import CommandResult
from contrast_engine.login import login_name

if TYPE_CHECKING:
    from contrast_engine.store import Workspace

Run = Callable[[argparse.Namespace], CommandResult | None]

LONGEST_MESSAGE = 200
MOST_WORKERS = 8
DESTS = ("COMMAND", "ACTION")

SUMMARY = "Explore, cluster, label and judge the contrast of your photographs."
EXAMPLES = """\
Examples:
  contrast quickstart                                  open the app on the sample photographs
  contrast gather holiday.contrast ~/Pictures/holiday  make a workspace from a folder
  contrast cluster holiday.contrast kmeans -o n_clusters=4
  contrast app holiday.contrast                        and look at all of it in the browser

WS is a workspace: the folder that keeps the features, the results and the labels.
'contrast COMMAND --help' explains a command. Every command takes --json.
CONTRAST_WORKERS=N has every command work on N images at a time, not on one per core.
Exit code 0: done. 1: could not, stderr says why. 2: wrong usage."""


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are answered in one line, with the nearest right word."""

    late_epilog: Callable[[], str] | None = None
    commands: "Commands | None" = None
    """The commands below this one, if it has any."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line and exit with code 2."""
        listed = tuple(self.commands.listed) if self.commands else ()
        said = as_written.plain(_in_plain_words(message, listed))
        self.exit(2, f"{self.prog}: {said}\nSee '{self.prog} --help'.\n")

    def format_help(self) -> str:
        """Help as text; what is slow to find out is only looked up here."""
        if self.late_epilog is not None:
            self.epilog = "\n\n".join(filter(None, [self.late_epilog(), self.epilog]))
            self.late_epilog = None
        return super().format_help()


class Commands:
    """The commands of one parser, and those of before that still work but are not listed."""

    def __init__(self, parser: Parser, dest: str) -> None:
        self.parser = parser
        self.listed: dict[str, Parser] = {}
        self._children = parser.add_subparsers(
            dest=dest, metavar=dest.upper(), required=True, parser_class=Parser
        )
        parser.commands = self

    def add(
        self,
        name: str,
        summary: str,
        run: Run | None,
        *,
        examples: str = "",
        old_name: str | None = None,
    ) -> Parser:
        """Add a command with the options that every command has.

        Args:
            name: The word on the command line.
            summary: One sentence.
            run: What it does; None for one that only has commands of its own.
            examples: Command lines, for its help.
            old_name: What the command was called before: does the same, and stands in no list.
        """
        parser = self._children.add_parser(
            name,
            help=summary,
            description=summary,
            epilog=f"examples:\n{_indented(examples)}" if examples else None,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.listed[name] = parser
        if old_name is not None:
            self._children.choices[old_name] = parser
        if run is not None:
            parser.set_defaults(run=run, prog=parser.prog)
            parser.add_argument(
                "--json", action="store_true", help="print one JSON document on stdout"
            )
        return parser

    def add_group(
        self, name: str, summary: str, *, examples: str = "", old_name: str | None = None
    ) -> "Commands":
        """Add a command that only has commands of its own."""
        parser = self.add(name, summary, None, examples=examples, old_name=old_name)
        return Commands(parser, "action")

    def drop_old_names(self) -> None:
        """Forget the names of before, here and in every group below."""
        for name in set(self._children.choices) - set(self.listed):
            del self._children.choices[name]
        for parser in self.listed.values():
            if parser.commands is not None:
                parser.commands.drop_old_names()


class Front(Parser):
    """The parser of `contrast` itself, whose help shows the commands under titles."""

    def __init__(self) -> None:
        super().__init__(prog="contrast", description=SUMMARY)
        self.all = Commands(self, "command")
        self._first_of: list[tuple[str, int]] = []
        # Without a version of its own the action asks the parser, and only when it is called.
        self.add_argument("--version", action="version", help="Show the version.")

    @property
    def version(self) -> str:
        """Name and version of the program."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            return f"contrast {version('contrast-engine')}"
        except PackageNotFoundError:
            return "contrast (not installed)"

    def title(self, title: str) -> None:
        """Put the commands that follow under this title."""
        self._first_of.append((title, len(self.all.listed)))

    def format_help(self) -> str:
        """Titles, commands and examples."""
        rows = [f"  {name:<16}{parser.description}" for name, parser in self.all.listed.items()]
        ends = [first for _, first in self._first_of[1:]] + [len(rows)]
        lines = [SUMMARY, "", "Usage: contrast COMMAND [OPTIONS]", ""]
        for (title, first), end in zip(self._first_of, ends, strict=True):
            lines += [f"{title}:", *rows[first:end], ""]
        lines += ["Options:", "  --version       Show the version.", "  -h, --help      Show this."]
        return "\n".join([*lines, "", EXAMPLES, ""])


def add_workspace(parser: argparse.ArgumentParser) -> None:
    """Add the argument that nearly every command begins with."""
    parser.add_argument("workspace", metavar="WS", help="the workspace folder")


def open_workspace(arguments: argparse.Namespace) -> "Workspace":
    """The workspace that the command line names.

    Raises:
        WorkspaceError: There is none.
    """
    from contrast_engine.store import Workspace

    return Workspace.open(arguments.workspace)


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


def add_look(parser: argparse.ArgumentParser) -> None:
    """Add whether what is made is only to be looked at."""
    parser.add_argument(
        "--look",
        action="store_true",
        help="only make it: what is in use stays, and `contrast use WS KEY` chooses it later",
    )


def said_of_use(workspace: "Workspace", kind: str, key: str) -> str:
    """One line on whether a result is in use now."""
    if workspace.current(kind) == key:
        return f"  in use from now on; `contrast use {workspace.root.name} --undo {kind}` goes back"
    return f"  not in use; `contrast use {workspace.root.name} {key}` chooses it"


def add_annotator(parser: argparse.ArgumentParser) -> None:
    """Add whose label, comparison or edit it is."""
    parser.add_argument(
        "--who", default=login_name(), metavar="W", help="the annotator (default: your login name)"
    )


def add_count(parser: argparse.ArgumentParser, default: int, what: str) -> None:
    """Add how many of something are wanted."""
    parser.add_argument(
        "--count", type=whole_number(1), default=default, metavar="N",
        help=f"{what} (default {default})",
    )  # fmt: skip


def add_overwrite(parser: argparse.ArgumentParser) -> None:
    """Add whether a file that is there is replaced."""
    parser.add_argument(
        "--overwrite",
        action="store_true",
        help="replace a file of that name; without, it stays and nothing is written",
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add how many images are worked on at a time."""
    parser.add_argument(
        "--workers",
        type=whole_number(1),
        metavar="N",
        help="images at a time, same result for any number (default: CONTRAST_WORKERS, or else "
        f"one per core, up to {MOST_WORKERS}, as far as memory goes)",
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


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _in_plain_words(message: str, listed: Sequence[str]) -> str:
    unknown = re.search(r"argument (\S+): invalid choice: '(.*)' \(choose from (.*)\)", message)
    if unknown is None:
        message = message.replace("the following arguments are required:", "missing:")
        return message.replace("unrecognized arguments:", "not understood:")[:LONGEST_MESSAGE]
    if unknown[1] in DESTS:  # only what is listed: argparse knows the names of before too
        return f"no command {unknown[2]!r}; {_nearest(unknown[2], listed)}"
    known = re.findall(r"[\w-]+", unknown[3])
    return f"{unknown[1]} cannot be {unknown[2]!r}; {_nearest(unknown[2], known)}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"

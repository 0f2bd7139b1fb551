"""One command line: its words, what it makes, and how a shell is told."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WORKSPACE, RECORD = "WS", "RECORD"
"""The variables of the script that hold the workspace and the folder of the record."""


@dataclass(frozen=True)
class Place:
    """A path that is only known when the command runs: the workspace, or a file of the record.

    Args:
        name: The name of the file in the record; "" for the workspace itself.
    """

    name: str = ""

    def shell(self, workspace: str = f'"${WORKSPACE}"', record: str = f'"${RECORD}"') -> str:
        """As a word of the script, or of a line with these quoted words for the two places."""
        return f"{record}/{shlex.quote(self.name)}" if self.name else workspace

    def at(self, workspace: Path, record: Path) -> str:
        """As a word of a command line that is run."""
        return str(record / self.name if self.name else workspace)


WS = Place()

Word = str | Place


@dataclass(frozen=True)
class Command:
    """A command of `contrast`.

    Args:
        words: All after the name of the program.
        makes: The keys of the results that it makes.
        seconds: How long what it makes took when it was made, 0 where that is not known.
        note: What stands above it in the script.
    """

    words: tuple[Word, ...]
    makes: tuple[str, ...] = ()
    seconds: float = 0.0
    note: str = ""

    def shell(self, workspace: str = f'"${WORKSPACE}"', record: str = f'"${RECORD}"') -> str:
        """The line of a script; a name with a line break in it spans two."""
        said = (
            word.shell(workspace, record) if isinstance(word, Place) else shlex.quote(word)
            for word in self.words
        )
        return " ".join(("contrast", *said))

    def arguments(self, workspace: Path, record: Path) -> list[str]:
        """The words for a workspace and a folder that are there."""
        return [
            word.at(workspace, record) if isinstance(word, Place) else word for word in self.words
        ]


@dataclass(frozen=True)
class Cannot:
    """What no command makes again, and why.

    Args:
        what: What it is, in words.
        why: The reason, in words.
        key: The key of the result, "" where it is none.
    """

    what: str
    why: str
    key: str = ""


class CannotRebuild(Exception):  # noqa: N818 - no fault of the program
    """Why a result cannot be made again by a command."""


Option = tuple[str, str | Place | None]


def words_of(head: str, places: Sequence[Word], options: Sequence[Option] = ()) -> tuple[Word, ...]:
    """The words of a command: its name, its options, then what it is about.

    Args:
        head: The command, as "cluster" or "label name".
        places: What stands without a name: the workspace, a method, a key, a name.
        options: Each name with its value, None for one that takes none.
    """
    said: list[Word] = []
    for name, value in options:
        if isinstance(value, str) and value.startswith("-"):
            said.append(f"{name}={value}")
        else:
            said += [name] if value is None else [name, value]
    ends = ["--"] if any(isinstance(one, str) and one.startswith("-") for one in places) else []
    return (*head.split(), *said, *ends, *places)

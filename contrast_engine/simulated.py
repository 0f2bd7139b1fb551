"""Annotators that are a program: their names say so wherever a name stands, and nobody takes one.

The sample workspace comes with labels and comparisons that were made from what is known of its
photographs (`samples.demo`). Their annotators are called "simulated A" and "simulated B".
"""

import unicodedata
from collections.abc import Iterable

from contrast_engine.errors import OptionError

PREFIX = "simulated "
"""How the name of every simulated annotator begins."""


def is_simulated(who: str) -> bool:
    """Whether a name is that of a simulated annotator, however it is spelled."""
    return " ".join(unicodedata.normalize("NFKC", who).casefold().split()).startswith(PREFIX)


def said(names: Iterable[str]) -> str:
    """How many annotators, and that they are simulated: "1 annotator and 2 simulated annotators".

    Args:
        names: One for each annotator; a name that comes again counts once.
    """
    known = set(names)
    simulated = sum(map(is_simulated, known))
    words = (_count(len(known) - simulated, ""), _count(simulated, PREFIX))
    return " and ".join(word for word in words if word) or "no annotator"


def a_person(who: str) -> str:
    """The name, if a person can have it.

    Raises:
        OptionError: It is that of a simulated annotator.
    """
    if is_simulated(who):
        raise OptionError(
            f"names that begin with {PREFIX.strip()!r} are those of simulated annotators, got "
            f"{who!r}; say another name"
        )
    return who


def _count(number: int, kind: str) -> str:
    return f"{number:,} {kind}annotator{'' if number == 1 else 's'}" if number else ""

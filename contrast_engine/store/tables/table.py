"""What a table is, whatever file it came from: named columns, rows of text, how it was read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown

_LISTED = 12
"""Columns that a message names at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Args:
        number: As a spreadsheet counts: the header is row 1.
        cells: The text of each column asked for; "" where there is none.
        problem: Why the row cannot be trusted, or None.
    """

    number: int
    cells: tuple[str, ...]
    problem: str | None = None


class Table(Protocol):
    """A table a person brought, opened; nothing but its columns is in memory."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, without blanks around them."""

    @property
    def read_as(self) -> str:
        """How the file was read: "UTF-8, commas", "Windows-1252, semicolons", "Parquet"."""

    @property
    def codec(self) -> str | None:
        """The 8-bit encoding of the file, where it is in one."""

    def rows(self, columns: Sequence[int]) -> Iterator[Row]:
        """The rows with the text of some columns; rows without any text are passed over."""


def folded(name: str) -> str:
    """A column's name for comparing: any case, no blanks around it."""
    return name.strip().strip("\ufeff").strip().casefold()


def column(table: Table, *names: str) -> int | None:
    """Which column has the first of some names that is there, in any case; None for none.

    Raises:
        CollectionError: Two columns have that name.
    """
    for name in names:
        exact = [at for at, found in enumerate(table.columns) if found == name]
        found = exact or [at for at, one in enumerate(table.columns) if folded(one) == name]
        if len(found) > 1:
            raise CollectionError(
                f"{shown(table.path)} has {len(found)} columns named {name!r}; keep one of them"
            )
        if found:
            return found[0]
    return None


def needed(table: Table, name: str, use: str) -> int:
    """Which column has a name.

    Args:
        table: The table.
        name: The name it must have, in any case.
        use: What the column is for, for the message: "the file name of every image".

    Raises:
        CollectionError: No column has it, or two have.
    """
    found = column(table, name)
    if found is None:
        empty = "" if any(table.columns) else " is empty: it"
        raise CollectionError(
            f"{shown(table.path)}{empty} has no column {name!r} "
            f"(its columns: {listed(table.columns)}); "
            f"add one that holds {use}, and its name to the first row"
        )
    return found


def listed(names: Sequence[str]) -> str:
    """The names of some columns, many of them cut short."""
    if not any(names):
        return "none"
    some = ", ".join(shown(name.replace("\0", "\\0")[:60]) or "(blank)" for name in names[:_LISTED])
    more = len(names) - _LISTED
    return some if more <= 0 else f"{some} and {more:,} more"

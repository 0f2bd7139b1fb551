"""One column of a table as numbers: what it holds, and its values with NaN for what is missing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.store.array_files import MOST_NUMBERS
from contrast_engine.store.collection import shown

FLOATS, WHOLE, LIST, WHOLE_LIST = "floats", "whole numbers", "lists of floats", "lists of numbers"
"""Kinds of columns that vectors can be made of; the last two of each pair only when asked for."""

OF_NUMBERS = (FLOATS, WHOLE, LIST, WHOLE_LIST, "yes or no")

BLOCK = 2048
"""Rows in memory at a time before they are numbers."""


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """One column of a table.

    Args:
        name: Its name.
        kind: What it holds: one of the kinds above, or "text" and the like.
        read: Reads its values.
    """

    name: str
    kind: str
    read: Callable[[], Floats]

    @cached_property
    def values(self) -> Floats:
        """Its values, (n, d) with d = 1 but for lists; NaN where none is."""
        return self.read()


class RaggedError(Exception):
    """Lists of different lengths; the text names two of the lengths."""


def stacked_rows(parts: Sequence[Floats]) -> Floats:
    """Blocks of rows, one below the other; a block without any vector fits every width."""
    widths = sorted({part.shape[1] for part in parts} - {0})
    if len(widths) > 1:
        raise RaggedError(f"{widths[0]:,} and {widths[-1]:,}")
    width = widths[0] if widths else 0
    filled = [p if p.shape[1] == width else np.full((len(p), width), math.nan) for p in parts]
    return np.concatenate(filled) if filled else np.zeros((0, width))


def ragged(path: Path, column: str, error: RaggedError) -> str:
    """Why lists of different lengths are no vectors."""
    return (
        f"{shown(path)}: the lists in its column {column!r} have {error} numbers; vectors need as "
        "many in every row"
    )


def too_many(path: Path) -> str:
    """Why a table is not read to its end."""
    return f"{shown(path)} holds more than {MOST_NUMBERS:,} numbers; give fewer rows or columns"

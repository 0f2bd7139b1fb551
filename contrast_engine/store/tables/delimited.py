"""Tables of text: cells between commas, semicolons or tabs, as spreadsheets write them."""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from contrast_engine.errors import CollectionError
from contrast_engine.store.collection import shown
from contrast_engine.store.tables.encodings import Encoding, encoding_of, is_binary
from contrast_engine.store.tables.table import Row

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}

_ONE_COLUMN = "\x1f"
"""Separates nothing: a list of file names may hold commas."""

_SEP_LINE = re.compile(r'\ufeff?"?sep=([^"\w ])"?[,;\t]*\s*', re.IGNORECASE)
_LONGEST_LINE = 1 << 24
"""Characters: more in one line is no table, and would fill the memory."""

_SAMPLED = 50
"""Lines by which the separator is told where the header leaves it open."""


@dataclass(frozen=True)
class TextTable:
    """A table of text.

    Args:
        path: The file.
        columns: The names in its header, without blanks around them.
        encoding: How its bytes become text.
        separator: What stands between two cells.
        skipped: Lines before the table: 1 where the first says "sep=;".
        header: The number of the header's row, as a spreadsheet counts.
    """

    path: Path
    columns: tuple[str, ...]
    encoding: Encoding
    separator: str
    skipped: int
    header: int

    @property
    def read_as(self) -> str:
        """How the file was read."""
        between = SEPARATORS.get(self.separator, f"{self.separator!r} between cells")
        return f"{self.encoding.words}, " + (
            "one column" if self.separator == _ONE_COLUMN else between
        )

    @property
    def codec(self) -> str | None:
        """The 8-bit encoding of the file, where it is in one."""
        return self.encoding.codec if self.encoding.is_8_bit else None

    def rows(self, columns: Sequence[int]) -> Iterator[Row]:
        """The rows with the text of some columns; rows without any text are passed over."""
        width = len(self.columns)
        for number, cells in self.records():
            problem = None
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                problem = (
                    f"it has {len(cells)} cells and the header names {width}: a cell that holds "
                    f"a {'tab' if self.separator == chr(9) else self.separator} needs quotation "
                    "marks"
                )
            elif any("\0" in cell for cell in cells):
                problem = "it holds zero bytes; write the table again"
            known = tuple(cells[at] if at < len(cells) else "" for at in columns)
            yield Row(number, known, problem)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """The cells of each row below the header that has text in it, with the row's number.

        Raises:
            CollectionError: The rest of the file cannot be cut into cells.
        """
        every = _records(self.path, self.encoding, self.separator, self.skipped)
        for number, cells in itertools.islice(enumerate(every, start=1), self.header, None):
            if any(cell and not cell.isspace() for cell in cells):
                yield number, cells


def open_text(path: Path) -> TextTable:
    """A table of text, its encoding and separator found out, its header read.

    Raises:
        CollectionError: It is no table.
        OSError: It cannot be read.
    """
    encoding = encoding_of(path)
    if is_binary(path, encoding):
        raise CollectionError(
            f"{shown(path)} is no table of text: it holds bytes that no text has; "
            "save the table as CSV and name that file"
        )
    sample = _sample(path, encoding)
    said = _SEP_LINE.fullmatch(sample[0]) if sample else None
    skipped = 0 if said is None else 1
    separator = said[1] if said else _separator(sample)
    every = _records(path, encoding, separator, skipped)
    for number, cells in enumerate(every, start=1):
        if any(cell.strip() for cell in cells):
            names = tuple(cell.strip().strip("\ufeff").strip() for cell in cells)
            return TextTable(path, names, encoding, separator, skipped, number)
    return TextTable(path, (), encoding, separator, skipped, 0)


def _sample(path: Path, encoding: Encoding) -> list[str]:
    with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as file:
        return list(itertools.islice(_lines(file, path), _SAMPLED))


def _separator(sample: list[str]) -> str:
    """What stands between the cells: what cuts the header, and the rows as often as it."""
    found = []
    for separator in SEPARATORS:
        try:
            cut = [cells for cells in csv.reader(sample, delimiter=separator) if any(cells)]
        except csv.Error:  # said with its line when the rows are read
            continue
        width = len(cut[0]) if cut else 0
        if width > 1:
            even = sum(len(cells) == width for cells in cut[1:]) / max(1, len(cut) - 1)
            found.append((even, width, separator))
    return max(found, key=lambda one: one[:2])[2] if found else _ONE_COLUMN


def _records(path: Path, encoding: Encoding, separator: str, skipped: int) -> Iterator[list[str]]:
    with path.open(encoding=encoding.codec, errors=encoding.errors, newline="") as file:
        lines = itertools.islice(_lines(file, path), skipped, None)
        reader = csv.reader(lines, delimiter=separator, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise CollectionError(_why(path, reader.line_num + skipped, error)) from None


def _lines(file: TextIO, path: Path) -> Iterator[str]:
    number = 0
    try:
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if len(line) == _LONGEST_LINE:
                raise CollectionError(
                    f"{shown(path)} is no table: line {number:,} has {_LONGEST_LINE:,} characters "
                    "and more; save the table as CSV again"
                )
            yield line
    except UnicodeError:
        raise CollectionError(
            f"{shown(path)} cannot be read as text after line {number:,}: it was cut short, or is "
            "in no encoding that its first bytes tell; save it as CSV in UTF-8"
        ) from None


def _why(path: Path, line: int, error: csv.Error) -> str:
    said = str(error)
    if "field limit" in said:
        most = csv.field_size_limit()
        why = f"a cell has more than {most:,} characters, as where a quotation mark is not closed"
    elif "unexpected end" in said:
        why = "a quotation mark is opened and never closed"
    elif "expected after" in said:
        why = "text follows a closing quotation mark; a quotation mark in a cell is written twice"
    else:
        why = "it cannot be cut into cells"
    return f"{shown(path)}, line {line:,}: {why}; mend the line or save the table again"

"""A report before it is written: sections of text, tables, charts and pictures, without markup.

Every string is text as it was measured or typed; each writer makes it safe for its own format.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from contrast_engine.arrays import Json

Kind = Literal["plain", "lead", "own", "note", "warning", "pass", "warn", "fail", "unknown"]


@dataclass(frozen=True)
class Link:
    """Words that lead to an address of the web."""

    words: str
    to: str


Words = str | tuple[str | Link, ...]
"""A sentence, or one with links in it."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `kind` says what it is, never how it looks."""

    text: Words
    kind: Kind = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True)
class Fact:
    """One number of the summary: what it is, the number, and what it rests on."""

    title: str
    value: str
    basis: str


@dataclass(frozen=True)
class Facts:
    """Numbers side by side."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns.

    Args:
        name: What the table is of, for who cannot see it.
        columns, rows: The cells; of a row that has a verdict, the first says it.
        numbers: Which columns hold numbers.
        verdicts: The verdict of each row, where they have one.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numbers: frozenset[int] = frozenset()
    verdicts: tuple[Kind, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart as SVG, and the numbers that it shows.

    Args:
        name: Names it among all of the report, "evidence.answers"; its caption goes by it.
        title: What it shows.
        svg: The drawing; its ink and paper are the custom properties `--ink` and `--paper`.
        columns, rows: Its data.
    """

    name: str
    title: str
    svg: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]

    @property
    def csv(self) -> str:
        """The data as a CSV file, blank where nothing is known."""
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(["" if cell is None else cell for cell in row] for row in self.rows)
        return lines.getvalue()


@dataclass(frozen=True)
class Figure:
    """A chart with the sentence below it."""

    chart: Chart
    caption: str


@dataclass(frozen=True)
class Picture:
    """A small picture of one image: its bytes as WebP, its file's name, and a line below it."""

    webp: bytes
    name: str
    below: str = ""


@dataclass(frozen=True)
class Pictures:
    """Pictures side by side under a name by which their caption goes."""

    name: str
    pictures: tuple[Picture, ...]
    caption: str = ""


@dataclass(frozen=True)
class LiveMap:
    """A map to move in, and the drawing that stands for it where no script runs.

    Args:
        still: The drawing.
        caption: Below it.
        parts: What the map of the app takes, with all of its pictures.
    """

    still: Chart
    caption: str
    parts: Json


@dataclass(frozen=True)
class Commands:
    """Command lines, one below the other."""

    lines: tuple[str, ...]


Part = Paragraph | Heading | Facts | Table | Figure | Pictures | LiveMap | Commands


@dataclass(frozen=True)
class Section:
    """A chapter of the report: its name among `SECTIONS`, heading, plain sentence, and parts."""

    name: str
    title: str
    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Document:
    """A whole report.

    Args:
        title: Its heading.
        lines: What it is of, when and by what it was made.
        sections: Its chapters.
        notes: Sentences at its end.
    """

    title: str
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def charts(self) -> Iterator[Chart]:
        """Every chart, in order; the drawing of a map too."""
        for section in self.sections:
            for part in section.parts:
                if isinstance(part, Figure):
                    yield part.chart
                elif isinstance(part, LiveMap):
                    yield part.still

    @property
    def captions(self) -> dict[str, str]:
        """What stands below every figure by the figure's name, and "" for every section."""
        found = {}
        for section in self.sections:
            found[section.name] = ""
            for part in section.parts:
                name = figure_name(part)
                if name:
                    found[name] = getattr(part, "caption", "")
        return found


def figure_name(part: Part) -> str:
    """The name by which the caption of a part goes; "" where it has none."""
    if isinstance(part, Figure):
        return part.chart.name
    if isinstance(part, LiveMap):
        return part.still.name
    return part.name if isinstance(part, Pictures) else ""

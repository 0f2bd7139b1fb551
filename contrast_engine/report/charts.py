"""Charts as small drawings: SVG of fixed size with its numbers written out, in any ink."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from contrast_engine import as_written
from contrast_engine.report.document import Chart

WIDTH = 680
ROW = 26
ACCENT = "#0b6bcb"
LETTER = 7.2
"""Pixels of a letter of 12 px, generously: SVG cannot measure before it is drawn."""

LONGEST = 30
"""Letters of a name in one line; a longer one stands in two of smaller letters."""

SMALL, IN_SMALL = 10, 36
"""Size of the smaller letters, and how many of them take the place of `LONGEST`."""


@dataclass(frozen=True)
class Row:
    """One row of a chart: its name, number and what is written beside it.

    Args:
        name: What it is of.
        value: The number; None where there is none.
        said: The number in words, with its interval.
        low, high, null: The interval and the null reference, where there are some.
        n: What it rests on.
        space: What it was computed in.
        colour: Of the mark, as "#rrggbb".
    """

    name: str
    value: float | None
    said: str
    low: float | None = None
    high: float | None = None
    null: float | None = None
    n: int | None = None
    space: str = ""
    colour: str = ACCENT


@dataclass(frozen=True)
class _Axis:
    """Where a number stands, in pixels from the left."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        return self.left + (self.right - self.left) * (value - self.low) / (
            (self.high - self.low) or 1
        )


def bars(name: str, title: str, rows: Sequence[Row], *, unit: str) -> Chart:
    """Amounts as horizontal bars, each with its number beside it.

    Args:
        name: Of the chart.
        title: What it shows.
        rows: What it shows.
        unit: Of the numbers.
    """
    left, right = _sides(rows)
    axis = _Axis(0.0, max((row.value or 0.0 for row in rows), default=0.0), left, right)
    parts = _names(rows, left)
    for place, row in enumerate(rows):
        end, y = axis.at(row.value or 0.0), place * ROW
        parts.append(
            f'<rect x="{left}" y="{y + 6}" width="{max(end - left, 1):.1f}" height="{ROW - 12}" '
            f'rx="2" fill="{row.colour}"/>{_text(end + 8, y + 17, row.said)}'
        )
    data = tuple((row.name, row.value, row.n, row.space) for row in rows)
    drawing = svg(title, _spoken(rows), len(rows) * ROW, parts)
    return Chart(name, title, drawing, ("name", unit, "n", "space"), data)


def ranges(
    name: str,
    title: str,
    rows: Sequence[Row],
    *,
    unit: str,
    ends: tuple[float, float] = (0.0, 1.0),
    band: tuple[float, float] | None = None,
) -> Chart:
    """Numbers on a line each, with their interval and their null reference.

    Args:
        name: Of the chart.
        title: What it shows.
        rows: What it shows; a row without a number keeps its line and its words.
        unit: Of the numbers.
        ends: What the line runs from and to at least.
        band: What counts as usual, shaded.
    """
    left, right = _sides(rows)
    shown = [v for row in rows for v in (row.value, row.low, row.high, row.null) if v is not None]
    axis = _Axis(min([ends[0], *shown]), max([ends[1], *shown]), left, right)
    bottom = len(rows) * ROW
    parts = _names(rows, left)
    if band:
        x, end = axis.at(band[0]), axis.at(band[1])
        parts.append(f'<rect x="{x:.1f}" y="0" width="{end - x:.1f}" height="{bottom}" '
                     'fill="var(--ink)" opacity="0.08"/>')  # fmt: skip
    for place, row in enumerate(rows):
        y = place * ROW + ROW / 2
        parts += [*_ranged(row, y, axis), _text(right + 12, y + 4, row.said)]
    parts += [
        _text(axis.left, bottom + 14, f"{axis.low:.3g}", quiet=True),
        _text(axis.right, bottom + 14, f"{axis.high:.3g}", anchor="end", quiet=True),
        _text((axis.left + axis.right) / 2, bottom + 30, unit, anchor="middle", quiet=True),
    ]
    data = tuple((r.name, r.value, r.low, r.high, r.null, r.n, r.space) for r in rows)
    columns = ("name", unit, "low", "high", "null", "n", "space")
    return Chart(name, title, svg(title, _spoken(rows), bottom + 36, parts), columns, data)


def svg(title: str, words: str, height: float, parts: Sequence[str]) -> str:
    """A drawing with its title and its words for who cannot see it.

    Args:
        title: As text.
        words: As text.
        height: In pixels; all drawings are `WIDTH` wide.
        parts: SVG, in which every text is escaped.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{as_written.html(f"{title}. {words}")}" fill="var(--ink)" '
        'font-family="Source Sans 3, Source Sans Pro, system-ui, sans-serif" font-size="12">'
        f"<title>{as_written.html(title)}</title><desc>{as_written.html(words)}</desc>"
        f"{''.join(parts)}</svg>"
    )


def _ranged(row: Row, y: float, axis: _Axis) -> list[str]:
    parts = [f'<line x1="{axis.left:.1f}" x2="{axis.right:.1f}" y1="{y}" y2="{y}" '
             'stroke="var(--ink)" opacity="0.25"/>']  # fmt: skip
    if row.low is not None and row.high is not None:
        x, end = f"{axis.at(row.low):.1f}", f"{axis.at(row.high):.1f}"
        parts.append(f'<line x1="{x}" x2="{end}" y1="{y}" y2="{y}" stroke="{row.colour}" '
                     'stroke-width="6" opacity="0.45"/>')  # fmt: skip
    if row.null is not None:
        x = f"{axis.at(row.null):.1f}"
        parts.append(f'<line x1="{x}" x2="{x}" y1="{y - 9}" y2="{y + 9}" stroke="var(--ink)" '
                     'stroke-width="1.5" stroke-dasharray="2 2"/>')  # fmt: skip
    if row.value is not None:
        parts.append(f'<circle cx="{axis.at(row.value):.1f}" cy="{y}" r="5" fill="{row.colour}" '
                     'stroke="var(--paper)" stroke-width="1.5"/>')  # fmt: skip
    return parts


def _names(rows: Sequence[Row], left: float) -> list[str]:
    return [
        _text(left - 10, place * ROW + y, line, anchor="end", size=size)
        for place, row in enumerate(rows)
        for line, y, size in _lines(row.name)
    ]


def _lines(name: str) -> list[tuple[str, int, int | None]]:
    """A name beside a row: its lines, how far down each stands, and their size.

    What does not fit into two lines is left out at an ellipsis; the data has all of it.
    """
    if len(name) <= LONGEST:
        return [(name, 17, None)]
    lines = textwrap.wrap(name, IN_SMALL)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][: IN_SMALL - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"]
    places = (17,) if len(lines) == 1 else (11, 22)
    return [(line, y, SMALL) for line, y in zip(lines, places, strict=True)]


def _sides(rows: Sequence[Row]) -> tuple[float, float]:
    """Where the names end and where the words begin."""
    longest = min(max((len(row.name) for row in rows), default=0), LONGEST)
    said = max((len(row.said) for row in rows), default=0)
    return 20 + LETTER * longest, max(WIDTH - 20 - LETTER * said, WIDTH * 0.5)


def _spoken(rows: Sequence[Row]) -> str:
    return "; ".join(f"{row.name}: {row.said}" for row in rows)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "start",
    quiet: bool = False,
    size: int | None = None,
) -> str:
    more = ' opacity="0.75"' if quiet else ""
    more += f' font-size="{size}"' if size else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>'
        f"{as_written.html(words)}</text>"
    )

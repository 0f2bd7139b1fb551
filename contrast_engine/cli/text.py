"""Text of a summary: counted nouns, tables, and long lists cut short."""

from collections.abc import Sequence


def count(number: int, noun: str) -> str:
    """A number and its noun: "1 image", "2 images"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first(lines: Sequence[str], most: int = 10, n: int | None = None) -> list[str]:
    """The first lines, and how many more there are of `n`; of all that are given by default."""
    n = len(lines) if n is None else n
    if n <= most:
        return list(lines)
    return [*lines[:most], f"  ... and {n - most:,} more (all of them with --json)"]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows set in columns, the last one ragged."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    return [
        "  " + "  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]

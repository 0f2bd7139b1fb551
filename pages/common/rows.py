"""Rows of a table in which what people typed stays text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Row = dict[str, Any]


def written(rows: Iterable[Mapping[str, Any]], write: Callable[[str], str]) -> list[Row]:
    """The rows with every heading and every text in them as `write` gives it.

    Args:
        rows: By heading.
        write: `as_written.markdown` for a table, whose cells are Markdown; `as_written.plain` for
            a data frame, whose cells are not.
    """

    def cell(value: Any) -> Any:
        return write(value) if isinstance(value, str) else value

    return [{write(heading): cell(value) for heading, value in row.items()} for row in rows]

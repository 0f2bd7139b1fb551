"""Later results of images, read from a table: one outcome for each, its kind found out."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import CollectionError, OptionError, UnknownName
from contrast_engine.steps.complexity.score_file import ImageFinder
from contrast_engine.store import Workspace, shown
from contrast_engine.store.tables import PATHS, Row, Table, find_named, folded, listed, open_table
from contrast_engine.store.tables.cells import MISSING, is_formula_error, number
from contrast_engine.vectors import ImageId

NAMES = ("id", *PATHS, "filename", "name", "image_id")
"""Columns that name the image of a row, the most trusted first."""

NUMBER, BINARY, CATEGORIES = "number", "binary", "categories"
KINDS = (NUMBER, BINARY, CATEGORIES)

MOST_KINDS = 12
"""Different texts up to which a column is of categories; more name or describe images."""

_INDEX = ("unnamed: 0", "")
_MOSTLY = 0.8  # share of numbers from which the other cells are mistakes


@dataclass(frozen=True)
class OutcomeCounts:
    """What became of the rows of a table of outcomes.

    Args:
        rows: Rows with text in them.
        unknown: Rows that name no image of the workspace.
        without: Rows whose outcome is blank or NaN.
        unreadable: Rows whose outcome is of no use: text among numbers, an infinite number.
        repeated: Rows that name an image again: the first counts.
        differing: Those of them with another outcome.
        problems: The first rows that could not be used, in words.
    """

    rows: int
    unknown: int
    without: int
    unreadable: int
    repeated: int
    differing: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcomes:
    """The outcome of each image that has one.

    Args:
        column: What it is called.
        kind: "number", "binary" or "categories".
        of: The number or the text of each image.
        how: How the kind was found out, in words.
        read_as: How the file was read.
        counts: What became of its rows.
    """

    column: str
    kind: str
    of: dict[ImageId, float | str]
    how: str
    read_as: str
    counts: OutcomeCounts


def read_outcomes(
    workspace: Workspace, path: str | Path, column: str | None = None, kind: str | None = None
) -> Outcomes:
    """The outcomes in a table with the id or path of each image and one column of results.

    Relative paths start at the table's folder or at a scanned folder.

    Args:
        workspace: Whose images.
        path: A .csv, .tsv or .parquet.
        column: Which column; needed where there are several.
        kind: "number", "binary" or "categories"; found out where not given.

    Raises:
        CollectionError: There is no such table or column, or no row can be used.
        OptionError: The kind does not fit what the column holds.
    """
    if kind is not None and kind not in KINDS:
        raise OptionError(f"no kind of outcome {kind!r}; there are: {', '.join(KINDS)}")
    path = Path(path).expanduser()
    if not path.is_file():
        raise CollectionError(
            f"there is no file {shown(path)}; name a table with the path or id of each image and "
            "its outcome"
        )
    table = open_table(path)
    naming = _naming(table)
    at = _outcome(table, naming, column)
    find = ImageFinder(workspace, path, table.codec)
    cells, counts, problems = _matched(table.rows([*naming, at]), find)
    if not cells:
        why = f"; {problems[0]}" if problems else ""
        raise CollectionError(
            f"none of the {counts['rows']:,} rows of {shown(path)} has an outcome for an image of "
            f"this workspace{why}"
        )
    separator = getattr(table, "separator", ",")
    found, how, of = _as_kind(cells, kind, separator, table.columns[at])
    bad = len(cells) - len(of)
    problems += [f"{cells[i]!r} is no finite number" for i in cells if i not in of]
    return Outcomes(
        table.columns[at], found, of, how, table.read_as,
        OutcomeCounts(counts["rows"], counts["unknown"], counts["without"],
                      counts["unreadable"] + bad, counts["repeated"], counts["differing"],
                      tuple(problems[:10])),
    )  # fmt: skip


def _matched(
    rows: Iterable[Row], find: ImageFinder
) -> tuple[dict[ImageId, str], Counter[str], list[str]]:
    cells: dict[ImageId, str] = {}
    counts: Counter[str] = Counter()
    problems: list[str] = []
    for row in rows:
        counts["rows"] += 1
        *names, cell = (one.strip() for one in row.cells)
        try:
            if row.problem is not None:
                raise ValueError(row.problem)
            image = find_named(names, find)[0]
        except (UnknownName, ValueError) as error:
            counts["unknown" if isinstance(error, UnknownName) else "unreadable"] += 1
            problems.append(f"row {row.number}: {error}")
            continue
        if cell.casefold() in MISSING or is_formula_error(cell):
            counts["without"] += 1
        elif image in cells:
            counts["repeated"] += 1
            counts["differing"] += cells[image] != cell
        else:
            cells[image] = cell
    return cells, counts, problems


def _naming(table: Table) -> list[int]:
    """The columns that name images, or the first one where none is called so."""
    known = [at for name in NAMES for at, c in enumerate(table.columns) if folded(c) == name]
    return known or [0]


def _outcome(table: Table, naming: Sequence[int], column: str | None) -> int:
    """Which column holds the outcomes."""
    free = [at for at, c in enumerate(table.columns) if at not in naming]
    names = [table.columns[at] for at in free]
    if column is not None:
        asked = [at for at in range(len(table.columns)) if table.columns[at] == column]
        asked = asked or [at for at in free if folded(table.columns[at]) == folded(column)]
        if len(asked) != 1:
            raise CollectionError(
                f"{shown(table.path)} has {len(asked) or 'no'} columns {column!r} "
                f"(its columns: {listed(table.columns)}); name one of them with --column"
            )
        return asked[0]
    left = [at for at in free if folded(table.columns[at]) not in _INDEX]
    if len(left) != 1:
        said = f"has {len(left)} columns that may be the outcome" if left else "has no outcome"
        raise CollectionError(
            f"{shown(table.path)} {said} (its columns: {listed(names or table.columns)}); "
            + ("name one with --column" if left else "it needs a path or id and one more column")
        )
    return left[0]


def _as_kind(
    cells: dict[ImageId, str], kind: str | None, separator: str, column: str
) -> tuple[str, str, dict[ImageId, float | str]]:
    """The kind, how it was found out, and the outcomes as numbers or texts."""
    numbers = {image: value for image, cell in cells.items()
               if (value := _number(cell, separator)) is not None}  # fmt: skip
    texts: dict[ImageId, float | str] = {i: _text(c, numbers.get(i)) for i, c in cells.items()}
    different, share = len(set(texts.values())), len(numbers) / len(cells)
    if kind is None:
        if different == 2:
            found, how = BINARY, "two different values"
        elif share >= _MOSTLY:
            found, how = NUMBER, f"numbers in {share:.0%} of the rows"
        else:
            found, how = CATEGORIES, f"{different:,} different texts"
    else:
        found, how = kind, "as asked for"
    if found == NUMBER:
        if not numbers:
            raise OptionError(f"{column!r} holds no number; ask for --kind {CATEGORIES}")
        return found, how, {image: numbers[image] for image in cells if image in numbers}
    if different > MOST_KINDS:
        raise OptionError(
            f"{column!r} holds {different:,} different values, categories are up to {MOST_KINDS}; "
            f"join rare ones{f', or ask for --kind {NUMBER}' if numbers else ''}"
        )
    if found == BINARY and different > 2:
        raise OptionError(
            f"{column!r} holds {different} different values, binary needs 2; ask for --kind "
            f"{CATEGORIES}{f' or {NUMBER}' if numbers else ''}"
        )
    return found, how, texts


def _number(cell: str, separator: str) -> float | None:
    try:
        value = number(cell, separator)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _text(cell: str, value: float | None) -> str:
    """A cell as the name of a kind: 1 and 1.0 are one, as are Yes and yes."""
    return f"{value:g}" if value is not None else cell.casefold()

"""Scores that people gave, read from a table and matched to the images of a workspace."""

import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contrast_engine.errors import CollectionError, UnknownName
from contrast_engine.store import Workspace, shown
from contrast_engine.store.spellings import Located
from contrast_engine.store.tables import PATHS, Table, column, listed, needed, open_table
from contrast_engine.store.tables.cells import number
from contrast_engine.vectors import ImageId

FILE_COLUMNS = (*PATHS, "id")
GROUP_COLUMNS = ("group", "category")
REPEATING_COLUMN = "distortion"
"""What SAVOIAS tables call the category: taken for the group where its values repeat."""


@dataclass(frozen=True)
class ScoreCounts:
    """What became of the rows of a file of scores.

    Args:
        rows: Rows with text in them.
        unknown: Rows that name no image of the workspace.
        without_score: Rows whose score is blank or NaN.
        repeated: Rows that name an image again: the first counts.
        differing: Those of them with another score or group.
        problems: The first rows that could not be used, in words.
    """

    rows: int = 0
    unknown: int = 0
    without_score: int = 0
    repeated: int = 0
    differing: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class HumanScores:
    """Scores by image.

    Args:
        score: The score of each image, larger is more complex.
        group: Its group; "" where the file names none.
        grouped_by: The column the groups are from; "" where there is none.
        read_as: How the file was read.
        counts: What became of its rows.
    """

    score: dict[ImageId, float]
    group: dict[ImageId, str]
    grouped_by: str
    read_as: str
    counts: ScoreCounts


def read_scores(workspace: Workspace, path: str | Path) -> HumanScores:
    """The scores in a table with the columns `file` (or `path`), `score` and perhaps `group`.

    Relative paths start at the table's folder or at a scanned folder; an image is also known by
    its id or by its content. Groups may be called `category`, or `distortion` where its values
    repeat.

    Args:
        workspace: Whose images.
        path: A .csv, .tsv or .parquet.

    Raises:
        CollectionError: There is no such table, a column is missing, or no row can be used.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise CollectionError(f"there is no file {shown(path)}; name a table with file and score")
    table = open_table(path)
    file_at = column(table, *FILE_COLUMNS)
    if file_at is None:
        raise CollectionError(
            f"{shown(path)} needs a column 'file' with the path of every image; its columns: "
            f"{listed(table.columns)}"
        )
    score_at = needed(table, "score", "a number for every image, larger for more complex")
    group_at = _group_column(table)
    wanted = [file_at, score_at, *([] if group_at is None else [group_at])]
    separator = getattr(table, "separator", ",")
    find = ImageFinder(workspace, path, table.codec)
    found: dict[ImageId, tuple[float, str]] = {}
    counts: Counter[str] = Counter()
    problems: list[str] = []
    for row in table.rows(wanted):
        counts["rows"] += 1
        try:
            image, value = _used(row.cells, row.problem, separator, find)
        except (UnknownName, ValueError) as error:
            counts["unknown" if isinstance(error, UnknownName) else "without_score"] += 1
            problems.append(f"row {row.number}: {error}")
            continue
        answer = (value, row.cells[2].strip() if len(row.cells) > 2 else "")
        if image in found:
            counts["repeated"] += 1
            counts["differing"] += found[image] != answer
        else:
            found[image] = answer
    if not found:
        why = f"; {problems[0]}" if problems else ""
        raise CollectionError(
            f"none of the {counts['rows']:,} rows of {shown(path)} has a score for an image of "
            f"this workspace{why}"
        )
    return HumanScores(
        {image: value for image, (value, _) in found.items()},
        {image: group for image, (_, group) in found.items()},
        "" if group_at is None else table.columns[group_at],
        table.read_as,
        ScoreCounts(
            counts["rows"], counts["unknown"], counts["without_score"], counts["repeated"],
            counts["differing"], tuple(problems[:10]),
        ),
    )  # fmt: skip


def _used(
    cells: tuple[str, ...], problem: str | None, separator: str, find: "ImageFinder"
) -> tuple[ImageId, float]:
    if problem is not None:
        raise ValueError(problem)
    image = find(cells[0].strip())
    try:
        value = number(cells[1], separator)
    except ValueError:
        raise ValueError(f"{shown(cells[1])} is no score; write a number there") from None
    if not math.isfinite(value):
        raise ValueError("its score is blank or not finite")
    return image, value


def _group_column(table: Table) -> int | None:
    at = column(table, *GROUP_COLUMNS)
    if at is not None:
        return at
    at = column(table, REPEATING_COLUMN)
    if at is None:
        return None
    values = [row.cells[0].strip() for row in table.rows([at])]
    return at if any(values) and 2 * len(set(values)) <= len(values) else None


class ImageFinder:
    """From a name in a table to the image it means."""

    def __init__(self, workspace: Workspace, path: Path, codec: str | None) -> None:
        self._images = workspace.images
        folders = [str(path.absolute().parent), *workspace.roots]
        self._places = [Located(folder, codec) for folder in folders]

    def __call__(self, name: str) -> ImageId:
        """The image of a name: an id, a path, or the content of a file."""
        if not name:
            raise UnknownName("it names no image: its cell is blank")
        if name in self._images:
            return ImageId(name)
        for place in self._candidates(name):
            try:
                return self._images.find(place)
            except UnknownName:
                continue
            except ValueError:  # a name that no disk can hold
                break
        for place in self._candidates(name):
            if (image := self._by_content(place)) is not None:
                return image
        raise UnknownName(f"{shown(name)} is no image of this workspace")

    def _candidates(self, name: str) -> Iterator[str]:
        for located in self._places:
            yield located(name)

    def _by_content(self, place: str) -> ImageId | None:
        from contrast_engine.images import content_id

        if not os.path.isfile(place):  # noqa: PTH113 - False for a name too long for any disk
            return None
        try:
            image = ImageId(content_id(Path(place).read_bytes()))
        except OSError:
            return None
        return image if image in self._images else None

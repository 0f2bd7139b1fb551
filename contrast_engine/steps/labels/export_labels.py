"""export_labels: everything that was said of any image, as a table that imports without loss."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TypeVar

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageId, ImageIds
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.output.columns import by_path
from contrast_engine.store import Workspace, shown
from contrast_engine.store.atomic_files import write_chunks
from contrast_engine.store.collection import Collection

Row = TypeVar("Row")

COLUMNS = ("id", "path", "label", "who", "at", "why")
CONSENSUS = ("settled", "rule")
"""Further columns where several annotators labelled: the consensus label, and its rule."""

OF_THE_LOG = ("kind", "annotation", "undone", "current")
"""What the log knows beyond one label an image, so that nothing is lost on the way back."""

SCALE = "scale"
"""A further column where labels go from low to high: all of them, as a list in JSON."""

ENDINGS = (".csv", ".jsonl", ".parquet")

TOGETHER = 10_000
"""Rows that are in memory at once; of a .parquet those of a group, which holds ten times more."""


def current_labels(workspace: Workspace, only: Sequence[ImageId] | None = None) -> list[Json]:
    """The latest label of every labelled image, sorted by path.

    Where several annotators labelled, `settled` is their consensus label, "" where it is
    disputed, and `rule` says how it came about.

    Args:
        workspace: Whose labels.
        only: The images that are asked about; all by default.
    """
    return list(each_current_label(workspace, only))


def each_current_label(
    workspace: Workspace, only: Sequence[ImageId] | None = None
) -> Iterator[Json]:
    """The rows of `current_labels` one after the other; none is kept."""
    settled, current, home = _settled(workspace), workspace.labels.current(), workspace.images
    given = current.images if only is None else ImageIds.of(dict.fromkeys(only)).images
    given = given & current.images
    if only is None:
        in_order = by_path(home).among(given)
    else:
        few = [image for image in given if image in home]
        in_order = ImageIds.of(sorted(few, key=lambda image: (home.path(image), image)))
    for part in _parts(chain(given - home.images, in_order)):
        images = ImageIds.of(part)
        rows = zip(part, _paths(home, images), settled(images), strict=True)
        for image, path, ruled in rows:
            label = current[image]
            yield {"id": image, "path": path, "label": label.label, "who": label.who,
                   "at": label.at, "why": label.why, **ruled}  # fmt: skip


def every_annotation(workspace: Workspace) -> Iterator[Json]:
    """Every annotation of any image, in the order of the log; none is kept.

    `kind` is "label", "unsure" or "taken away", `annotation` the number in the log, which several
    images share that were labelled at once, `undone` the number of the event that undid it, and
    `current` "yes" for the one row of an image that holds its label of now. Where labels go from
    low to high, `scale` lists them all.
    """
    settled, scale = _settled(workspace), _scale(workspace)
    current, home = workspace.labels.current(), workspace.images
    for part in _parts(workspace.labels.each_annotation()):
        images = ImageIds.of([one.image for one in part])
        holds, paths = current.seqs_of(images).tolist(), _paths(home, images)
        for one, path, seq, ruled in zip(part, paths, holds, settled(images), strict=True):
            yield {
                "id": one.image,
                "path": path,
                "label": one.label or "",
                "who": one.who,
                "at": one.at,
                "why": one.why,
                **ruled,
                "kind": _kind(one.label, one.is_unsure),
                "annotation": one.seq,
                "undone": one.undone,
                "current": "yes" if seq == one.seq else "",
                **scale,
            }


def write_labels(
    workspace: Workspace, file: Path, *, only_current: bool = False, progress: Progress = SILENT
) -> int:
    """The number of rows of a .csv, .jsonl or .parquet, once the labels are written to it.

    Args:
        workspace: Whose labels.
        file: Where to; its ending says in what form.
        only_current: One row for each labelled image, not one for every annotation.
        progress: Told after every ten thousand rows.

    Raises:
        OptionError: The ending is another.
        WorkspaceError: It could not be written.
    """
    progress = paced(progress, "export labels", workspace, "reading the labels")
    encoders = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    encoded = encoders.get(file.suffix.lower())
    if encoded is None:
        raise OptionError(
            f"labels are written as {', '.join(ENDINGS)}; {shown(file.name)} ends otherwise"
        )
    labels, count = workspace.labels, 0
    total = len(labels.current().images) if only_current else labels.how_many()

    def counted(rows: Iterable[Json]) -> Iterator[Json]:
        nonlocal count
        for row in rows:
            if count % TOGETHER == 0:
                progress.tick(count, max(count, total), "writing labels")
            count += 1
            yield row
        progress.tick(count, max(count, total), "written")

    every = each_current_label(workspace) if only_current else every_annotation(workspace)
    columns = (*COLUMNS, *(CONSENSUS if _is_shared(workspace) else ()))
    if not only_current:
        columns = (*columns, *OF_THE_LOG, *_scale(workspace))
    write_chunks(file, encoded(counted(every), columns))
    return count


def _parts(rows: Iterable[Row], times: int = 1) -> Iterator[list[Row]]:
    """Some rows at a time."""
    left = iter(rows)
    while part := list(islice(left, times * TOGETHER)):
        yield part


def _paths(home: Collection, images: Sequence[ImageId]) -> list[str]:
    """The path of each of some images, "" for those that are not in the collection."""
    rows, locations = home.rows(ImageIds.of(images)).tolist(), home.files.locations
    return [locations[row].decode("utf-8", "backslashreplace") if row >= 0 else "" for row in rows]


def _is_shared(workspace: Workspace) -> bool:
    """Whether there is a consensus of several annotators; one alone has their own labels."""
    several = len(workspace.labels.by_person()) > 1
    return several and bool(consensus_labels(workspace).as_json())


def _settled(workspace: Workspace) -> Callable[[ImageIds], Iterator[Json]]:
    """What tells what is settled of some images, in order; nothing where one person labelled."""
    if not _is_shared(workspace):
        return lambda images: repeat({}, len(images))
    consensus = consensus_labels(workspace)
    return lambda images: (
        {"settled": label, "rule": rule} for label, rule in consensus.each(images)
    )


def _scale(workspace: Workspace) -> Json:
    known = workspace.labels.label_set()
    return {SCALE: json.dumps(known.labels, ensure_ascii=False)} if known.is_ordered else {}


def _kind(label: str | None, is_unsure: bool) -> str:
    if is_unsure:
        return "unsure"
    return "taken away" if label is None else "label"


def _csv(rows: Iterable[Json], columns: Sequence[str]) -> Iterator[bytes]:
    lines = io.StringIO(newline="")
    writer = csv.DictWriter(lines, columns)
    writer.writeheader()
    for part in _parts(rows):
        writer.writerows(part)
        yield lines.getvalue().encode("utf-8", "surrogateescape")
        lines.seek(0)
        lines.truncate()
    yield lines.getvalue().encode()


def _jsonl(rows: Iterable[Json], columns: Sequence[str]) -> Iterator[bytes]:
    for part in _parts(rows):
        lines = ({name: row.get(name) for name in columns} for row in part)
        yield "".join(f"{json.dumps(line, allow_nan=False)}\n" for line in lines).encode()


def _parquet(rows: Iterable[Json], columns: Sequence[str]) -> Iterator[bytes]:
    from contrast_engine.store.parquet import encoded_in_parts

    def cells(part: Sequence[Json]) -> dict[str, list[str | None]]:
        return {name: [_text(row.get(name)) for row in part] for name in columns}

    parts = _parts(rows, 10)
    first = cells(next(parts, []))
    notes = {"made_by": "contrast label export"}
    return encoded_in_parts(chain([first], map(cells, parts)), notes)


def _text(value: object) -> str | None:
    return None if value is None else str(value)

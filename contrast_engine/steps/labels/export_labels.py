"""export_labels: everything that was said of any image, as a table that imports without loss."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageId
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store import Workspace, shown
from contrast_engine.store.atomic_files import write_bytes, write_chunks

COLUMNS = ("id", "path", "label", "who", "at", "why")
CONSENSUS = ("settled", "rule")
"""Further columns where several annotators labelled: the consensus label, and its rule."""

OF_THE_LOG = ("kind", "annotation", "undone", "current")
"""What the log knows beyond one label an image, so that nothing is lost on the way back."""

SCALE = "scale"
"""A further column where labels go from low to high: all of them, as a list in JSON."""

ENDINGS = (".csv", ".jsonl", ".parquet")


def current_labels(workspace: Workspace, only: Sequence[ImageId] | None = None) -> list[Json]:
    """The latest label of every labelled image, sorted by path.

    Where several annotators labelled, `settled` is their consensus label, "" where it is
    disputed, and `rule` says how it came about.

    Args:
        workspace: Whose labels.
        only: The images that are asked about; all by default.
    """
    path, settled, current = _path_of(workspace), _settled(workspace), workspace.labels.current()
    given = current.items() if only is None else ((i, current[i]) for i in only if i in current)
    rows: list[Json] = [
        {"id": image, "path": path(image), "label": label.label, "who": label.who,
         "at": label.at, "why": label.why, **settled(image)}
        for image, label in given
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row["path"], row["id"]))


def every_annotation(workspace: Workspace) -> list[Json]:
    """Every annotation of any image, in the order of the log.

    `kind` is "label", "unsure" or "taken away", `annotation` the number in the log, which several
    images share that were labelled at once, `undone` the number of the event that undid it, and
    `current` "yes" for the one row of an image that holds its label of now. Where labels go from
    low to high, `scale` lists them all.
    """
    path, settled, scale = _path_of(workspace), _settled(workspace), _scale(workspace)
    current = workspace.labels.current()
    return [
        {
            "id": one.image,
            "path": path(one.image),
            "label": one.label or "",
            "who": one.who,
            "at": one.at,
            "why": one.why,
            **settled(one.image),
            "kind": _kind(one.label, one.is_unsure),
            "annotation": one.seq,
            "undone": one.undone,
            "current": "yes" if current.seq_of(one.image) == one.seq else "",
            **scale,
        }
        for one in workspace.labels.annotations()
    ]


def write_labels(workspace: Workspace, file: Path, *, only_current: bool = False) -> int:
    """The number of rows of a .csv, .jsonl or .parquet, once the labels are written to it.

    Args:
        workspace: Whose labels.
        file: Where to; its ending says in what form.
        only_current: One row for each labelled image, not one for every annotation.

    Raises:
        OptionError: The ending is another.
        WorkspaceError: It could not be written.
    """
    writers = {".csv": _csv, ".jsonl": _jsonl, ".parquet": _parquet}
    write = writers.get(file.suffix.lower())
    if write is None:
        raise OptionError(
            f"labels are written as {', '.join(ENDINGS)}; {shown(file.name)} ends otherwise"
        )
    rows = current_labels(workspace) if only_current else every_annotation(workspace)
    is_shared = any("rule" in row for row in rows)
    columns = (*COLUMNS, *(CONSENSUS if is_shared else ()))
    if not only_current:
        columns = (*columns, *OF_THE_LOG, *_scale(workspace))
    write(rows, columns, file)
    return len(rows)


def _path_of(workspace: Workspace) -> Callable[[ImageId], str]:
    images = workspace.images
    return lambda image: images.path(image) if image in images else ""


def _settled(workspace: Workspace) -> Callable[[ImageId], Json]:
    consensus = consensus_labels(workspace)
    if not consensus.as_json():
        return lambda image: {}
    of, ruled, people = consensus.of, consensus.ruled, consensus.people
    disputed = frozenset(ruled.disputed)  # each once: both are of all images

    def settled(image: ImageId) -> Json:
        n = people.get(image, 0)
        rule = "disputed" if n > 1 and image in disputed else f"{ruled.rule} of {n}"
        return {
            "settled": of.get(image, ""), "rule": rule if n > 1 else consensus.rule_of(image)
        }  # fmt: skip

    return settled


def _scale(workspace: Workspace) -> Json:
    known = workspace.labels.label_set()
    return {SCALE: json.dumps(known.labels, ensure_ascii=False)} if known.is_ordered else {}


def _kind(label: str | None, is_unsure: bool) -> str:
    if is_unsure:
        return "unsure"
    return "taken away" if label is None else "label"


def _csv(rows: Sequence[Json], columns: Sequence[str], file: Path) -> None:
    def lines() -> Iterator[bytes]:
        line = io.StringIO(newline="")
        writer = csv.DictWriter(line, columns)
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            yield line.getvalue().encode("utf-8", "surrogateescape")
            line.seek(0)
            line.truncate()
        yield line.getvalue().encode()

    write_chunks(file, lines())


def _jsonl(rows: Sequence[Json], columns: Sequence[str], file: Path) -> None:
    lines = ({name: row.get(name) for name in columns} for row in rows)
    write_chunks(file, (f"{json.dumps(line, allow_nan=False)}\n".encode() for line in lines))


def _parquet(rows: Sequence[Json], columns: Sequence[str], file: Path) -> None:
    from contrast_engine.store.parquet import encode

    cells = {name: [_text(row.get(name)) for row in rows] for name in columns}
    write_bytes(file, encode(cells, {"made_by": "contrast label export"}))


def _text(value: object) -> str | None:
    return None if value is None else str(value)

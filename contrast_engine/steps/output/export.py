"""export, table: one row per image with everything that is known about it."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from contrast_engine.clusterings.taxonomy import places
from contrast_engine.errors import OptionError
from contrast_engine.features import feature_names
from contrast_engine.issues import ISSUES
from contrast_engine.progress import SILENT, Progress
from contrast_engine.results import UNASSIGNED
from contrast_engine.steps.attributes import attribute_columns
from contrast_engine.steps.collection.issues import issues
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.output.exported import remember_export
from contrast_engine.steps.structure.taxonomy import taxonomy
from contrast_engine.store import Workspace
from contrast_engine.store.atomic_files import write_bytes
from contrast_engine.store.collection import shown
from contrast_engine.vectors import ImageId

Cell = str | float | int | bool | None

_BEFORE = ("id", "path")
_TEXT = {
    "id",
    "path",
    "cluster_name",
    "fine_cluster",
    "fine_name",
    "label",
    "label_rule",
    "predicted_label",
    "notes",
}
_AFTER = ("predicted_label", "probability", "abstains", "map_x", "map_y", "notes")


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns; a cell is None where nothing is known."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class ExportReport:
    """What was written where."""

    rows: int
    columns: tuple[str, ...]
    path: str


def table(workspace: Workspace, *, with_issues: bool = False) -> Table:
    """What is known about every readable image, sorted by path.

    Columns: id, path, every feature, cluster, label, predicted_label, probability, abstains,
    map_x, map_y, notes. The predicted label is given also where the model abstains. Where somebody
    named a cluster, cluster_name follows cluster. Where a fine cut is kept with the clusters,
    fine_cluster follows, "0.2" for group 2 inside cluster 0, and fine_name where somebody named
    one. Where several people labelled, label is their consensus, blank where it is disputed, and
    label_rule says how: "one person", "consensus of 3", "majority of 2" or "disputed". What was
    noted about reading a file stands in notes, blank where nothing was. Attributes, such as
    complexity and illuminant, follow once they are there, blank where an image has none.

    Args:
        workspace: The workspace.
        with_issues: Add is_<issue>_issue and <issue>_score for every contrast issue at the end.
    """
    images = workspace.images
    features, measured = _features(workspace)
    clusters, said = _clusters(workspace), consensus_labels(workspace)
    labels, is_shared = said.of, bool(said.as_json())
    groups, names = _fine_groups(workspace)
    called = _cluster_names(workspace)
    after = (
        "cluster", *(("cluster_name",) if called else ()),
        *(("fine_cluster",) if groups else ()), *(("fine_name",) if names else ()),
        "label", *(("label_rule",) if is_shared else ()), *_AFTER,
    )  # fmt: skip
    predicted, places = _predicted(workspace), _places(workspace)
    attributes = dict(attribute_columns(workspace))
    judged_for, judged = _issues(workspace) if with_issues else ((), {})
    unjudged: tuple[Cell, ...] = (None,) * len(judged_for)
    no_features: tuple[Cell, ...] = (None,) * len(features)
    rows = []
    for image in sorted(images.ids, key=lambda i: (images.paths[i], i)):
        rows.append(
            (
                image,
                images.paths[image],
                *measured.get(image, no_features),
                clusters.get(image),
                *((called.get(clusters.get(image, UNASSIGNED)),) if called else ()),
                *((groups.get(image),) if groups else ()),
                *((names.get(groups.get(image, "")),) if names else ()),
                labels.get(image),
                *((said.rule_of(image),) if is_shared else ()),
                *predicted.get(image, (None, None, None)),
                *places.get(image, (None, None)),
                "; ".join(images.noted.get(image, ())) or None,
                *(values.get(image) for values in attributes.values()),
                *judged.get(image, unjudged),
            )
        )
    return Table((*_BEFORE, *features, *after, *attributes, *judged_for), tuple(rows))


def export(
    workspace: Workspace,
    path: str | Path,
    *,
    with_issues: bool = False,
    progress: Progress = SILENT,
) -> ExportReport:
    """Write the table as CSV (UTF-8) or Parquet, by the ending of the file's name.

    The file appears whole or not at all, and the same workspace gives the same bytes. Text is
    written as it is: a path that starts with "=" stays what it is.

    Raises:
        OptionError: The ending is neither .csv nor .parquet, or the folder is not there.
        WorkspaceError: It could not be written.
    """
    target = checked_target(path)
    encode = {".csv": csv_bytes, ".parquet": parquet_bytes}.get(target.suffix.lower())
    if encode is None:
        raise OptionError(
            f"{shown(target.name)} must end in .csv or .parquet; the ending decides the format"
        )
    progress.tick(0, 2, "gathering")
    found = table(workspace, with_issues=with_issues)
    progress.tick(1, 2, "writing")
    write_bytes(target, encode(found))
    remember_export(workspace, shown(target))
    progress.tick(2, 2, "written")
    return ExportReport(len(found.rows), found.columns, shown(target))


def checked_target(path: str | Path) -> Path:
    """The file to write to, as a full path.

    Raises:
        OptionError: It is a folder, or the folder is not there.
    """
    target = Path(path).expanduser().absolute()
    if target.is_dir():
        raise OptionError(f"{shown(target)} is a folder; name a file in it")
    if not target.parent.is_dir():
        raise OptionError(
            f"there is no folder {shown(target.parent)} to write to; make it first or name another"
        )
    return target


def csv_bytes(found: Table) -> bytes:
    """The table as CSV: a header, numbers in full precision, blank where not known."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(found.columns)
    writer.writerows([_as_text(cell) for cell in row] for row in found.rows)
    return "".join(lines.written).encode()


def parquet_bytes(found: Table) -> bytes:
    """The table as Parquet: text, doubles, whole numbers and booleans, null if not known."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    cells = list(zip(*found.rows, strict=True)) or [()] * len(found.columns)
    arrays = [_array(name, column) for name, column in zip(found.columns, cells, strict=True)]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, names=list(found.columns)), sink)
    return bytes(sink.getvalue())


class _Lines:
    """Takes rows from a csv writer and ends them plainly.

    The writer only quotes a carriage return in a cell if it ends its own rows with one.
    """

    def __init__(self) -> None:
        self.written: list[str] = []

    def write(self, row: str) -> int:
        self.written.append(row.removesuffix("\r\n") + "\n")
        return len(row)


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)


def _array(name: str, column: Sequence[Any]) -> Any:
    """Make a pyarrow column from its buffers: pyarrow's converters would import pandas."""
    import pyarrow as pa

    is_known = np.array([cell is not None for cell in column], dtype=np.bool_)
    known = pa.py_buffer(np.packbits(is_known, bitorder="little"))
    if name in _TEXT:
        parts = [(cell or "").encode() for cell in column]
        ends = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int32)
        buffers = [known, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
        return pa.Array.from_buffers(pa.string(), len(column), buffers)
    is_flag = name == "abstains" or re.fullmatch("is_.*_issue", name) is not None
    kind = pa.bool_() if is_flag else pa.int64() if name == "cluster" else pa.float64()
    if is_flag:
        flags = np.array([bool(cell) for cell in column], dtype=np.bool_)
        values: Any = np.packbits(flags, bitorder="little")
    else:
        dtype = np.int64 if name == "cluster" else np.float64
        values = np.array([cell or 0 for cell in column], dtype=dtype)
    return pa.Array.from_buffers(kind, len(column), [known, pa.py_buffer(values)])


def _features(
    workspace: Workspace,
) -> tuple[tuple[str, ...], dict[ImageId, tuple[Cell, ...]]]:
    key = workspace.current("features")
    if key is None:
        return feature_names(), {}
    vectors = workspace.load(key)
    rows = (tuple(row) for row in vectors.values.tolist())
    return vectors.columns, dict(zip(vectors.ids, rows, strict=True))


def _issues(
    workspace: Workspace,
) -> tuple[tuple[str, ...], dict[ImageId, tuple[Cell, ...]]]:
    """The columns of the contrast issues; blank, but there, where nothing is measured."""
    if workspace.current("features") is None:
        return tuple(column for issue in ISSUES.values() for column in issue.columns), {}
    found = issues(workspace)
    columns = tuple(column for one in found for column in one.issue.columns)
    flags = [dict(zip(one.ids, one.flags.tolist(), strict=True)) for one in found]
    cells: dict[ImageId, tuple[Cell, ...]] = {
        image: tuple(
            cell
            for one, flag in zip(found, flags, strict=True)
            for cell in (flag.get(image), one.score_of.get(image))
        )
        for image in found[0].ids
    }
    return columns, cells


def _clusters(workspace: Workspace) -> dict[ImageId, int]:
    key = workspace.current("clusterings")
    found = workspace.load(key).of if key else {}
    return {image: cluster for image, cluster in found.items() if cluster != UNASSIGNED}


def _cluster_names(workspace: Workspace) -> Mapping[int, str]:
    """The names that people gave to clusters of now."""
    key = workspace.current("clusterings")
    return workspace.labels.cluster_names(key) if key else {}


def _fine_groups(workspace: Workspace) -> tuple[dict[ImageId, str], Mapping[str, str]]:
    """The finer group of each image, and the names of those that have one."""
    key = workspace.current("clusterings")
    kept = taxonomy(workspace, key) if key else None
    return (places(kept.branches), kept.names) if kept else ({}, {})


def _predicted(workspace: Workspace) -> dict[ImageId, tuple[str, float, bool]]:
    key = workspace.current("predictions")
    if key is None:
        return {}
    found = workspace.load(key)
    rows = zip(found.label, found.confidence.tolist(), found.abstains.tolist(), strict=True)
    return dict(zip(found.ids, rows, strict=True))


def _places(workspace: Workspace) -> dict[ImageId, tuple[float, float]]:
    key = workspace.current("maps")
    if key is None:
        return {}
    found = workspace.load(key).select(["map_x", "map_y"])
    points = (tuple(point) for point in found.values.tolist())
    return dict(zip(found.ids, points, strict=True))

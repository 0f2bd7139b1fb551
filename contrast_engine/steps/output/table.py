"""table: one row per image with everything that is known about it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.clusterings.taxonomy import places
from contrast_engine.features import feature_names
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.issues import ISSUES
from contrast_engine.results import UNASSIGNED, Clustering, Predictions
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issues import issues, why_no_issues
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.output.columns import (
    PART,
    Cells,
    Column,
    LazyRows,
    by_path,
    nothing,
    of_array,
    of_each,
    of_ids,
    of_mapping,
    of_paths,
    of_vectors,
    some_of,
)
from contrast_engine.steps.output.columns import (
    Cell as Cell,
)
from contrast_engine.steps.output.shelf import Shelf
from contrast_engine.steps.structure.taxonomy import taxonomy
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns; a cell is None where nothing is known.

    Args:
        columns: The names.
        rows: The rows; those of a workspace are made when they are asked for.
    """

    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def parts(self) -> Iterator[list[Cells]]:
        """The cells of every column, some thousand rows at a time."""
        if isinstance(self.rows, LazyRows):
            yield from self.rows.parts()
            return
        for start in range(0, len(self.rows), PART):
            turned = zip(*self.rows[start : start + PART], strict=True)
            yield [Cells.of(column) for column in turned]

    def cells(self, name: str) -> Iterator[Cell]:
        """The cells of one column."""
        at = self.columns.index(name)
        if isinstance(self.rows, LazyRows):
            return self.rows.cells(at)
        return (row[at] for row in self.rows)


def table(
    workspace: Workspace,
    *,
    with_issues: bool = False,
    images: ImageSet | None = None,
    seen: Callable[[str], str] = str,
) -> Table:
    """What is known about every readable image, sorted by path; rows are made when asked for.

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
        images: Only these; all without.
        seen: What is written of a path.
    """
    home = workspace.images
    ids = by_path(home) if images is None else some_of(by_path(home), images)
    columns: dict[str, Column] = {"id": of_ids(ids), "path": of_paths(home, ids, seen)}
    shelf = Shelf(workspace.root, len(ids))
    columns |= _features(workspace, ids, shelf) | _clusters(workspace, ids)
    columns |= _labels(workspace, ids) | _predicted(workspace, ids) | _places(workspace, ids, shelf)
    noted = home.noted
    columns["notes"] = of_each(ids, lambda i: "; ".join(noted.get(i, ())) or None) if noted else (
        nothing
    )  # fmt: skip
    for name, key in attribute_tables(workspace).items():
        (columns[name],) = of_vectors(workspace.load(key), ids, [name], shelf)
    if with_issues:
        columns |= _issues(workspace, ids)
    return Table(tuple(columns), LazyRows(len(ids), list(columns.values())))


def issue_columns(
    workspace: Workspace,
) -> tuple[tuple[str, ...], dict[ImageId, tuple[Cell, ...]]]:
    """The columns of the contrast issues, and their cells of every image that is measured."""
    if why_no_issues(workspace):
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


def _issues(workspace: Workspace, ids: ImageIds) -> dict[str, Column]:
    if why_no_issues(workspace):
        return {column: nothing for issue in ISSUES.values() for column in issue.columns}
    columns: dict[str, Column] = {}
    for one in issues(workspace):
        rows = ImageIds.of(one.ids).places(ids)
        flag, score = one.issue.columns
        columns |= {flag: of_array(rows, one.flags), score: of_array(rows, one.scores)}
    return columns


def _features(workspace: Workspace, ids: ImageIds, shelf: Shelf) -> dict[str, Column]:
    key = workspace.current("features")
    if key is None:
        return dict.fromkeys(feature_names(), nothing)
    vectors: Vectors = workspace.load(key)
    names = vectors.columns
    return dict(zip(names, of_vectors(vectors, ids, names, shelf), strict=True))


def _clusters(workspace: Workspace, ids: ImageIds) -> dict[str, Column]:
    """The cluster of each image, its name, and the finer group and its name."""
    key = workspace.current("clusterings")
    if key is None:
        return {"cluster": nothing}
    found: Clustering = workspace.load(key)
    of, rows = found.cluster, found.ids.places(ids)
    rows = np.where(of[rows] == UNASSIGNED, -1, rows) if len(found) else rows
    columns: dict[str, Column] = {"cluster": of_array(rows, of)}
    called = workspace.labels.cluster_names(key)
    if called:
        own = np.where(rows >= 0, of[rows], UNASSIGNED) if len(found) else rows
        columns["cluster_name"] = lambda start, stop: Cells.of(
            [called.get(cluster) for cluster in own[start:stop].tolist()]
        )
    groups, names = _fine_groups(workspace, key)
    if groups:
        columns["fine_cluster"] = of_mapping(ids, groups)
    if names:
        columns["fine_name"] = of_each(ids, lambda image: names.get(groups.get(image, "")))
    return columns


def _labels(workspace: Workspace, ids: ImageIds) -> dict[str, Column]:
    said = consensus_labels(workspace)
    columns: dict[str, Column] = {"label": of_mapping(ids, said.of)}
    return columns | ({"label_rule": of_each(ids, said.rule_of)} if said.as_json() else {})


def _fine_groups(workspace: Workspace, key: str) -> tuple[dict[ImageId, str], Mapping[str, str]]:
    """The finer group of each image, and the names of those that have one."""
    kept = taxonomy(workspace, key)
    return (places(kept.branches), kept.names) if kept else ({}, {})


def _predicted(workspace: Workspace, ids: ImageIds) -> dict[str, Column]:
    names = ("predicted_label", "probability", "abstains")
    key = workspace.current("predictions")
    if key is None:
        return dict.fromkeys(names, nothing)
    found: Predictions = workspace.load(key)
    if not len(found):
        return dict.fromkeys(names, nothing)
    rows, code, labels = found.ids.places(ids), found.code, found.labels
    said = of_array(rows, lambda part: [labels[one] for one in code[part].tolist()])
    sure = of_array(rows, found.confidence)
    return dict(zip(names, (said, sure, of_array(rows, found.abstains)), strict=True))


def _places(workspace: Workspace, ids: ImageIds, shelf: Shelf) -> dict[str, Column]:
    names = ("map_x", "map_y")
    key = workspace.current("maps")
    if key is None:
        return dict.fromkeys(names, nothing)
    found = of_vectors(workspace.load(key), ids, names, shelf)
    return dict(zip(names, found, strict=True))

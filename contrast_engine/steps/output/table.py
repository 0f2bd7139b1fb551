"""table: one row per image with everything that is known about it."""

from collections.abc import Mapping
from dataclasses import dataclass

from contrast_engine.clusterings.taxonomy import places
from contrast_engine.features import feature_names
from contrast_engine.issues import ISSUES
from contrast_engine.results import UNASSIGNED
from contrast_engine.steps.attributes import attribute_columns
from contrast_engine.steps.collection.issues import issues, why_no_issues
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.structure.taxonomy import taxonomy
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

Cell = str | float | int | bool | None

_BEFORE = ("id", "path")
_AFTER = ("predicted_label", "probability", "abstains", "map_x", "map_y", "notes")


@dataclass(frozen=True)
class Table:
    """Rows of cells under named columns; a cell is None where nothing is known."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


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
    judged_for, judged = issue_columns(workspace) if with_issues else ((), {})
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


def _features(
    workspace: Workspace,
) -> tuple[tuple[str, ...], dict[ImageId, tuple[Cell, ...]]]:
    key = workspace.current("features")
    if key is None:
        return feature_names(), {}
    vectors = workspace.load(key)
    rows = (tuple(row) for row in vectors.values.tolist())
    return vectors.columns, dict(zip(vectors.ids, rows, strict=True))


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

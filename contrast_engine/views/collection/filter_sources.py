"""What images can be filtered by, read from a workspace as it is now."""

import functools
from collections.abc import Callable

import numpy as np

from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.features import features
from contrast_engine.imageset import ImageIds
from contrast_engine.results import UNASSIGNED, Clustering, Predictions
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issues import issues, why_no_issues
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.store.notes import note_kinds
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.collection.filter_facets import (
    TITLES,
    Facet,
    NumberFacet,
    SaidOfRows,
    Value,
    coloured,
    made,
)
from contrast_engine.views.collection.filter_folders import by_folder
from contrast_engine.views.collection.filters import ABSTAINS, DISPUTED, FEATURE, NONE, UNLIKE
from contrast_engine.views.collection.unlike import unlike


def offered(workspace: Workspace) -> dict[str, str]:
    """The keys that images of this collection can be filtered by, with their words."""
    has_labels = workspace.labels.version() > 0
    has = {
        "name": False,  # it has a field of its own
        "folder": True,
        "cluster": bool(workspace.current("clusterings")),
        "label": has_labels,
        "predicted": bool(workspace.current("predictions")),
        "confidence": bool(workspace.current("predictions")),
        "issue": bool(workspace.current("features")),
        "annotator": has_labels,
        "note": bool(workspace.images.noted),
    }
    found = {key: TITLES[key] for key, is_there in has.items() if is_there}
    return found | {f"{FEATURE}{name}": feature_title(name) for name in _numbers(workspace)}


def number_facet(workspace: Workspace, key: str) -> NumberFacet | None:
    """The numbers that a key names, in the order of the images' ids; None where there are none."""
    images = workspace.images.images
    if key == "confidence":
        made = workspace.current("predictions")
        if made is None:
            return None
        predictions: Predictions = workspace.load(made)
        places = images.rows_in(predictions.ids.numbers)
        values = np.full(len(images), np.nan)
        values[places[places >= 0]] = predictions.confidence[places >= 0]
        return NumberFacet(key, TITLES[key], "", values)
    name = key.removeprefix(FEATURE)
    table_key = _numbers(workspace).get(name)
    if table_key is None:
        return None
    table: Vectors = workspace.load(table_key)
    padded = np.append(table.column(name), np.nan)  # the place -1 of an image without a row
    known = features.get(name) or ATTRIBUTES.get(name)
    return NumberFacet(
        key, feature_title(name), known.unit if known else "", padded[table.places(images)]
    )


def facet(workspace: Workspace, key: str) -> Facet | None:
    """The classes that a key names; None where there are none of the kind."""
    read = _READERS.get(key)
    return read(workspace) if read else None


def _numbers(workspace: Workspace) -> dict[str, str]:
    """The table of each feature and attribute there is."""
    key = workspace.current("features")
    columns = _columns(workspace, key) if key else ()
    return dict.fromkeys(columns, key or "") | attribute_tables(workspace)


@functools.lru_cache(maxsize=8)
def _columns(workspace: Workspace, key: str) -> tuple[str, ...]:
    table: Vectors = workspace.load(key)
    return table.columns


def _by_cluster(workspace: Workspace) -> Facet | None:
    key = workspace.current("clusterings")
    if key is None:
        return None
    clustering: Clustering = workspace.load(key)
    names = workspace.labels.cluster_names(key)
    titles = [(str(one), names.get(one) or f"Cluster {one}") for one in clustering.clusters]
    known = clustering.clusters
    codes = np.searchsorted(known, clustering.cluster) if known else clustering.cluster
    codes = np.where(clustering.cluster == UNASSIGNED, -1, codes)
    said = SaidOfRows(clustering.ids, codes, [str(one) for one in known])
    return made(workspace, "cluster", coloured(titles), said, {NONE: "In no cluster"})


def _by_label(workspace: Workspace) -> Facet | None:
    if not workspace.labels.version():
        return None
    said = consensus_labels(workspace)
    here = dict.fromkeys([*workspace.labels.label_set().labels, *sorted(set(said.of.values()))])
    special = {NONE: "No label"}
    disputed = [(image, DISPUTED) for image in said.ruled.disputed]
    if disputed:
        special[DISPUTED] = "Disputed"
    values = coloured([(name, name) for name in here])
    return made(workspace, "label", values, said.of.items(), special, disputed)


def _by_prediction(workspace: Workspace) -> Facet | None:
    key = workspace.current("predictions")
    if key is None:
        return None
    found: Predictions = workspace.load(key)
    said = SaidOfRows(found.ids, np.where(found.abstains, -1, found.code), found.labels)
    silent = ImageIds(found.ids.numbers[found.abstains])
    far = unlike(workspace, key)
    specially = SaidOfRows(
        silent + far, np.repeat([0, 1], [len(silent), len(far)]), (ABSTAINS, UNLIKE)
    )
    special = {ABSTAINS: "The model abstains", NONE: "No prediction"}
    if len(far):
        special[UNLIKE] = "Unlike anything labelled"
    values = coloured([(name, name) for name in found.labels])
    return made(workspace, "predicted", values, said, special, specially)


def _by_issue(workspace: Workspace) -> Facet | None:
    if why_no_issues(workspace):
        return None
    found = issues(workspace)
    values = [Value(one.issue.name, one.issue.title) for one in found]
    said = ((image, one.issue.name) for one in found for image in one.images)
    return made(workspace, "issue", values, said, {NONE: "No issue"})


def _by_annotator(workspace: Workspace) -> Facet | None:
    people = workspace.labels.by_person()
    values = [Value(who, who) for who in people]
    said = ((image, who) for who, of in people.items() for image, label in of.items() if label)
    return made(workspace, "annotator", values, said, {NONE: "Nobody"}) if people else None


def _by_note(workspace: Workspace) -> Facet:
    kinds = note_kinds(workspace.images.noted)
    values = [Value(kind, kind) for kind in kinds]
    said = ((image, kind) for kind, inside in kinds.items() for image in inside)
    return made(workspace, "note", values, said, {NONE: "Nothing noted"})


_READERS: dict[str, Callable[[Workspace], Facet | None]] = {
    "folder": by_folder, "cluster": _by_cluster, "label": _by_label, "predicted": _by_prediction,
    "issue": _by_issue, "annotator": _by_annotator, "note": _by_note,
}  # fmt: skip

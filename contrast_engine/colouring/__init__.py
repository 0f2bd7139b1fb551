"""One byte of colour per image, with the legend that says what the bytes mean.

The browser draws byte 0..254 by the legend's colours and 255 as "nothing known". Buffer and legend
come out of one function, so they cannot disagree.
"""

import functools
from collections.abc import Sequence

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.colouring import distortion
from contrast_engine.colouring.legends import (
    NOTHING,
    OTHER_COLOUR,
    RAMPS,
    Classes,
    Colouring,
    Legend,
    Scale,
    by_class,
    by_code,
    by_value,
    legend_json,
)
from contrast_engine.errors import UnknownName
from contrast_engine.features import features
from contrast_engine.figures.look import PALETTE
from contrast_engine.imageset import ImageIds
from contrast_engine.results import UNASSIGNED, Clustering, Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.structure.placed import far_images, placed_images
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors, present_name
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.structure.cluster_marks import cluster_marks, cluster_name
from contrast_engine.views.structure.placing import FAR, FITTED, PLACED

__all__ = [
    "NOTHING",
    "OTHER_COLOUR",
    "PALETTE",
    "RAMPS",
    "Classes",
    "Colouring",
    "Legend",
    "Scale",
    "by_class",
    "by_value",
    "cluster_name",
    "colouring",
    "legend_json",
    "map_colouring",
]


DISPUTED = "(disputed)"
"""The class of images that annotators label differently, so that there is no consensus label."""


def map_colouring(workspace: Workspace, key: str, what: str) -> Colouring:
    """The colours of a map; the newest few are kept, so that a page and its route share them.

    Raises:
        UnknownName: There is no such map, or nothing of that name to colour by.
    """
    kind, _, source = what.partition("@")
    if kind in ("predicted", "confidence"):
        workspace.load(source)  # what is kept is for who may see it
    return _kept(workspace, key, what, workspace.labels.version())


@functools.lru_cache(maxsize=16)
def _kept(workspace: Workspace, key: str, what: str, _labels: int) -> Colouring:
    return colouring(workspace, workspace.load(key).ids, what)


def colouring(workspace: Workspace, ids: Sequence[ImageId], what: str) -> Colouring:
    """Colours of `ids` by `what`, one of the names below.

    `feature.<name>@<key of its table>` (an attribute too), `cluster@<clustering key>`,
    `label@<last event>`, `predicted@<predictions key>`, `confidence@<predictions key>`,
    `placed@<map key>`, `false_neighbours@<map key>` (or `strangers`),
    `missing_neighbours@<map key>` (or `torn`).

    Raises:
        UnknownName: There is no such kind, feature or result.
    """
    kind, _, source = what.partition("@")
    kind = distortion.SPELT_OUT.get(kind, kind)
    if kind.startswith("feature."):
        return _by_feature(workspace, ids, present_name(kind.removeprefix("feature.")), source)
    if kind == "label":
        return _by_label(workspace, ids)
    if kind in {"cluster", "predicted", "confidence"}:
        result = workspace.load(source)
        if kind == "cluster" and isinstance(result, Clustering):
            return _by_cluster(workspace, ids, source, result)
        if kind == "predicted" and isinstance(result, Predictions):
            return _by_prediction(ids, result)
        if kind == "confidence" and isinstance(result, Predictions):
            return by_value(ids, _aligned(ids, result.ids, result.confidence), "Confidence")
    if kind == "placed":
        return _by_placing(workspace, ids, source)
    if kind in distortion.KINDS:
        found = distortion.of_map(workspace, kind, source)
        values = _aligned(ids, found.ids, found.values)
        return by_value(ids, values, found.title, note=found.note)
    raise UnknownName(
        f"cannot colour by {what!r}; give feature.NAME@KEY, cluster@KEY, label@NUMBER, "
        "predicted@KEY, confidence@KEY, false_neighbours@KEY or missing_neighbours@KEY"
    )


def _by_feature(workspace: Workspace, ids: Sequence[ImageId], name: str, source: str) -> Colouring:
    table = workspace.load(source)
    if not isinstance(table, Vectors):
        raise UnknownName(f"{source} holds no features")
    values = _aligned(ids, table.ids, table.column(name))
    known = features.get(name) or ATTRIBUTES.get(name)
    return by_value(ids, values, feature_title(name), known.unit if known else "")


def _aligned(ids: Sequence[ImageId], known: ImageIds, values: Floats) -> Floats:
    """The values of `known` images in the order of `ids`; NaN where there is none."""
    wanted = ImageIds.of(ids)
    if known == wanted:
        return values
    rows = known.places(wanted)
    return np.where(rows >= 0, values[rows], np.nan) if len(known) else np.full(len(ids), np.nan)


def _by_cluster(
    workspace: Workspace, ids: Sequence[ImageId], key: str, clustering: Clustering
) -> Colouring:
    marks = cluster_marks(workspace, key)
    known = clustering.clusters
    place = np.searchsorted(known, clustering.cluster) if known else clustering.cluster
    own = np.where(clustering.cluster == UNASSIGNED, -1, place)
    sizes = {mark.name: clustering.size(c) for c, mark in marks.items()}
    codes, called = _codes(ids, clustering.ids, own), [marks[c].name for c in known]
    return by_code(ids, codes, called, sizes, "Cluster", "In no cluster", sizes)


def _by_placing(workspace: Workspace, ids: Sequence[ImageId], key: str) -> Colouring:
    """Which images of a map were part of its fit, and which were placed afterwards."""
    every = ImageIds.of(workspace.load(key).ids)
    wanted = ImageIds.of(ids)
    codes = np.where(every.places(wanted) >= 0, 0, -1)
    for code, images in enumerate((placed_images(workspace, key), far_images(workspace, key)), 1):
        codes[images.rows_in(wanted.numbers) >= 0] = code
    called = (FITTED, PLACED, FAR)
    return by_code(ids, codes, called, called, "Fitted or placed", "Not on the map")


def _by_label(workspace: Workspace, ids: Sequence[ImageId]) -> Colouring:
    said, names = consensus_labels(workspace), workspace.labels.label_set().labels
    of = dict.fromkeys(said.ruled.disputed, DISPUTED) | said.of
    order = (*names, DISPUTED) if said.ruled.disputed else names
    return by_class(ids, of, order, "Label", "Not labelled")


def _by_prediction(ids: Sequence[ImageId], predictions: Predictions) -> Colouring:
    own = np.where(predictions.abstains, -1, predictions.code)
    codes, labels = _codes(ids, predictions.ids, own), predictions.labels
    return by_code(ids, codes, labels, labels, "Predicted label", "Abstains")


def _codes(ids: Sequence[ImageId], known: ImageIds, own: Ints) -> Ints:
    """The numbers of `known` images in the order of `ids`; -1 where there is none."""
    wanted = ImageIds.of(ids)
    if known == wanted:
        return own
    rows = known.places(wanted)
    return np.where(rows >= 0, own[rows], -1) if len(known) else rows

"""Which images a gallery shows, in which order, and what stands below each."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Ints
from contrast_engine.imageset import ImageSet, Numbers
from contrast_engine.store.collection import file_name
from contrast_engine.store.notes import note_kinds
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import feature_title, number
from contrast_engine.views.structure.cluster_marks import cluster_marks

BY_PATH = "path"

MANY = 5_000
"""Of a larger selection the first by path are soon met in the collection itself."""


@dataclass(frozen=True)
class GalleryGroup:
    """Some images of a collection under a name that an address can hold.

    Args:
        name: "all", "selection", "cluster.2", "label.low" or "note.16-bit".
        title: The same for people, with how many there are.
        images: Those images.
    """

    name: str
    title: str
    images: Sequence[ImageId]


def groups(workspace: Workspace, selected: Sequence[ImageId]) -> dict[str, GalleryGroup]:
    """The groups a gallery can show: all, the selected, every cluster, label, kind of note."""
    everything = workspace.images.ids
    found = [GalleryGroup("all", f"All images ({len(everything):,})", everything)]
    chosen = ImageSet.of(selected) & workspace.images.images
    if chosen:
        found.append(GalleryGroup("selection", f"The selection ({len(chosen):,})", chosen))
    key = workspace.current("clusterings")
    if key:
        clustering, marks = workspace.load(key), cluster_marks(workspace, key)
        for cluster in clustering.clusters:
            inside = clustering.members(cluster).among(workspace.images.images)
            title = marks[cluster].name
            found.append(GalleryGroup(f"cluster.{cluster}", f"{title} ({len(inside):,})", inside))
    labels: dict[str, list[ImageId]] = {}
    for image, said in workspace.labels.current().items():
        if image in workspace.images:
            labels.setdefault(said.label, []).append(image)
    for label in sorted(labels):
        title = f"Labelled {label} ({len(labels[label]):,})"
        found.append(GalleryGroup(f"label.{label}", title, tuple(labels[label])))
    for kind, inside in note_kinds(workspace.images.noted).items():
        found.append(GalleryGroup(f"note.{kind}", f"Noted: {kind} ({len(inside):,})", inside))
    return {group.name: group for group in found}


def orders(measured: Vectors | None, attributes: Iterable[str] = ()) -> dict[str, str]:
    """What images can be sorted by, with its words: their path, any feature, any attribute."""
    columns = (*(measured.columns if measured else ()), *attributes)
    return {BY_PATH: "Folder and name"} | {name: feature_title(name) for name in columns}


def ordered(
    workspace: Workspace,
    measured: Vectors | None,
    ids: Sequence[ImageId],
    by: str = BY_PATH,
    *,
    is_falling: bool = False,
    part: slice = slice(None),
) -> tuple[ImageId, ...]:
    """Images sorted by path or by a feature, ties by path; those not measured come last.

    Args:
        workspace: Where they are.
        measured: The table that holds what they are sorted by.
        ids: The images.
        by: "path", or a column of that table.
        is_falling: Highest first; never meant for paths.
        part: Which of the sorted images to give.

    Raises:
        UnknownName: There is no such feature.
    """
    images = ImageSet.of(ids)
    if by == BY_PATH and part.stop is not None and len(images) > MANY:
        first = workspace.images.first(images, part.stop)
        if len(first) == part.stop:
            return first[part]
    order = _order(workspace, measured, images, by, is_falling=is_falling, part=part)
    return tuple(images[int(row)] for row in order)


def ordered_numbers(
    workspace: Workspace,
    measured: Vectors | None,
    ids: Sequence[ImageId],
    by: str = BY_PATH,
    *,
    is_falling: bool = False,
) -> Numbers:
    """The ids of `ordered` as numbers: as quick with half a million as with ten.

    Raises:
        UnknownName: There is no such feature.
    """
    images = ImageSet.of(ids)
    return images.numbers[_order(workspace, measured, images, by, is_falling=is_falling)]


def _order(
    workspace: Workspace,
    measured: Vectors | None,
    images: ImageSet,
    by: str,
    *,
    is_falling: bool,
    part: slice = slice(None),
) -> Ints:
    """The rows of a set of images as they are sorted."""
    places = workspace.images.places(images)
    places[places < 0] = len(workspace.images)
    if by == BY_PATH or measured is None:
        return _sorted(places, part)
    column = np.append(measured.column(by), np.nan)  # NaN sorts last, either way round
    values = column[measured.places(images)]
    return np.lexsort((places, -values if is_falling else values))[part]


def _sorted(places: Ints, part: slice) -> Ints:
    """A part of the rows in the order of their places; the first of very many by no sort."""
    unique = places * (len(places) + 1) + np.arange(len(places))  # ties stay as they came
    if part.stop is not None and 0 < part.stop < len(places) // 4:
        first = np.argpartition(unique, part.stop - 1)[: part.stop]
        return first[np.argsort(unique[first])][part]
    return np.argsort(unique)[part]


def packed_order(
    workspace: Workspace,
    measured: Vectors | None,
    ids: Sequence[ImageId],
    by: str = BY_PATH,
    *,
    is_falling: bool = False,
) -> bytes:
    """The ids of `ordered`, 8 bytes each, as a browser fetches them."""
    numbers = ordered_numbers(workspace, measured, ids, by, is_falling=is_falling)
    return numbers.astype(">u8").tobytes()


def packed_captions(
    workspace: Workspace,
    measured: Vectors | None,
    ids: Sequence[ImageId],
    by: str = BY_PATH,
    *,
    is_falling: bool = False,
) -> bytes:
    """What stands below each image of `ordered`, as a JSON list."""
    found = ordered(workspace, measured, ids, by, is_falling=is_falling)
    below = captions(workspace, measured, found, by)
    return json.dumps([below.get(image, "") for image in found]).encode()


def neighbours(order: Numbers, image: ImageId) -> tuple[ImageId | None, ImageId | None]:
    """The image before and the one after another in an order; None at its ends or outside it."""
    (rows,) = np.nonzero(order == np.uint64(int(image, 16)))
    if not len(rows):
        return None, None
    row = int(rows[0])
    return (
        ImageId(f"{int(order[row - 1]):016x}") if row else None,
        ImageId(f"{int(order[row + 1]):016x}") if row + 1 < len(order) else None,
    )


def captions(
    workspace: Workspace, measured: Vectors | None, ids: Sequence[ImageId], by: str = BY_PATH
) -> dict[ImageId, str]:
    """The text below each image: its file's name, or its value of the feature."""
    if by == BY_PATH or measured is None:
        known = workspace.images
        return {image: file_name(known.path(image)) for image in ids if image in known}
    rows, values = measured.rows, measured.column(by)
    return {
        image: number(float(values[rows[image]])) if image in rows else "not measured"
        for image in ids
    }

"""A contact sheet: a few images that stand for all, and how they were drawn."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.features import core_names
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.randomness import generator
from contrast_engine.scaling import QuantileScaling
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store.collection import file_name
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors, given_away
from contrast_engine.views.overview.card import Absent, Card
from contrast_engine.views.overview.measured import measured

SHOWN = 24
"""Images of a sheet: they fill three rows of a window and can still be told apart (own choice)."""

MOST = 50_000
"""Images that the strata are made of; of a larger collection so many at random (own choice)."""

ALONG = 6
"""Strata along the first axis; each is cut along the second (own choice)."""


@dataclass(frozen=True, kw_only=True)
class ContactSheet(Card):
    """Some images that stand for all.

    Args:
        images: In the order in which they are shown, from the one end of the space to the other.
        names: The file name of each, without its folder.
        total: Out of how many measured images.
        seed: Gives the same images again.
        how: How they were drawn, in one sentence.
    """

    images: tuple[ImageId, ...]
    names: tuple[str, ...]
    total: int
    seed: int
    how: str


def contact_sheet(workspace: Workspace, seed: int = 0) -> ContactSheet | Absent:
    """Images drawn by lot within strata of the space of the features.

    Every image has the same chance to be on it, to one image in a stratum.

    Args:
        workspace: Where the images are.
        seed: Gives the same images again.
    """
    table = measured(workspace)
    if isinstance(table, Absent):
        return table
    there = table.images & workspace.images.images
    total = len(there)
    if not total:
        return Absent("None of the measured images is in the collection any more.", "collection")
    scaled = _some_scaled(table, there, seed) if total > MOST else space(workspace).vectors
    if total <= MOST and len(scaled) > total:
        scaled = scaled.take(ImageIds(scaled.numbers[there.rows_in(scaled.numbers) >= 0]))
    ids, is_ordered = drawn(scaled, seed)
    shown = len(ids)
    of = f", as {MOST:,} drawn by lot show it" if total > MOST else ""
    order = ", from weak to strong contrast" if is_ordered else ""
    if shown == total:
        how = f"All {total:,} measured images{order}." if total > 1 else "The one measured image."
    else:
        how = (
            f"{shown} of {total:,} measured images: one drawn by lot from each of {shown} equally "
            f"large parts of the space of the contrast features{of}{order} (seed {seed})."
        )
    files = workspace.images
    return ContactSheet(
        sentence=how,
        page="gallery",
        images=ids,
        names=tuple(file_name(files.path(image)) for image in ids),
        total=total,
        seed=seed,
        how=how,
    )


def _some_scaled(table: Vectors, there: ImageSet, seed: int) -> Vectors:
    """`MOST` of the images, drawn by lot, on a scale of their own; no other row is scaled."""
    names = tuple(name for name in core_names() if name in table.columns)
    random = generator(seed, "overview", "contact sheet", "of many")
    ids = ImageIds(there.numbers[np.sort(random.choice(len(there), MOST, replace=False))])
    rows = table.places(ids)
    values = np.column_stack([table.at_rows(name, rows) for name in names])
    some = Vectors(ids, given_away(values), names)
    return QuantileScaling.fit(some).transform(some)


def drawn(scaled: Vectors, seed: int, count: int = SHOWN) -> tuple[tuple[ImageId, ...], bool]:
    """Some images, one from each stratum, and whether their order is one of contrast.

    The strata are equally large: `ALONG` along the first principal axis, each cut along the
    second. Sorted first by id, so that the order of the rows decides nothing.

    Args:
        scaled: (n, d) features on one scale.
        seed: For the lot.
        count: How many images at most.
    """
    by_id = np.argsort(scaled.numbers)
    along, across = _axes(scaled.values[by_id])
    turned = _side(along, scaled, by_id)
    along = along if turned >= 0 else -along
    if len(scaled) <= count:
        rows = np.argsort(along, kind="stable")
    else:
        random = generator(seed, "overview", "contact sheet")
        rows = np.array([random.choice(part) for part in _strata(along, across, count)])
    return tuple(scaled.ids[by_id[row]] for row in rows), abs(turned) >= 0.5


def _strata(along: Floats, across: Floats, count: int) -> list[Ints]:
    """The rows of each of `count` parts, equally large to one row."""
    columns = np.array_split(np.argsort(along, kind="stable"), ALONG)
    return [
        part
        for column in columns
        for part in np.array_split(
            column[np.argsort(across[column], kind="stable")], count // ALONG
        )
    ]


def _axes(values: Floats) -> tuple[Floats, Floats]:
    """(n,) places along the first two principal axes; 0 where there is no spread."""
    centred = values - values.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)  # rising, so the last are the widest
    first, second = (centred @ directions[:, -at] for at in (1, min(2, values.shape[1])))
    return first, second


def _side(along: Floats, scaled: Vectors, rows: Ints) -> float:
    """Correlation of an axis with overall contrast; its sign is which end has more of it."""
    name = "c_rms" if "c_rms" in scaled.columns else scaled.columns[0]
    contrast = scaled.column(name)[rows]
    if len(along) < 2 or not along.std() or not contrast.std():
        return 0.0
    return float(np.corrcoef(along, contrast)[0, 1])

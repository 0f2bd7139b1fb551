"""Selections as pages show them: by lasso, by address, by name."""

from collections.abc import Sequence

from contrast_engine.arrays import Bools
from contrast_engine.errors import UnknownName
from contrast_engine.imageset import ImageSet
from contrast_engine.selection import rows_in_polygon
from contrast_engine.store import SavedSelection
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors


def lasso_selection(
    map: Vectors,
    polygon: Sequence[tuple[float, float]],
    turn: Sequence[Sequence[float]] | None,
    shown: Bools,
) -> ImageSet:
    """The images of a map inside a polygon, of those that are `shown`, (n,)."""
    rows = rows_in_polygon(map, polygon, turn)
    return map.at(rows[shown[rows]])


def kept_images(workspace: Workspace | None, key: str) -> ImageSet:
    """The images an address names, those the collection still has; none if it is unknown."""
    if workspace is None:
        return ImageSet.of(())
    try:
        return workspace.selections.images(key) & workspace.images.images
    except UnknownName:
        return ImageSet.of(())


def saved_words(saved: SavedSelection) -> str:
    """What a saved selection is: its name, its size, who saved it and on which day."""
    images = "1 image" if saved.size == 1 else f"{saved.size:,} images"
    return f"{saved.name} · {images} · {saved.who}, {saved.at[:10]}"

"""Selections as pages keep, open and name them; what cannot be is said in a sentence."""

from collections.abc import Sequence

from contrast_engine.arrays import Bools
from contrast_engine.errors import ContrastError, UnknownName, WorkspaceError
from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.selection import rows_in_polygon
from contrast_engine.store import SavedSelection
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.input_checks import sentence


def lasso_selection(
    map: Vectors,
    polygon: Sequence[tuple[float, float]],
    turn: Sequence[Sequence[float]] | None,
    shown: Bools,
) -> ImageSet:
    """The images of a map inside a polygon, of those that are `shown`, (n,)."""
    rows = rows_in_polygon(map, polygon, turn)
    return map.at(rows[shown[rows]])


def keep_images(workspace: Workspace | None, images: ImageSet) -> str:
    """Keep images for an address and give their key; "" for none, or where nothing can be kept."""
    if workspace is None or not images:
        return ""
    try:
        return workspace.selections.put(images)
    except WorkspaceError:  # a disk that is full or read-only: the tab still has them
        return ""


def kept_images(workspace: Workspace | None, key: str) -> ImageSet:
    """The images an address names, those the collection still has; none if it is unknown."""
    if workspace is None:
        return ImageSet.of(())
    try:
        return workspace.selections.images(key) & workspace.images.images
    except UnknownName:
        return ImageSet.of(())


def save_images(
    workspace: Workspace, name: str, ids: Sequence[ImageId], who: str
) -> tuple[SavedSelection | None, str]:
    """Save images under a name; give what was saved, or None and why it could not be."""
    try:
        return workspace.selections.save(name, ids, who), ""
    except ContrastError as error:
        return None, sentence(str(error))


def rename_images(workspace: Workspace, name: str, new: str, who: str) -> str:
    """Call a saved selection something else; give why that could not be, or ""."""
    try:
        workspace.selections.rename(name, new, who)
    except ContrastError as error:
        return sentence(str(error))
    return ""


def saved_words(saved: SavedSelection) -> str:
    """Say what a saved selection is: its name, its size, who saved it and on which day."""
    images = "1 image" if saved.size == 1 else f"{saved.size:,} images"
    return f"{saved.name} · {images} · {saved.who}, {saved.at[:10]}"

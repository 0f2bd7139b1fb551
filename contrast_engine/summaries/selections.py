"""Selections as pages keep, open and name them; what cannot be is said in a sentence."""

from collections.abc import Sequence

from contrast_engine.errors import ContrastError, UnknownName, WorkspaceError
from contrast_engine.steps.selecting import present
from contrast_engine.store import SavedSelection
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries.entries import sentence
from contrast_engine.vectors import ImageId


def keep_images(workspace: Workspace | None, ids: Sequence[ImageId]) -> str:
    """Keep images for an address and give their key; "" for none, or where nothing can be kept."""
    if workspace is None or not ids:
        return ""
    try:
        return workspace.selections.keep(ids)
    except WorkspaceError:  # a disk that is full or read-only: the tab still has them
        return ""


def kept_images(workspace: Workspace | None, key: str) -> tuple[ImageId, ...]:
    """Give the images an address names, those the collection still has; none if it is unknown."""
    if workspace is None:
        return ()
    try:
        return present(workspace, workspace.selections.images(key))
    except UnknownName:
        return ()


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

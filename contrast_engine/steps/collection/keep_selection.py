"""keep_selection: the images that the address of a page names."""

from contrast_engine.errors import WorkspaceError
from contrast_engine.imageset import ImageSet
from contrast_engine.store import Workspace


def keep_selection(workspace: Workspace, images: ImageSet) -> str:
    """The key under which images are kept for an address; "" for none, or where none can be."""
    if not images:
        return ""
    try:
        return workspace.selections.put(images)
    except WorkspaceError:  # a disk that is full or read-only: the tab still has them
        return ""

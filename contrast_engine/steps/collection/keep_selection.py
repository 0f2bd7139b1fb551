"""keep_selection: the images that the address of a page names."""

from contrast_engine.imageset import ImageSet
from contrast_engine.store import Workspace


def keep_selection(workspace: Workspace, images: ImageSet) -> str:
    """The key under which images are kept for an address; "" for none.

    Raises:
        WorkspaceError: They could not be kept.
    """
    return workspace.selections.put(images) if images else ""

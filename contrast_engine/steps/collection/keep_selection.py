"""keep_selection: the images that the address of a page names."""

from contrast_engine.imageset import ImageSet
from contrast_engine.store import Workspace


def keep_selection(workspace: Workspace, images: ImageSet) -> str:
    """The key under which images are kept for an address; "" for none.

    Only those of the collection are, whatever a browser names.

    Raises:
        WorkspaceError: They could not be kept.
    """
    own = images & workspace.images.images
    return workspace.selections.put(own) if own else ""

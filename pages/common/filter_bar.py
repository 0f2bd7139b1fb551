"""The filter of a collection, the same on the gallery and on the map; it stands in the address."""

from contrast_engine.imageset import ImageSet
from contrast_engine.store.workspace import Workspace


def show(workspace: Workspace) -> ImageSet | None:
    """Draw the filter and give the images that pass it; None where nothing is filtered."""
    return None

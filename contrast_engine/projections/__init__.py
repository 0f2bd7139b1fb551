"""Maps: every image as a point in the plane or in space, similar images near each other.

A projection is one file with one recipe; adding the file adds the menu entry, its options, the
job and the command. Distances are meant to be read locally only: how far a map can be believed
is measured beside it (`quality`), and similar images are searched in the space itself.
"""

from typing import ClassVar

from contrast_engine.arrays import Json
from contrast_engine.options import Recipe
from contrast_engine.progress import SILENT, Progress
from contrast_engine.registry import Registry
from contrast_engine.vectors import Vectors


class Projection(Recipe):
    """Base of every projection: a recipe that turns vectors into map coordinates."""

    title: ClassVar[str] = ""
    """What the menu calls it."""

    is_instant: ClassVar[bool] = False
    """Whether thousands of images take less than a second."""

    reads_features: ClassVar[bool] = False
    """Whether it lays out the measured features in their units, whatever the space is."""

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """Columns `map_x`, `map_y`, for some also `map_z`, whatever the order of the rows.

        Raises:
            NotEnoughData: There are too few different rows for this method.
        """
        raise NotImplementedError

    def details(self, vectors: Vectors) -> Json:
        """What there is to say about the axes; nothing where axes have no meaning."""
        return {}


projections: Registry[type[Projection]] = Registry(__name__, "projection")
"""Every known projection by name."""

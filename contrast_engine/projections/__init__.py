"""Maps: every image as a point in the plane or in space, similar images near each other.

A projection is one file with one recipe; adding the file adds the menu entry, its options, the
job and the command. Distances are meant to be read locally only: how far a map can be believed
is measured beside it (`quality`), and similar images are searched in the space itself.
"""

from typing import Any, ClassVar

from contrast_engine.arrays import Ints, Json
from contrast_engine.options import Recipe, recipe_fault
from contrast_engine.progress import SILENT, Progress
from contrast_engine.registry import Registry
from contrast_engine.vectors import Vectors

AXES = ("map_x", "map_y", "map_z")
"""The columns of a map; the last where it has depth."""


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

    def question(self, n: int) -> Json:
        """What the question of a map of `n` images holds beside the options, as its key must."""
        return {}

    def laid_out(self, vectors: Vectors, *, seed: int = 0) -> Ints | None:
        """The rows between which the others are placed; None where each has a place of its own."""
        return None

    def details(self, vectors: Vectors) -> Json:
        """What there is to say about the axes; nothing where axes have no meaning."""
        return {}


def checked(drawn: Any, of: Vectors) -> Vectors:
    """What a projection gave, if it is a map of some of the rows it was given.

    Raises:
        ValueError: It is not.
    """
    if not isinstance(drawn, Vectors):
        raise ValueError(f"gave {type(drawn).__name__}, not Vectors")
    if drawn.columns not in (AXES[:2], AXES):
        raise ValueError(f"gave the columns {', '.join(drawn.columns)}, not map_x, map_y (, map_z)")
    if not len(drawn) or (of.places(drawn.ids) < 0).any():
        raise ValueError(f"placed {len(drawn):,} images, not those {len(of):,} it was given")
    return drawn


projections: Registry[type[Projection]] = Registry(
    __name__, "projection", recipe_fault(Projection, "project"), Projection
)
"""Every known projection by name."""

"""One feature against another: the map whose axes are what they say."""

from dataclasses import dataclass
from typing import ClassVar

from contrast_engine.arrays import Json
from contrast_engine.attributes import ATTRIBUTES
from contrast_engine.errors import NotEnoughData
from contrast_engine.options import option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.projections import Projection, projections
from contrast_engine.projections.layout import as_map
from contrast_engine.vectors import Vectors, present_name


@projections.add("two-features", formerly="two-measures")
@dataclass(frozen=True)
class TwoFeatures(Projection):
    """Two of the features in their own units: places can be read off, the rest is not seen.

    Its trustworthiness says how much of the likeness of images those two carry.

    Source: docs/methods.md#two-features.
    """

    title: ClassVar[str] = "Two features: axes to read off"
    is_instant: ClassVar[bool] = True
    reads_features: ClassVar[bool] = True

    across: str = option("c_rms", "Which feature grows to the right.")
    up: str = option("spectral_slope", "Which feature grows upwards.")

    def as_json(self) -> Json:
        """The options as stored: features by the name they had first, so that keys stay."""
        from contrast_engine.features import features

        return {
            "across": features.stored_name(self.across),
            "up": features.stored_name(self.up),
        }

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """The two features, or attributes, of every row.

        Raises:
            NotEnoughData: There are no rows.
            UnknownName: The feature is not among the columns; the images are to be measured anew.
        """
        if not len(vectors):
            raise NotEnoughData("a map needs at least 1 measured image, got 0; add images")
        return as_map(vectors, vectors.select([self.across, self.up]).values)

    def details(self, vectors: Vectors) -> Json:
        """`measures`, the name and the unit of either axis, as stored details have always had."""
        from contrast_engine.features import features

        names = [present_name(name) for name in (self.across, self.up)]
        units = {
            name: known.unit
            for name in names
            if (known := features.get(name) or ATTRIBUTES.get(name)) is not None
        }
        return {"measures": [[name, units.get(name, "")] for name in names]}

"""Principal component analysis: the map that shows at once."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from contrast_engine import describe
from contrast_engine.arrays import Floats, Json
from contrast_engine.axes import (
    PrincipalAxes,
    ends,
    participation_ratio,
    principal_axes,
    strongest,
)
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.projections import Projection, projections
from contrast_engine.projections.layout import as_map, components
from contrast_engine.vectors import Vectors


@projections.add("pca")
@dataclass(frozen=True)
class PCA(Projection):
    """The directions in which the images differ most; far apart means very different.

    Coordinates are in the units of the space. The sign of an axis is fixed: its strongest
    feature rises along it. Axes are named by their loadings, never asserted to be "contrast".

    Source: Pearson 1901, by singular value decomposition; docs/methods.md#pca-map.
    """

    title: ClassVar[str] = "PCA: instant, straight axes"
    is_instant: ClassVar[bool] = True

    n_components: int = components()

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """The first principal scores of every row.

        Raises:
            NotEnoughData: There are no rows.
        """
        return as_map(vectors, _axes(vectors).scores(vectors.values, self.n_components))

    def place(self, vectors: Vectors, new: Vectors) -> Vectors:
        """Put new rows of the same space on the map of `vectors`, which stays as it is."""
        return as_map(new, _axes(vectors).scores(new.values, self.n_components))

    def details(self, vectors: Vectors) -> Json:
        """Explained shares, effective dimension and what the axes stand for.

        `axes` are names such as "gcf + lc_mean - skew", `ends` the (low, high) end of each in
        words, `loadings` the weight of each feature in each axis.
        """
        found = _axes(vectors)
        total = float(found.variances.sum())
        explained = found.variances / total if total > 0 else np.zeros_like(found.variances)
        alike = np.abs(describe.correlations(vectors.values))
        shown = [(axis, strongest(axis, alike)) for axis in found.axes[: self.n_components]]
        return {
            "explained": [float(share) for share in explained],
            "participation_ratio": participation_ratio(found.variances),
            "axes": [_name(vectors.columns, axis, named) for axis, named in shown],
            "ends": [list(ends(vectors.columns, axis, named)) for axis, named in shown],
            "loadings": [
                dict(zip(vectors.columns, map(float, axis), strict=True)) for axis, _ in shown
            ],
        }


def _axes(vectors: Vectors) -> PrincipalAxes:
    if not len(vectors):
        raise NotEnoughData("a map needs at least 1 measured image, got 0; add images")
    by_id = sorted(range(len(vectors)), key=lambda row: vectors.ids[row])
    return principal_axes(vectors.values[by_id])


def _name(columns: tuple[str, ...], axis: Floats, named: list[int]) -> str:
    parts = [("- " if axis[i] < 0 else "+ ") + columns[i] for i in named]
    return " ".join(parts).removeprefix("+ ")

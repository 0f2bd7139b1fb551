"""Principal component analysis: the map that shows at once."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from contrast_engine import describe
from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.projections import Projection, projections
from contrast_engine.projections.layout import PrincipalAxes, as_map, components, principal_axes
from contrast_engine.vectors import Vectors

NAMED = 3
"""At most so many features name an axis; more cannot be read (own choice)."""


@projections.add("pca")
@dataclass(frozen=True)
class PCA(Projection):
    """The directions in which the images differ most; far apart means very different.

    Coordinates are in the units of the space. The sign of an axis is fixed: its strongest
    feature rises along it. Axes are named by their loadings, never asserted to be "contrast".

    Source: Pearson 1901, by singular value decomposition; SCIENCE 2.2.
    """

    title: ClassVar[str] = "PCA: instant, straight axes"
    is_instant: ClassVar[bool] = True

    n_components: int = components()

    def project(self, vectors: Vectors, *, seed: int = 0, progress: Progress = SILENT) -> Vectors:
        """Give the first principal scores of every row.

        Raises:
            NotEnoughData: There are no rows.
        """
        return as_map(vectors, _axes(vectors).scores(vectors.values, self.n_components))

    def place(self, vectors: Vectors, new: Vectors) -> Vectors:
        """Put new rows of the same space on the map of `vectors`, which stays as it is."""
        return as_map(new, _axes(vectors).scores(new.values, self.n_components))

    def details(self, vectors: Vectors) -> Json:
        """Give explained shares, effective dimension and what the axes stand for.

        `axes` are names such as "gcf + lc_mean - skew", `ends` the (low, high) end of each in
        words, `loadings` the weight of each feature in each axis.
        """
        found = _axes(vectors)
        total = float(found.variances.sum())
        explained = found.variances / total if total > 0 else np.zeros_like(found.variances)
        squares = float(np.square(explained).sum())
        alike = np.abs(describe.correlations(vectors.values))
        shown = [(axis, _strongest(axis, alike)) for axis in found.axes[: self.n_components]]
        return {
            "explained": [float(share) for share in explained],
            "participation_ratio": 1 / squares if squares > 0 else 0.0,
            "axes": [_name(vectors.columns, axis, named) for axis, named in shown],
            "ends": [_ends(vectors.columns, axis, named) for axis, named in shown],
            "loadings": [
                dict(zip(vectors.columns, map(float, axis), strict=True)) for axis, _ in shown
            ],
        }


def _axes(vectors: Vectors) -> PrincipalAxes:
    if not len(vectors):
        raise NotEnoughData("a map needs at least 1 measured image, got 0; add images")
    by_id = sorted(range(len(vectors)), key=lambda row: vectors.ids[row])
    return principal_axes(vectors.values[by_id])


def _strongest(axis: Floats, alike: Floats) -> list[int]:
    """Positions of the features that make an axis: at least half as strong as its strongest.

    Of features that say the same thing only the stronger one is named.
    """
    order = np.argsort(-np.abs(axis), kind="stable")
    named: list[int] = []
    for feature in map(int, order[np.abs(axis[order]) >= 0.5 * np.abs(axis).max()]):
        if len(named) < NAMED and all(alike[feature, n] <= describe.ALIKE for n in named):
            named.append(feature)
    return named


def _name(columns: tuple[str, ...], axis: Floats, named: list[int]) -> str:
    parts = [("- " if axis[i] < 0 else "+ ") + columns[i] for i in named]
    return " ".join(parts).removeprefix("+ ")


def _ends(columns: tuple[str, ...], axis: Floats, named: list[int]) -> list[str]:
    return [
        ", ".join(describe.phrase(columns[i], end * axis[i]) for i in named) for end in (-1.0, 1.0)
    ]

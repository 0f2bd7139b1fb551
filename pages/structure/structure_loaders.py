"""What the pages about structure read: axes, the ends of clusters, trees, outliers, duplicates."""

from collections.abc import Sequence

from contrast_engine.anomalies import Judge
from contrast_engine.axes import NamedAxes, named_axes
from contrast_engine.steps.structure.duplicates import find_duplicates
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from contrast_engine.views.structure import cluster_edits, taxonomy
from contrast_engine.views.structure import duplicates as duplicates_view
from contrast_engine.views.structure import outliers as outlier_view
from contrast_engine.views.structure.axes import scores
from contrast_engine.views.structure.cluster_edits import BorderImages
from contrast_engine.views.structure.duplicates import Duplicates
from contrast_engine.views.structure.outliers import Outlier
from contrast_engine.views.structure.taxonomy import TreeCard
from pages.common import loaders
from pages.common.cached import IMAGES, cached


def axes(workspace: Workspace, on: str) -> tuple[NamedAxes, Vectors]:
    """The named axes of a space, and the place of every image on them."""
    return _axes(workspace, loaders.space(workspace, on).key, on)


@cached("features", entries=6, spinner="Resampling the images, to see which axes are stable")
def _axes(workspace: Workspace, key: str, on: str) -> tuple[NamedAxes, Vectors]:
    where = loaders.space(workspace, on)
    found = named_axes(where.vectors, where.readable)
    return found, scores(where.vectors, found)


@cached()
def border_images(workspace: Workspace, key: str) -> dict[int, BorderImages]:
    """The images at the border of every cluster, and those furthest from its middle."""
    return cluster_edits.border_images(workspace, key)


@cached(entries=32)
def tree(workspace: Workspace, key: str, n_coarse: int, n_fine: int) -> TreeCard:
    """The merge tree of a clustering, cut twice."""
    return taxonomy.tree_card(workspace, key, n_coarse, n_fine)


@cached("features", entries=4)
def outliers(workspace: Workspace, by: Judge) -> Sequence[Outlier]:
    """The measured images, most unlike the rest first, as judged by one way or both."""
    return outlier_view.outliers(loaders.features(workspace), by)


@cached("features", IMAGES, entries=4)
def duplicates(workspace: Workspace) -> tuple[Duplicates, ...]:
    """The groups of duplicates and near duplicates among the files as the last scan saw them."""
    return duplicates_view.duplicates(find_duplicates(workspace))

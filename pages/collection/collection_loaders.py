"""What the pages about the collection read: its files in doubt, and its features in numbers."""

from contrast_engine.steps.collection.doubtful_files import files_in_doubt
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection import added_features, feature_cards, feature_overview
from contrast_engine.views.collection import sources as source_views
from contrast_engine.views.collection.added_features import AddedTable
from contrast_engine.views.collection.feature_cards import FeatureCard, FeatureCorrelations
from contrast_engine.views.collection.feature_overview import FeatureOverview
from contrast_engine.views.collection.sources import Removed, Source
from pages.common import loaders
from pages.common.cached import IMAGES, cached


@cached(IMAGES)
def in_doubt(workspace: Workspace, options: str) -> int:
    """Count the files to be read again; the options in words are part of the question."""
    return files_in_doubt(workspace)


@cached(IMAGES)
def sources(workspace: Workspace) -> tuple[Source, ...]:
    """Every source with what it holds."""
    return source_views.sources(workspace)


@cached(IMAGES)
def removed(workspace: Workspace) -> tuple[Removed, ...]:
    """What is out of the collection."""
    return source_views.removed(workspace)


@cached("features")
def overview(workspace: Workspace) -> tuple[FeatureOverview, ...]:
    """One row per feature that was measured."""
    return feature_overview.overview(loaders.features(workspace))


@cached("features", entries=4)
def cards(workspace: Workspace) -> tuple[FeatureCard, ...]:
    """The card of every feature that was measured."""
    return feature_cards.feature_cards(loaders.features(workspace))


def added(workspace: Workspace) -> tuple[AddedTable, ...]:
    """The features of other packages that were measured here, installed or not."""
    return added_features.added_tables(workspace)


def added_cards(workspace: Workspace) -> tuple[FeatureCard, ...]:
    """The card of every feature of another package that is installed and measured."""
    return added_features.added_cards(workspace)


@cached("features", entries=4)
def correlations(workspace: Workspace) -> FeatureCorrelations:
    """The rank correlations of all features that were measured."""
    return feature_cards.feature_correlations(loaders.features(workspace))

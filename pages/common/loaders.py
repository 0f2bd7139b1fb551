"""Cached reads, the only cache of the app. A key names its content, so a hit is never stale."""

from collections.abc import Sequence

import streamlit as st

from contrast_engine import steps
from contrast_engine.axes import NamedAxes, named_axes
from contrast_engine.colouring import Colouring, map_colouring
from contrast_engine.jobs import JobRunner
from contrast_engine.results import Clustering, Predictions, Report
from contrast_engine.steps.models.live_model import train_live
from contrast_engine.steps.output.export import Cell
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection import feature_cards
from contrast_engine.views.collection.feature_cards import FeatureCard, FeatureCorrelations
from contrast_engine.views.collection.feature_overview import FeatureOverview, overview
from contrast_engine.views.collection.gallery import GalleryGroup
from contrast_engine.views.collection.gallery import groups as groups_of
from contrast_engine.views.labels.queue import QueuedImage, label_queue
from contrast_engine.views.labels.queue_strategies import informative_queue, random_queue
from contrast_engine.views.models.confusion import ConfusionMatrix
from contrast_engine.views.models.confusion import confusion_matrix as mistakes_of
from contrast_engine.views.models.live_model import (
    LiveModelCard,
    ModelUpdate,
    live_model_card,
    update_history,
)
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.output.table_preview import preview
from contrast_engine.views.structure.axes import scores
from contrast_engine.views.structure.cluster_edits import BorderImages
from contrast_engine.views.structure.cluster_edits import border_images as edges_of
from contrast_engine.views.structure.taxonomy import TreeCard, tree_card


def vectors(workspace: Workspace, key: str) -> Vectors:
    """The numbers of an artifact: features or a map."""
    return _artifact(workspace.id, key, workspace)


def measured(workspace: Workspace) -> Vectors | None:
    """Everything that was measured last, None before anything was."""
    key = workspace.current("features")
    return vectors(workspace, key) if key else None


def groups(
    workspace: Workspace, selection: str, selected: Sequence[ImageId]
) -> dict[str, GalleryGroup]:
    """The groups a gallery can show; `selection` names the selected images."""
    state = (
        workspace.current("clusterings"),
        workspace.labels.version(),
        len(workspace.images.ids),
        selection,
        len(selected),
    )
    return _groups(workspace.id, state, workspace, selected)


def space(workspace: Workspace, on: str) -> Space:
    """A space that images are compared in, as the menus name it."""
    state = (workspace.current("features"), len(workspace.artifacts("embeddings")))
    return _space(workspace.id, on, state, workspace)


def axes(workspace: Workspace, on: str) -> tuple[NamedAxes, Vectors]:
    """The named axes of a space, and the place of every image on them."""
    where = space(workspace, on)
    return _axes(workspace.id, where.key, where)


def clustering(workspace: Workspace, key: str) -> Clustering:
    """A clustering by its key."""
    return _artifact(workspace.id, key, workspace)


def predictions(workspace: Workspace, key: str) -> Predictions:
    """Predicted labels by their key."""
    return _artifact(workspace.id, key, workspace)


def edges(workspace: Workspace, key: str) -> dict[int, BorderImages]:
    """The border and odd images of every cluster."""
    return _edges(workspace.id, key, workspace)


def tree(workspace: Workspace, key: str, n_coarse: int, n_fine: int) -> TreeCard:
    """The merge tree of a clustering, cut twice."""
    return _tree(workspace.id, key, n_coarse, n_fine, workspace)


def mistakes(workspace: Workspace, key: str) -> ConfusionMatrix | None:
    """The confusion table of a model with the images behind it."""
    return _mistakes(workspace.id, key, workspace)


def report(workspace: Workspace, key: str) -> Report:
    """A validation report by its key."""
    return _artifact(workspace.id, key, workspace)


def runner(workspace: Workspace) -> JobRunner:
    """The one job runner of a workspace, shared by all tabs of this server."""
    return _runner(workspace.id, workspace)


def feature_overview(workspace: Workspace, key: str) -> tuple[FeatureOverview, ...]:
    """One row per feature of a measured table."""
    return _overview(workspace.id, key, workspace)


def metric_cards(workspace: Workspace, key: str) -> tuple[FeatureCard, ...]:
    """The card of every feature of a measured table."""
    return _metric_cards(workspace.id, key, workspace)


def agreement(workspace: Workspace, key: str) -> FeatureCorrelations:
    """The rank correlations of all features of a measured table."""
    return _agreement(workspace.id, key, workspace)


def representatives(workspace: Workspace, key: str, names: dict[int, str]) -> Sequence[QueuedImage]:
    """The images to label for a clustering; names are words for its clusters."""
    return _queue(workspace.id, key, tuple(sorted(names.items())), workspace)


def instructive(workspace: Workspace, key: str) -> Sequence[QueuedImage]:
    """The images whose labels would teach the model of these predictions most."""
    return _instructive(workspace.id, key, workspace)


def at_random(workspace: Workspace, who: str, overlap: float) -> Sequence[QueuedImage]:
    """Images drawn for one person with equal chances, always in the same order."""
    return _at_random(workspace.id, workspace.current("features"), who, overlap, workspace)


def lesson(workspace: Workspace) -> LiveModelCard:
    """What the labels of now teach; learnt once for each state of the labels."""
    state = tuple(workspace.current(kind) for kind in ("features", "clusterings", "maps"))
    return _lesson(workspace.id, state, workspace.labels.version(), workspace)


def marks(workspace: Workspace, now: ModelUpdate) -> Sequence[ModelUpdate]:
    """What every lesson reached, the one of now last, also those before a restart."""
    about = [workspace.current(kind) for kind in ("features", "clusterings", "predictions")]
    return update_history(workspace, now, f"{workspace.labels.version()} {about}")


def colours(workspace: Workspace, key: str, what: str) -> Colouring:
    """The colours of a map with their legend, as the map's colour route serves them."""
    return map_colouring(workspace, key, what)


def table(workspace: Workspace) -> list[dict[str, Cell]]:
    """The first rows of the exported table, as everything is now."""
    kinds = ("features", "clusterings", "predictions", "maps")
    state = (*(workspace.current(kind) for kind in kinds), workspace.labels.version())
    return _table(workspace.id, (*state, len(workspace.images.files)), workspace)


@st.cache_resource(max_entries=32, show_spinner=False)
def _artifact(workspace_id: str, key: str, _workspace: Workspace) -> object:
    return _workspace.load(key)


@st.cache_resource(max_entries=6, show_spinner=False)
def _space(workspace_id: str, on: str, state: tuple[object, ...], _workspace: Workspace) -> Space:
    return steps.space(_workspace, on)


@st.cache_resource(max_entries=6, show_spinner="Drawing the images anew, to see what holds")
def _axes(workspace_id: str, key: str, _where: Space) -> tuple[NamedAxes, Vectors]:
    found = named_axes(_where.vectors, _where.readable)
    return found, scores(_where.vectors, found)


@st.cache_resource(max_entries=8, show_spinner=False)
def _groups(
    workspace_id: str,
    state: tuple[object, ...],
    _workspace: Workspace,
    _selected: Sequence[ImageId],
) -> dict[str, GalleryGroup]:
    return groups_of(_workspace, _selected)


@st.cache_resource(max_entries=8, show_spinner=False)
def _edges(workspace_id: str, key: str, _workspace: Workspace) -> dict[int, BorderImages]:
    return edges_of(_workspace, key)


@st.cache_resource(max_entries=32, show_spinner=False)
def _tree(
    workspace_id: str, key: str, n_coarse: int, n_fine: int, _workspace: Workspace
) -> TreeCard:
    return tree_card(_workspace, key, n_coarse, n_fine)


@st.cache_resource(max_entries=8, show_spinner=False)
def _mistakes(workspace_id: str, key: str, _workspace: Workspace) -> ConfusionMatrix | None:
    return mistakes_of(_workspace, key)


@st.cache_resource(show_spinner=False)
def _runner(workspace_id: str, _workspace: Workspace) -> JobRunner:
    return JobRunner(_workspace)


@st.cache_resource(max_entries=8, show_spinner=False)
def _overview(workspace_id: str, key: str, _workspace: Workspace) -> tuple[FeatureOverview, ...]:
    return overview(_workspace.load(key))


@st.cache_resource(max_entries=4, show_spinner=False)
def _metric_cards(workspace_id: str, key: str, _workspace: Workspace) -> tuple[FeatureCard, ...]:
    return feature_cards.feature_cards(_workspace.load(key))


@st.cache_resource(max_entries=4, show_spinner=False)
def _agreement(workspace_id: str, key: str, _workspace: Workspace) -> FeatureCorrelations:
    return feature_cards.feature_correlations(_workspace.load(key))


@st.cache_resource(max_entries=8, show_spinner=False)
def _queue(
    workspace_id: str, key: str, names: tuple[tuple[int, str], ...], _workspace: Workspace
) -> Sequence[QueuedImage]:
    space = steps.space(_workspace)
    return label_queue(space.vectors, _workspace.load(key), dict(names))


@st.cache_resource(max_entries=8, show_spinner=False)
def _instructive(workspace_id: str, key: str, _workspace: Workspace) -> Sequence[QueuedImage]:
    return informative_queue(_workspace)


@st.cache_resource(max_entries=8, show_spinner=False)
def _at_random(
    workspace_id: str, features: str, who: str, overlap: float, _workspace: Workspace
) -> Sequence[QueuedImage]:
    return random_queue(_workspace, who, overlap)


@st.cache_resource(max_entries=4, show_spinner=False)
def _lesson(
    workspace_id: str, state: tuple[str | None, ...], version: int, _workspace: Workspace
) -> LiveModelCard:
    return live_model_card(
        _workspace, *result_or_reason(train_live, _workspace, space(_workspace, "features"))
    )


@st.cache_resource(max_entries=4, show_spinner=False)
def _table(
    workspace_id: str, state: tuple[object, ...], _workspace: Workspace
) -> list[dict[str, Cell]]:
    return preview(_workspace)

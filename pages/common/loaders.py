"""Stored results and spaces that pages of several sections read."""

from contrast_engine import steps
from contrast_engine.errors import NotEnoughData
from contrast_engine.jobs import JobRunner
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors
from pages.common.cached import EMBEDDINGS, cached


@cached(entries=16)
def vectors(workspace: Workspace, key: str) -> Vectors:
    """The numbers of a stored result: features or a map."""
    found: Vectors = workspace.load(key)
    return found


def measured(workspace: Workspace) -> Vectors | None:
    """Everything that was measured last, None before anything was."""
    key = workspace.current("features")
    return vectors(workspace, key) if key else None


def features(workspace: Workspace) -> Vectors:
    """Everything that was measured last, on a page that is not drawn before something was.

    Raises:
        NotEnoughData: Nothing was measured yet.
    """
    found = measured(workspace)
    if found is None:
        raise NotEnoughData("no image of this collection is measured yet; measure them first")
    return found


def attributes(workspace: Workspace) -> tuple[str, ...]:
    """The keys of the tables that hold attributes, each once."""
    return tuple(dict.fromkeys(attribute_tables(workspace).values()))


def holding(workspace: Workspace, column: str) -> Vectors | None:
    """The table that holds a feature or an attribute; everything measured for anything else."""
    key = attribute_tables(workspace).get(column)
    return vectors(workspace, key) if key else measured(workspace)


@cached("features", EMBEDDINGS, entries=6)
def space(workspace: Workspace, on: str) -> Space:
    """A space that images are compared in, as the menus name it."""
    return steps.space(workspace, on)


@cached(entries=16)
def clustering(workspace: Workspace, key: str) -> Clustering:
    """A clustering by its key."""
    found: Clustering = workspace.load(key)
    return found


@cached("predictions", entries=8)  # who is to label blind has none in use, and nothing that is kept
def predictions(workspace: Workspace, key: str) -> Predictions:
    """Predicted labels by their key."""
    found: Predictions = workspace.load(key)
    return found


@cached(entries=None)
def runner(workspace: Workspace) -> JobRunner:
    """The one job runner of a workspace, shared by all tabs of this server."""
    return JobRunner(workspace)

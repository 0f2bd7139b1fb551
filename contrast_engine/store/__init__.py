"""Everything on disk: one folder per workspace, and no crash that can halve it."""

from contrast_engine.store.artifacts import Artifact, Manifest
from contrast_engine.store.collection import Collection, ImageFile, ImageRow, Problem, shown
from contrast_engine.store.comparisons import Comparison, ComparisonStore
from contrast_engine.store.event_log import Event, EventLog
from contrast_engine.store.labels import Annotation, Label, LabelSet, LabelStore
from contrast_engine.store.models import ModelStore
from contrast_engine.store.selections import SavedSelection, SelectionStore
from contrast_engine.store.thumbnails import Thumbnails
from contrast_engine.store.workspace import Workspace, is_workspace

__all__ = [
    "Annotation",
    "Artifact",
    "Collection",
    "Comparison",
    "ComparisonStore",
    "Event",
    "EventLog",
    "ImageFile",
    "ImageRow",
    "Label",
    "LabelSet",
    "LabelStore",
    "Manifest",
    "ModelStore",
    "Problem",
    "SavedSelection",
    "SelectionStore",
    "Thumbnails",
    "Workspace",
    "is_workspace",
    "shown",
]

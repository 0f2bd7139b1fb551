"""Everything on disk: one folder per workspace, and no crash that can halve it.

What stands here is loaded when it is first used: one label by command needs no numbers.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_LIES_IN = {
    "artifacts": ("Artifact", "Manifest"),
    "collection": ("Collection", "ImageFile", "ImageRow", "Problem", "shown"),
    "comparisons": ("Comparison", "ComparisonStore"),
    "event_log": ("Event", "EventLog"),
    "labels": ("Annotation", "Label", "LabelSet", "LabelStore"),
    "models": ("ModelStore",),
    "selections": ("SavedSelection", "SelectionStore"),
    "thumbnails": ("Thumbnails",),
    "workspace": ("Workspace", "is_workspace"),
}
"""Where each name is defined; a file is read when one of its names is first used."""


def __getattr__(name: str) -> Any:
    for file, names in _LIES_IN.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{file}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

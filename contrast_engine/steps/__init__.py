"""The steps from photographs to labels: load from the workspace, compute, save.

Each is `step(workspace, ..., progress=SILENT)` and runs the same in a notebook, from the command
line and as a background job. They are imported when first used, so that asking which steps there
are loads nothing heavy.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contrast_engine.steps.embedding import EmbedReport
    from contrast_engine.steps.gathering import GatherReport, gather
    from contrast_engine.steps.measuring import MeasureReport, measure
    from contrast_engine.steps.scanning import ScanReport, scan
    from contrast_engine.steps.spaces import Space, space
    from contrast_engine.steps.training import TrainReport

__all__ = [
    "STEPS",
    "EmbedReport",
    "GatherReport",
    "MeasureReport",
    "ScanReport",
    "Space",
    "TrainReport",
    "choose_k",
    "cluster",
    "edit_clusters",
    "embed",
    "estimate",
    "export",
    "gather",
    "issues",
    "measure",
    "project",
    "pseudo_label",
    "scan",
    "sensitivity",
    "shortcuts",
    "space",
    "table",
    "train",
    "undo_cluster_edit",
    "validate",
    "views",
]

_HOME = {
    "scan": "scanning",
    "ScanReport": "scanning",
    "measure": "measuring",
    "MeasureReport": "measuring",
    "issues": "flagging",
    "gather": "gathering",
    "GatherReport": "gathering",
    "space": "spaces",
    "Space": "spaces",
    "project": "projecting",
    "cluster": "clustering",
    "choose_k": "choosing",
    "edit_clusters": "editing",
    "undo_cluster_edit": "editing",
    "pseudo_label": "labelling",
    "validate": "validating",
    "export": "exporting",
    "table": "exporting",
    "train": "training",
    "TrainReport": "training",
    "estimate": "training",
    "embed": "embedding",
    "EmbedReport": "embedding",
    "sensitivity": "auditing",
    "shortcuts": "auditing",
    "views": "viewing",
}
"""Which module of this package each public name lives in."""

_JOBS = (
    "scan", "measure", "gather", "project", "cluster", "choose_k", "pseudo_label", "validate",
    "export", "estimate", "train", "embed", "sensitivity", "shortcuts",
    "views",
)  # fmt: skip


class _Steps(Mapping[str, Callable[..., Any]]):
    """The steps a worker can run, by name."""

    def __getitem__(self, name: str) -> Callable[..., Any]:
        if name not in _JOBS:
            raise KeyError(name)
        step: Callable[..., Any] = getattr(
            importlib.import_module(f"{__name__}.{_HOME[name]}"), name
        )
        return step

    def __iter__(self) -> Iterator[str]:
        return iter(_JOBS)

    def __len__(self) -> int:
        return len(_JOBS)


STEPS = _Steps()


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__

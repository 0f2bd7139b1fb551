"""The steps from photographs to labels: load from the workspace, compute, save.

Each is `step(workspace, ..., progress=SILENT)` and runs the same in a notebook, from the command
line and as a background job. They are imported when first used, so that asking which steps there
are loads nothing heavy.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contrast_engine.steps.collection.bring import BringReport, bring
    from contrast_engine.steps.collection.gather import GatherReport, gather
    from contrast_engine.steps.collection.measure import MeasureReport, measure
    from contrast_engine.steps.collection.remove import RemovalReport, put_back, remove
    from contrast_engine.steps.collection.scan import ScanReport, scan
    from contrast_engine.steps.encoders.embed import EmbedReport
    from contrast_engine.steps.encoders.fine_tune import FineTuneReport
    from contrast_engine.steps.encoders.own_network import ZeroShotReport
    from contrast_engine.steps.encoders.train import TrainReport
    from contrast_engine.steps.evidence.downstream import DownstreamReport
    from contrast_engine.steps.evidence.sabotage import SabotageReport
    from contrast_engine.steps.monitoring.retrain import RetrainReport
    from contrast_engine.steps.structure.spaces import Space, space

__all__ = [
    "STEPS",
    "BringReport",
    "DownstreamReport",
    "EmbedReport",
    "FineTuneReport",
    "GatherReport",
    "MeasureReport",
    "RemovalReport",
    "RetrainReport",
    "SabotageReport",
    "ScanReport",
    "Space",
    "TrainReport",
    "ZeroShotReport",
    "accept",
    "bring",
    "bundle",
    "choose_k",
    "cluster",
    "downstream",
    "edit_clusters",
    "embed",
    "entropy_maps",
    "estimate",
    "estimate_illuminants",
    "export",
    "fine_tune",
    "gather",
    "illuminant_grid",
    "issues",
    "judge_complexity",
    "judge_illuminants",
    "look_for_haze",
    "measure",
    "predict_files",
    "project",
    "pseudo_label",
    "put_back",
    "remove",
    "report",
    "retrain",
    "roll_back",
    "sabotage",
    "scan",
    "sensitivity",
    "shortcuts",
    "space",
    "table",
    "train",
    "undo_cluster_edit",
    "validate",
    "views",
    "zero_shot",
]

_HOME = {
    "scan": "collection.scan",
    "ScanReport": "collection.scan",
    "measure": "collection.measure",
    "MeasureReport": "collection.measure",
    "bring": "collection.bring",
    "BringReport": "collection.bring",
    "issues": "collection.issues",
    "remove": "collection.remove",
    "put_back": "collection.remove",
    "RemovalReport": "collection.remove",
    "look_for_haze": "collection.haze",
    "gather": "collection.gather",
    "GatherReport": "collection.gather",
    "space": "structure.spaces",
    "Space": "structure.spaces",
    "project": "structure.project",
    "cluster": "structure.cluster",
    "choose_k": "structure.choose_k",
    "edit_clusters": "structure.edit_clusters",
    "undo_cluster_edit": "structure.edit_clusters",
    "pseudo_label": "models.pseudo_label",
    "bundle": ".predict.bundle",
    "predict_files": ".predict.scoring.predict_files",
    "validate": "evidence.validate",
    "downstream": "evidence.downstream",
    "DownstreamReport": "evidence.downstream",
    "sabotage": "evidence.sabotage",
    "SabotageReport": "evidence.sabotage",
    "export": "output.export",
    "report": ".report.write",
    "table": "output.export",
    "train": "encoders.train",
    "TrainReport": "encoders.train",
    "estimate": "encoders.train",
    "embed": "encoders.embed",
    "EmbedReport": "encoders.embed",
    "fine_tune": "encoders.fine_tune",
    "FineTuneReport": "encoders.fine_tune",
    "sensitivity": "encoders.audit_encoder",
    "shortcuts": "encoders.audit_encoder",
    "views": "encoders.audit_views",
    "zero_shot": "encoders.own_network",
    "ZeroShotReport": "encoders.own_network",
    "judge_complexity": "complexity.complexity",
    "entropy_maps": "complexity.entropy_maps",
    "retrain": "monitoring.retrain",
    "RetrainReport": "monitoring.retrain",
    "accept": "monitoring.decide",
    "roll_back": "monitoring.decide",
    "illuminant_grid": "illuminants.grid",
    "estimate_illuminants": "illuminants.estimate",
    "judge_illuminants": "illuminants.evaluate",
}
"""Which module of this package, or beside it, each public name lives in."""

_JOBS = (
    "scan", "measure", "gather", "project", "cluster", "choose_k", "pseudo_label", "validate",
    "downstream", "sabotage", "export", "estimate", "train", "embed", "sensitivity", "shortcuts",
    "views", "judge_complexity", "entropy_maps", "estimate_illuminants", "judge_illuminants",
    "illuminant_grid", "bundle", "predict_files", "zero_shot", "retrain", "fine_tune",
    "look_for_haze", "report",
)  # fmt: skip


class _Steps(Mapping[str, Callable[..., Any]]):
    """The steps a worker can run, by name."""

    def __getitem__(self, name: str) -> Callable[..., Any]:
        if name not in _JOBS:
            raise KeyError(name)
        step: Callable[..., Any] = getattr(
            importlib.import_module(f".{_HOME[name]}", __name__), name
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
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__

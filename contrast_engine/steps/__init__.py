"""The steps from photographs to labels: load from the workspace, compute, save.

Each is `step(workspace, ..., progress=SILENT)` and runs the same in a notebook, from the command
line and as a background job. What only looks (`label_next`, `most_similar`, `find_outliers`) saves
nothing. They are imported when first used, so that asking which steps there are loads nothing
heavy; editors and type checkers see the functions themselves. Which command is which function:
docs/tutorial.md#what-the-commands-are-called-here.
"""

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contrast_engine.counterfactual import WhatIf, WhatIfReport, what_if
    from contrast_engine.map_file import write_map
    from contrast_engine.predict.bundle import bundle
    from contrast_engine.predict.scoring.predict_files import predict_files
    from contrast_engine.report.write import WrittenReport, report
    from contrast_engine.steps.collection.back_up import BackupReport, back_up, restore
    from contrast_engine.steps.collection.bring import BringReport, bring
    from contrast_engine.steps.collection.gather import GatherReport, gather
    from contrast_engine.steps.collection.haze import look_for_haze
    from contrast_engine.steps.collection.issues import issues
    from contrast_engine.steps.collection.measure import MeasureReport, measure
    from contrast_engine.steps.collection.remove import RemovalReport, put_back, remove
    from contrast_engine.steps.collection.scan import ScanReport, scan
    from contrast_engine.steps.complexity.complexity import judge_complexity
    from contrast_engine.steps.complexity.entropy_maps import entropy_maps
    from contrast_engine.steps.encoders.audit_encoder import sensitivity, shortcuts
    from contrast_engine.steps.encoders.audit_views import views
    from contrast_engine.steps.encoders.embed import EmbedReport, embed
    from contrast_engine.steps.encoders.fine_tune import FineTuneReport, fine_tune
    from contrast_engine.steps.encoders.own_network import ZeroShotReport, zero_shot
    from contrast_engine.steps.encoders.train import TrainReport, estimate, train
    from contrast_engine.steps.evidence.downstream import DownstreamReport, downstream
    from contrast_engine.steps.evidence.sabotage import SabotageReport, sabotage
    from contrast_engine.steps.evidence.validate import validate
    from contrast_engine.steps.illuminants.estimate import estimate_illuminants
    from contrast_engine.steps.illuminants.evaluate import judge_illuminants
    from contrast_engine.steps.illuminants.grid import illuminant_grid
    from contrast_engine.steps.image.analyse import ImageParts, analyse
    from contrast_engine.steps.labels.annotator_agreement import (
        AnnotatorAgreement,
        annotator_agreement,
    )
    from contrast_engine.steps.labels.consensus_labels import ConsensusLabels, consensus_labels
    from contrast_engine.steps.labels.export_labels import write_labels
    from contrast_engine.steps.labels.import_labels import (
        PlannedLabels,
        planned_import,
        take_back_import,
        take_labels,
    )
    from contrast_engine.steps.labels.label_next import label_next
    from contrast_engine.steps.labels.rank import (
        RankedImages,
        rank_next,
        rank_show,
        ranking_reliability,
    )
    from contrast_engine.steps.labels.withdraw_labels import (
        PlannedWithdrawal,
        Withdrawal,
        give_back_labels,
        planned_withdrawal,
        withdraw_labels,
    )
    from contrast_engine.steps.models.pseudo_label import pseudo_label
    from contrast_engine.steps.monitoring.decide import accept, roll_back
    from contrast_engine.steps.monitoring.retrain import RetrainReport, retrain
    from contrast_engine.steps.output.export import ExportReport, export
    from contrast_engine.steps.output.export_selection import export_selection
    from contrast_engine.steps.output.table import Table, table
    from contrast_engine.steps.structure.axes import name_axes
    from contrast_engine.steps.structure.choose_k import choose_k
    from contrast_engine.steps.structure.cluster import cluster
    from contrast_engine.steps.structure.duplicates import DuplicateGroup, find_duplicates
    from contrast_engine.steps.structure.edit_clusters import edit_clusters, undo_cluster_edit
    from contrast_engine.steps.structure.names_as_labels import (
        NamesAsLabels,
        names_as_labels,
        take_back_names,
    )
    from contrast_engine.steps.structure.outliers import find_outliers
    from contrast_engine.steps.structure.place import PlaceReport, place
    from contrast_engine.steps.structure.project import project
    from contrast_engine.steps.structure.similar import SimilarImages, most_similar
    from contrast_engine.steps.structure.spaces import Space, space
    from contrast_engine.steps.structure.taxonomy import Taxonomy, keep_fine_cut, taxonomy
    from contrast_engine.views.collection.selection_summary import (
        SelectionSummary,
        explain_selection,
    )
    from contrast_engine.views.overview import Overview, overview

__all__ = [
    "STEPS",
    "AnnotatorAgreement",
    "BackupReport",
    "BringReport",
    "ConsensusLabels",
    "DownstreamReport",
    "DuplicateGroup",
    "EmbedReport",
    "ExportReport",
    "FineTuneReport",
    "GatherReport",
    "ImageParts",
    "MeasureReport",
    "NamesAsLabels",
    "Overview",
    "PlaceReport",
    "PlannedLabels",
    "PlannedWithdrawal",
    "RankedImages",
    "RemovalReport",
    "RetrainReport",
    "SabotageReport",
    "ScanReport",
    "SelectionSummary",
    "SimilarImages",
    "Space",
    "Table",
    "Taxonomy",
    "TrainReport",
    "WhatIf",
    "WhatIfReport",
    "Withdrawal",
    "WrittenReport",
    "ZeroShotReport",
    "accept",
    "analyse",
    "annotator_agreement",
    "back_up",
    "bring",
    "bundle",
    "choose_k",
    "cluster",
    "consensus_labels",
    "downstream",
    "edit_clusters",
    "embed",
    "entropy_maps",
    "estimate",
    "estimate_illuminants",
    "explain_selection",
    "export",
    "export_selection",
    "find_duplicates",
    "find_outliers",
    "fine_tune",
    "gather",
    "give_back_labels",
    "illuminant_grid",
    "issues",
    "judge_complexity",
    "judge_illuminants",
    "keep_fine_cut",
    "label_next",
    "look_for_haze",
    "measure",
    "most_similar",
    "name_axes",
    "names_as_labels",
    "overview",
    "place",
    "planned_import",
    "planned_withdrawal",
    "predict_files",
    "project",
    "pseudo_label",
    "put_back",
    "rank_next",
    "rank_show",
    "ranking_reliability",
    "remove",
    "report",
    "restore",
    "retrain",
    "roll_back",
    "sabotage",
    "scan",
    "sensitivity",
    "shortcuts",
    "space",
    "table",
    "take_back_import",
    "take_back_names",
    "take_labels",
    "taxonomy",
    "train",
    "undo_cluster_edit",
    "validate",
    "views",
    "what_if",
    "withdraw_labels",
    "write_labels",
    "write_map",
    "zero_shot",
]

_HOME = {
    "WhatIf": ".counterfactual",
    "WhatIfReport": ".counterfactual",
    "what_if": ".counterfactual",
    "write_map": ".map_file",
    "bundle": ".predict.bundle",
    "predict_files": ".predict.scoring.predict_files",
    "WrittenReport": ".report.write",
    "report": ".report.write",
    "BringReport": "collection.bring",
    "bring": "collection.bring",
    "BackupReport": "collection.back_up",
    "back_up": "collection.back_up",
    "restore": "collection.back_up",
    "GatherReport": "collection.gather",
    "gather": "collection.gather",
    "look_for_haze": "collection.haze",
    "issues": "collection.issues",
    "MeasureReport": "collection.measure",
    "measure": "collection.measure",
    "RemovalReport": "collection.remove",
    "put_back": "collection.remove",
    "remove": "collection.remove",
    "ScanReport": "collection.scan",
    "scan": "collection.scan",
    "judge_complexity": "complexity.complexity",
    "entropy_maps": "complexity.entropy_maps",
    "sensitivity": "encoders.audit_encoder",
    "shortcuts": "encoders.audit_encoder",
    "views": "encoders.audit_views",
    "EmbedReport": "encoders.embed",
    "embed": "encoders.embed",
    "FineTuneReport": "encoders.fine_tune",
    "fine_tune": "encoders.fine_tune",
    "ZeroShotReport": "encoders.own_network",
    "zero_shot": "encoders.own_network",
    "TrainReport": "encoders.train",
    "estimate": "encoders.train",
    "train": "encoders.train",
    "DownstreamReport": "evidence.downstream",
    "downstream": "evidence.downstream",
    "SabotageReport": "evidence.sabotage",
    "sabotage": "evidence.sabotage",
    "validate": "evidence.validate",
    "estimate_illuminants": "illuminants.estimate",
    "judge_illuminants": "illuminants.evaluate",
    "illuminant_grid": "illuminants.grid",
    "ImageParts": "image.analyse",
    "analyse": "image.analyse",
    "AnnotatorAgreement": "labels.annotator_agreement",
    "annotator_agreement": "labels.annotator_agreement",
    "ConsensusLabels": "labels.consensus_labels",
    "consensus_labels": "labels.consensus_labels",
    "write_labels": "labels.export_labels",
    "PlannedLabels": "labels.import_labels",
    "planned_import": "labels.import_labels",
    "take_back_import": "labels.import_labels",
    "take_labels": "labels.import_labels",
    "label_next": "labels.label_next",
    "RankedImages": "labels.rank",
    "rank_next": "labels.rank",
    "rank_show": "labels.rank",
    "ranking_reliability": "labels.rank",
    "PlannedWithdrawal": "labels.withdraw_labels",
    "Withdrawal": "labels.withdraw_labels",
    "give_back_labels": "labels.withdraw_labels",
    "planned_withdrawal": "labels.withdraw_labels",
    "withdraw_labels": "labels.withdraw_labels",
    "pseudo_label": "models.pseudo_label",
    "accept": "monitoring.decide",
    "roll_back": "monitoring.decide",
    "RetrainReport": "monitoring.retrain",
    "retrain": "monitoring.retrain",
    "ExportReport": "output.export",
    "export": "output.export",
    "export_selection": "output.export_selection",
    "Table": "output.table",
    "table": "output.table",
    "name_axes": "structure.axes",
    "choose_k": "structure.choose_k",
    "cluster": "structure.cluster",
    "DuplicateGroup": "structure.duplicates",
    "find_duplicates": "structure.duplicates",
    "edit_clusters": "structure.edit_clusters",
    "undo_cluster_edit": "structure.edit_clusters",
    "NamesAsLabels": "structure.names_as_labels",
    "names_as_labels": "structure.names_as_labels",
    "take_back_names": "structure.names_as_labels",
    "find_outliers": "structure.outliers",
    "PlaceReport": "structure.place",
    "place": "structure.place",
    "project": "structure.project",
    "SimilarImages": "structure.similar",
    "most_similar": "structure.similar",
    "Space": "structure.spaces",
    "space": "structure.spaces",
    "Taxonomy": "structure.taxonomy",
    "keep_fine_cut": "structure.taxonomy",
    "taxonomy": "structure.taxonomy",
    "SelectionSummary": ".views.collection.selection_summary",
    "explain_selection": ".views.collection.selection_summary",
    "Overview": ".views.overview",
    "overview": ".views.overview",
}
"""Which module of this package, or beside it, each public name lives in."""

_JOBS = (
    "scan", "measure", "gather", "project", "cluster", "choose_k", "pseudo_label", "validate",
    "downstream", "sabotage", "export", "estimate", "train", "embed", "sensitivity", "shortcuts",
    "views", "judge_complexity", "entropy_maps", "estimate_illuminants", "judge_illuminants",
    "illuminant_grid", "bundle", "predict_files", "zero_shot", "retrain", "fine_tune",
    "look_for_haze", "report", "place",
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


if not TYPE_CHECKING:  # a type checker would take any name for one that is there

    def __getattr__(name: str) -> Any:
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__

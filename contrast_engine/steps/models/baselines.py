"""baselines: what the labels give without a model, beside the scores of one."""

from contrast_engine.pseudo_labels.baselines import Baseline, baselines
from contrast_engine.steps.evidence.confounders import confounders
from contrast_engine.steps.models.label_pipeline import Prepared
from contrast_engine.store import Workspace

ALONE = ("brightness", "bytes")


def label_baselines(
    workspace: Workspace, prepared: Prepared, *, seed: int = 0
) -> tuple[Baseline, ...]:
    """The commonest label, brightness alone, bytes alone and the best single feature.

    Judged on the folds that the model of the same seed is judged on. Brightness and bytes are left
    out where they are not known of every labelled image; the single feature is one of those that
    put the space into words.
    """
    labelled = prepared.labelled
    ids = [labelled.space.ids[row] for row in labelled.rows]
    key = workspace.current("features")
    known = confounders(workspace, workspace.load(key), ids) if key else None
    alone = {}
    if known is not None and len(known) == len(ids):
        rows = known.take(ids)
        alone = {name: rows.column(name) for name in ALONE if name in known.columns}
    return baselines(labelled, alone, prepared.here.readable, seed=seed)

"""What has changed since a report was made: it speaks of results that are no longer there."""

from contrast_engine.steps.evidence.downstream import asked_outcomes
from contrast_engine.steps.evidence.validate import KINDS, STEP
from contrast_engine.steps.labels.annotator_agreement import ratings_hash
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.store import Workspace

DONE = {
    "features": "images were measured",
    "clusterings": "the clusters were made anew or edited",
    "maps": "the map was drawn anew",
    "predictions": "the model was trained anew",
}


def changed_since(workspace: Workspace, key: str) -> tuple[str, ...]:
    """What was done since a report of `validate` was made, in words; empty where it still holds."""
    made = workspace.manifest(key)
    changed = [] if made.step == STEP else ["the checks themselves were changed"]
    current = {kind: workspace.current(kind) for kind in KINDS}
    changed += [DONE[kind] for kind, now in current.items() if now and now not in made.inputs]
    said = pairs_hash(consensus_labels(workspace).of), ratings_hash(workspace)
    if any(one not in made.inputs for one in said):
        changed.append("labels were given or changed")
    if f"{len(workspace.comparisons.all())} comparisons" not in made.inputs:
        changed.append("pairs were compared")
    if any(one.key not in made.inputs for one in asked_outcomes(workspace)):
        changed.append("a later result was asked about")
    return tuple(changed)

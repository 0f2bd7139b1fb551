"""What has changed since a report was made: it speaks of results that are no longer there."""

import contextlib
from collections.abc import Sequence

from contrast_engine.errors import UnknownName
from contrast_engine.steps.evidence.downstream import asked_outcomes
from contrast_engine.steps.evidence.validate import KINDS, STEP
from contrast_engine.steps.labels.annotator_agreement import ratings_hash
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.steps.structure.edit_clusters import computed_key
from contrast_engine.steps.structure.placed import fresh_fit_due, grew_from
from contrast_engine.store import Workspace

DONE = {
    "features": "images were measured",
    "maps": "another map is in use",
    "predictions": "another model is in use",
}


def changed_since(workspace: Workspace, key: str) -> tuple[str, ...]:
    """What was done since a report of `validate` was made, in words; empty where it still holds."""
    made = workspace.manifest(key)
    changed = [] if made.step == STEP else ["the checks themselves were changed"]
    current = {kind: workspace.current(kind) for kind in KINDS}
    grown = {
        kind
        for kind, now in current.items()
        if now and now not in made.inputs and grew_from(workspace, now, made.inputs)
    }
    for kind, now in current.items():
        if kind in grown:  # the numbers of the fit hold as long as they speak for most images
            due = fresh_fit_due(workspace.manifest(str(now)).details)
            changed.extend([due] if due else [])
        elif now and now not in made.inputs and not (kind == "features" and grown):
            changed.append(DONE.get(kind) or clusters_changed(workspace, now, made.inputs))
    said = pairs_hash(consensus_labels(workspace).of), ratings_hash(workspace)
    if any(one not in made.inputs for one in said):
        changed.append("labels were given or changed")
    if f"{len(workspace.comparisons.all())} comparisons" not in made.inputs:
        changed.append("pairs were compared")
    if any(one.key not in made.inputs for one in asked_outcomes(workspace)):
        changed.append("a later result was asked about")
    return tuple(changed)


def clusters_changed(workspace: Workspace, now: str, inputs: Sequence[str]) -> str:
    """How the clusters in use differ from those that a result was made of, in words.

    Args:
        workspace: Where both are.
        now: Key of the clustering in use.
        inputs: What the result was made of.
    """
    before = set()
    for key in inputs:
        with contextlib.suppress(UnknownName):  # a hash of labels, or a result that was removed
            made = workspace.manifest(key)
            if made.kind == "clusterings":
                before.add(computed_key(made))
    if not before:
        return "clusters were made"
    is_same = computed_key(workspace.manifest(now)) in before
    return "the clusters were edited" if is_same else "another clustering is in use"

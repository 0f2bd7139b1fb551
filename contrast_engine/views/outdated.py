"""Which results are out of date: what they rest on has changed since they were made, and how."""

from contrast_engine.errors import ModelError
from contrast_engine.steps.evidence.evidence_age import changed_since
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace


def outdated(workspace: Workspace) -> dict[str, str]:
    """The results in use that are out of date, each with what changed since, in words.

    The kinds are "maps", "clusterings", "predictions" and "reports" (the evidence).
    """
    found = {}
    for kind in ("maps", "clusterings", "predictions"):
        key = workspace.current(kind)
        why = _changed(workspace, workspace.manifest(key)) if key else ""
        if why:
            found[kind] = why
    report = workspace.current("reports")
    changes = changed_since(workspace, report) if report else ()
    if changes:
        found["reports"] = ", ".join(changes)
    return found


def _changed(workspace: Workspace, made: Manifest) -> str:
    if made.details.get("on", "features") == "features" and _is_of_before(workspace, made):
        return "images were measured"
    if made.kind != "predictions":
        return ""
    features = workspace.current("features")
    measured = set(workspace.manifest(features).inputs) if features else set()
    labels = consensus_labels(workspace).of
    learnt = {image: label for image, label in labels.items() if image in measured}
    is_new = made.details.get("labels_hash") != pairs_hash(learnt)
    return "labels were given or changed" if is_new else ""


def _is_of_before(workspace: Workspace, made: Manifest) -> bool:
    try:
        recipe = workspace.models.load(made.inputs[0])[1]
    except ModelError:
        return False
    return bool(recipe.get("input") != workspace.current("features"))

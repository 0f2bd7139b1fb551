"""recommend: which classifier the labels of now deserve, compared once and kept."""

from contrast_engine.arrays import Json
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import VERY_ROUGH_UP_TO
from contrast_engine.pseudo_labels.classifier_choice import choose
from contrast_engine.results import Finding, Report
from contrast_engine.steps.models.label_pipeline import Prepared
from contrast_engine.store import Artifact, Workspace

STEP = "choose-classifier@1"


def recommend(
    workspace: Workspace,
    prepared: Prepared,
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Json:
    """The recommended `method`, the `reason`, and the `candidates` that were compared.

    Args:
        workspace: Where the comparison is kept.
        prepared: The labels in their space.
        seed: Deals the folds.
        progress: Told before each method.
    """
    here, labelled = prepared.here, prepared.labelled
    if labelled.effective <= VERY_ROUGH_UP_TO:
        return choose(labelled).as_json()
    recipe = {
        "classes": list(labelled.classes),
        "is_ordered": labelled.is_ordered,
        **prepared.of_pictures,
    }
    inputs = [here.key, prepared.labels_hash]
    if prepared.clustering:
        inputs.append(prepared.clustering)
    artifact = Artifact("reports", STEP, recipe, tuple(inputs), seed)
    if not workspace.has(artifact):
        choice = choose(labelled, seed=seed, progress=progress)
        best = next(one for one in choice.candidates if one.method == choice.method)
        finding = Finding(
            "choose_classifier", best.kappa, labelled.effective, here.name, "pass",
            f"{choice.reason}.", low=best.low, high=best.high, null=0.0,
        )  # fmt: skip
        workspace.save(artifact, Report((finding,)), choice.as_json())
    return workspace.manifest(artifact.key).details

"""recommend: which classifier the labels of now deserve, compared once and kept."""

from collections.abc import Sequence

from contrast_engine.arrays import Json
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import VERY_ROUGH_UP_TO, Labelled
from contrast_engine.pseudo_labels.classifier_choice import choose
from contrast_engine.results import Finding, Report
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store import Artifact, Workspace

STEP = "choose-classifier@1"


def recommend(
    workspace: Workspace,
    labelled: Labelled,
    here: Space,
    inputs: Sequence[str],
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Json:
    """The recommended `method`, the `reason`, and the `candidates` that were compared.

    Args:
        workspace: Where the comparison is kept.
        labelled: The labels in their space.
        here: That space.
        inputs: Keys of the labels, and of the clustering where there is one.
        seed: Deals the folds.
        progress: Told before each method.
    """
    if len(labelled) <= VERY_ROUGH_UP_TO:
        return choose(labelled).as_json()
    recipe = {"classes": list(labelled.classes), "is_ordered": labelled.is_ordered}
    artifact = Artifact("reports", STEP, recipe, (here.key, *inputs), seed)
    if not workspace.has(artifact):
        choice = choose(labelled, seed=seed, progress=progress)
        best = next(one for one in choice.candidates if one.method == choice.method)
        finding = Finding(
            "choose_classifier", best.kappa, len(labelled), here.name, "pass",
            f"{choice.reason}.", low=best.low, high=best.high, null=0.0,
        )  # fmt: skip
        workspace.save(artifact, Report((finding,)), choice.as_json())
    return workspace.manifest(artifact.key).details

"""pseudo_label: from the labelled images to a label and a probability for every one."""

from collections.abc import Iterable
from dataclasses import asdict

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.pseudo_labels import Abstaining, Classifier, badge, calibration, classifiers
from contrast_engine.pseudo_labels.active_learning import AT_RANDOM
from contrast_engine.several import several
from contrast_engine.steps.in_use import settle
from contrast_engine.steps.models.baselines import label_baselines
from contrast_engine.steps.models.choose_classifier import recommend
from contrast_engine.steps.models.label_pipeline import Fitted, Prepared, fit, pairs_hash, prepare
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Artifact, Workspace

STEP = "pseudo-label@4"
AUTO = "auto"


def pseudo_label(
    workspace: Workspace,
    *,
    order: Iterable[str] | None = None,
    method: str = AUTO,
    options: Json | None = None,
    on: str = "features",
    most_wrong: float | None = None,
    seed: int = 0,
    use: bool = True,
    who: str = "",
    progress: Progress = SILENT,
) -> str:
    """Key of the predictions for every measured image, learnt from the labels of now.

    Where several annotators labelled, it learns from their consensus labels, and the details say
    by which rule under `settled` (None for one annotator's labels). Labels of nearly one picture
    are held back together and count once; the details say how many under `leaks`.

    Args:
        workspace: Measured, with labels of at least two kinds; clustered for the cluster vote.
        order: The labels from least to most; without it the label set decides.
        method: Name of a classifier, or "auto" for the recommended one, chosen by cross-validated
            kappa; the details then hold the `choice` with what was compared.
        options: Options of that classifier.
        on: What is learnt from: "features", the key of an embedding, or "features+KEY".
        most_wrong: Share of the answers that may be wrong, 0.2 if not given. Where the labels
            bear it out the model answers only as far as that can be promised; else it answers by
            the plain rule, and `promise` in the details says how often that is wrong.
        seed: Deals the labels into folds.
        use: Whether it is in use from now on; else what is in use stays, and it can be looked
            at. The first of its kind is in use in any case.
        who: Who asks; without it the name that is logged in.
        progress: Told loss, held-out accuracy and kappa, and coverage after every iteration.

    Raises:
        NotEnoughData: Nothing is measured, or the labels are of fewer than two kinds.
        OptionError: A label is not in the order, or an option does not fit.
        PluginError: A classifier of another package failed.
        UnknownName: There is no such classifier.
    """
    progress = paced(progress, f"pseudo-label {method}", workspace, "loading the labels")
    order = None if order is None else several(order, "order")
    prepared = prepare(workspace, space(workspace, on, save=True), order=order, seed=seed)
    choice: Json | None = None
    choosing, learning, judging = in_parts(progress, 3 * (method == AUTO), 6, 1)
    if method == AUTO:
        choice = recommend(workspace, prepared, seed=seed, progress=choosing)
    name = str(choice["method"]) if choice else method
    recipe = classifiers[name].of(options or {})
    rule = Abstaining() if most_wrong is None else Abstaining(most_wrong=most_wrong)
    artifact = _artifact(prepared, name, recipe, rule, is_recommended=choice is not None, seed=seed)
    if not (workspace.has(artifact) and workspace.models.has(artifact.key)):
        with classifiers.running(name):
            fitted = fit(prepared, recipe, abstaining=rule, seed=seed, progress=learning)
            judging.tick(0, 1, "comparing with baselines")
            _save(workspace, artifact, prepared, fitted, choice)
    return settle(workspace, "predictions", artifact.key, use=use, who=who)


def _artifact(
    prepared: Prepared,
    method: str,
    recipe: Classifier,
    rule: Abstaining,
    *,
    is_recommended: bool,
    seed: int,
) -> Artifact:
    labelled, drawn, clustered = prepared.labelled, prepared.drawn, prepared.clustering
    settled = prepared.consensus.as_json()
    return Artifact(
        kind="predictions",
        step=STEP,
        recipe={
            "method": method,
            "options": recipe.as_json(),
            "abstaining": rule.as_json(),
            "classes": list(labelled.classes),
            "is_ordered": labelled.is_ordered,
            "asked": "recommended" if is_recommended else "named",
            **({"settled": settled} if settled else {}),
            **prepared.of_pictures,
            **classifiers.made_by(method),
        },
        inputs=(
            prepared.here.key,
            prepared.labels_hash,
            *((clustered,) if clustered and recipe.uses_clusters else ()),
            *((pairs_hash(dict.fromkeys(drawn, AT_RANDOM)),) if drawn else ()),
        ),
        seed=seed,
    )


def _save(
    workspace: Workspace,
    artifact: Artifact,
    prepared: Prepared,
    fitted: Fitted,
    choice: Json | None,
) -> None:
    """Store the fitted model, then the predictions with what is known about them."""
    here, labelled, trained = prepared.here, prepared.labelled, fitted.trained
    arrays = {f"model.{name}": array for name, array in trained.model.arrays().items()}
    arrays["labelled"] = labelled.values
    arrays["held_out"] = trained.held_out
    arrays["held_out.codes"] = labelled.codes
    arrays["held_out.ids"] = np.array(
        [int(labelled.space.ids[row], 16) for row in labelled.rows], dtype=np.uint64
    )
    recipe = {
        **artifact.recipe,
        "space": here.key,
        "limit": trained.limit,
        "promise": asdict(trained.promise),
        "feature_version": FEATURE_VERSION,
        "reading": workspace.reading_options.as_json(),
    }
    workspace.models.save(artifact.key, arrays, recipe)
    counts = zip(labelled.classes, labelled.counts.tolist(), strict=True)
    details = {
        "method": artifact.recipe["method"],
        "choice": choice,
        "labels": len(labelled),
        "ignored_labels": labelled.ignored,
        "classes": list(labelled.classes),
        "counts": dict(counts),
        "is_ordered": labelled.is_ordered,
        "badge": badge(labelled.effective),
        "leaks": prepared.leaks.as_json(),
        "cross_validated": trained.scores.as_json(),
        "baselines": [
            one.as_json() for one in label_baselines(workspace, prepared, seed=artifact.seed or 0)
        ],
        "coverage": trained.coverage,
        "abstained": int(trained.predictions.abstains.sum()),
        "promise": trained.promise.as_json(),
        "optimism": trained.optimism.as_json() if trained.optimism else None,
        "calibration": calibration.as_json(trained.reliability, trained.sets),
        "calibration_note": trained.promise.words,
        "curve": [asdict(point) for point in fitted.curve],
        "labels_hash": prepared.labels_hash,
        "settled": artifact.recipe.get("settled"),
        "space": here.name,
        "space_key": here.key,
        "on": here.on,
    }
    workspace.save(artifact, trained.predictions, details)

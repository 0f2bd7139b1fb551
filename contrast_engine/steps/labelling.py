"""pseudo_label: from the labelled images to a label, a probability and a doubt for every one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import (
    Abstaining,
    Labelled,
    Trained,
    badge,
    classifiers,
    gather,
    recommended,
    train,
)
from contrast_engine.results import Clustering
from contrast_engine.steps.spaces import Space, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.labels import label_name
from contrast_engine.vectors import ImageId

STEP = "pseudo-label@1"

_CALIBRATION = (
    "Probabilities are the model's own. No promised error rate (conformal sets) is given: the "
    "labelled images were chosen and not drawn at random. What is promised is the held-out "
    "accuracy of the answered part."
)


@dataclass(frozen=True)
class _Labels:
    """The labels of now and what their order is."""

    of: dict[ImageId, str]
    order: tuple[str, ...]
    is_ordered: bool


def pseudo_label(
    workspace: Workspace,
    *,
    order: Iterable[str] | None = None,
    method: str = "auto",
    options: Json | None = None,
    on: str = "features",
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Train on the labels people gave and predict every measured image; give the key.

    Args:
        workspace: Measured, with labels of at least two kinds; clustered for the cluster vote.
        order: The labels from least to most; without it the label set decides.
        method: Name of a classifier, or "auto" for the one that fits the number of labels.
        options: Options of that classifier.
        on: What is learnt from: "features", the key of an embedding, or "features+KEY".
        seed: Deals the labels into folds.
        progress: Told loss, held-out accuracy and kappa, and coverage after every iteration.

    Raises:
        NotEnoughData: Nothing is measured, or the labels are of fewer than two kinds.
        OptionError: A label is not in the order, or an option does not fit.
        UnknownName: There is no such classifier.
    """
    said = _labels(workspace, order)
    here = space(workspace, on)
    clustered = workspace.current("clusterings")
    clustering: Clustering | None = workspace.load(clustered) if clustered else None
    labelled = gather(
        here.vectors, said.of, said.order, is_ordered=said.is_ordered, clustering=clustering
    )
    name = recommended(labelled) if method == "auto" else method
    recipe, rule = classifiers[name].of(options or {}), Abstaining()
    artifact = Artifact(
        kind="predictions",
        step=STEP,
        recipe={
            "method": name,
            "options": recipe.as_json(),
            "abstaining": rule.as_json(),
            "classes": list(labelled.classes),
            "is_ordered": labelled.is_ordered,
        },
        inputs=(
            here.key,
            pairs_hash(dict(labelled.pairs)),
            *((clustered,) if clustered and recipe.uses_clusters else ()),
        ),
        seed=seed,
    )
    if not (workspace.has(artifact) and workspace.models.has(artifact.key)):
        trained = train(recipe, labelled, abstaining=rule, seed=seed, progress=progress)
        _save(workspace, artifact, trained, labelled, here)
    workspace.make_current("predictions", artifact.key)
    return artifact.key


def pairs_hash(labels: Mapping[ImageId, str]) -> str:
    """Name a set of labels: the same images with the same labels give the same text."""
    text = "\n".join(f"{image} {label}" for image, label in sorted(labels.items()))
    return "labels-" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _labels(workspace: Workspace, order: Iterable[str] | None) -> _Labels:
    of = {image: label.label for image, label in workspace.labels.current().items()}
    if order is None:
        known = workspace.labels.label_set()
        return _Labels(of, known.labels, known.is_ordered)
    names = tuple(label_name(name) for name in order)
    if len(names) < 2 or len(set(names)) != len(names):
        raise OptionError(
            f"an order needs at least two different labels, got {', '.join(names) or 'none'}"
        )
    return _Labels(of, names, True)


def _save(
    workspace: Workspace, artifact: Artifact, trained: Trained, labelled: Labelled, here: Space
) -> None:
    """Store the fitted model, then the predictions with what is known about them."""
    arrays = {f"model.{name}": array for name, array in trained.model.arrays().items()}
    arrays["labelled"] = labelled.values
    recipe = {
        **artifact.recipe,
        "space": here.key,
        "limit": trained.limit,
        "feature_version": FEATURE_VERSION,
    }
    workspace.models.save(artifact.key, arrays, recipe)
    counts = zip(labelled.classes, labelled.counts.tolist(), strict=True)
    details = {
        "method": artifact.recipe["method"],
        "labels": len(labelled),
        "ignored_labels": labelled.ignored,
        "classes": list(labelled.classes),
        "counts": dict(counts),
        "is_ordered": labelled.is_ordered,
        "badge": badge(len(labelled)),
        "cross_validated": trained.scores.as_json(),
        "coverage": trained.coverage,
        "abstained": int(trained.predictions.abstains.sum()),
        "calibration_note": _CALIBRATION,
        "labels_hash": pairs_hash(dict(labelled.pairs)),
        "space": here.name,
        "space_key": here.key,
        "on": here.on,
    }
    workspace.save(artifact, trained.predictions, details)

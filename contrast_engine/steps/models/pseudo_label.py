"""pseudo_label: from the labelled images to a label, a probability and a doubt for every one."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import (
    Abstaining,
    Labelled,
    TrainedModel,
    badge,
    calibration,
    classifiers,
    gather,
    train,
)
from contrast_engine.pseudo_labels.calibration import Sets
from contrast_engine.pseudo_labels.learning_curve import Point, learning_curve
from contrast_engine.results import Clustering
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.choose_classifier import recommend
from contrast_engine.steps.structure.spaces import Space, space
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.labels import label_name
from contrast_engine.vectors import ImageId

STEP = "pseudo-label@3"
AUTO = "auto"

_REFUSED = (
    "Probabilities are the model's own. What is promised is the held-out accuracy of the answered"
    " part; {}."
)
_PROMISED = (
    "Where the model answers, it excludes every other label; over all images, its sets of labels"
    " hold the true one in {level:.0%} of cases. Measured on {n} randomly drawn labels:"
    " {coverage:.0%}."
)


@dataclass(frozen=True)
class _Labels:
    """The labels of now, what their order is, and how they were settled."""

    of: dict[ImageId, str]
    order: tuple[str, ...]
    is_ordered: bool
    drawn: frozenset[ImageId]
    settled: Json


def pseudo_label(
    workspace: Workspace,
    *,
    order: Iterable[str] | None = None,
    method: str = AUTO,
    options: Json | None = None,
    on: str = "features",
    seed: int = 0,
    progress: Progress = SILENT,
) -> str:
    """Train on the labels people gave and predict every measured image; give the key.

    Where several people labelled, it learns from what they settle on, and the details say by
    which rule under `settled` (None for one person's labels).

    Args:
        workspace: Measured, with labels of at least two kinds; clustered for the cluster vote.
        order: The labels from least to most; without it the label set decides.
        method: Name of a classifier, or "auto" for the recommended one, chosen by cross-validated
            kappa; the details then hold the `choice` with what was compared.
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
    known = (pairs_hash(dict(labelled.pairs)), *((clustered,) if clustered else ()))
    choice: Json | None = None
    if method == AUTO:
        choice = recommend(workspace, labelled, here, known, seed=seed, progress=progress)
    name = str(choice["method"]) if choice else method
    recipe, rule = classifiers[name].of(options or {}), Abstaining()
    drawn = said.drawn & {image for image, _ in labelled.pairs}
    artifact = Artifact(
        kind="predictions",
        step=STEP,
        recipe={
            "method": name,
            "options": recipe.as_json(),
            "abstaining": rule.as_json(),
            "classes": list(labelled.classes),
            "is_ordered": labelled.is_ordered,
            "asked": "recommended" if choice else "named",
            **({"settled": said.settled} if said.settled else {}),
        },
        inputs=(
            here.key,
            known[0],
            *((clustered,) if clustered and recipe.uses_clusters else ()),
            *((pairs_hash(dict.fromkeys(drawn, "drawn at random")),) if drawn else ()),
        ),
        seed=seed,
    )
    if not (workspace.has(artifact) and workspace.models.has(artifact.key)):
        trained = train(
            recipe, labelled, abstaining=rule, drawn=drawn, seed=seed, progress=progress
        )
        curve = learning_curve(recipe, labelled, trained.scores, seed=seed)
        _save(workspace, artifact, trained, labelled, here, curve, choice)
    workspace.make_current("predictions", artifact.key)
    return artifact.key


def pairs_hash(labels: Mapping[ImageId, str]) -> str:
    """Name a set of labels: the same images with the same labels give the same text."""
    text = "\n".join(f"{image} {label}" for image, label in sorted(labels.items()))
    return "labels-" + hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _labels(workspace: Workspace, order: Iterable[str] | None) -> _Labels:
    said = consensus_labels(workspace)
    if said.problem:
        raise NotEnoughData(said.problem)
    if order is None:
        known = workspace.labels.label_set()
        return _Labels(said.of, known.labels, known.is_ordered, said.drawn, said.as_json())
    names = tuple(label_name(name) for name in order)
    if len(names) < 2 or len(set(names)) != len(names):
        raise OptionError(
            f"an order needs at least two different labels, got {', '.join(names) or 'none'}"
        )
    return _Labels(said.of, names, True, said.drawn, said.as_json())


def _save(
    workspace: Workspace,
    artifact: Artifact,
    trained: TrainedModel,
    labelled: Labelled,
    here: Space,
    curve: tuple[Point, ...],
    choice: Json | None,
) -> None:
    """Store the fitted model, then the predictions with what is known about them."""
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
        "sets": None if isinstance(trained.sets, str) else asdict(trained.sets),
        "feature_version": FEATURE_VERSION,
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
        "badge": badge(len(labelled)),
        "cross_validated": trained.scores.as_json(),
        "coverage": trained.coverage,
        "abstained": int(trained.predictions.abstains.sum()),
        "calibration": calibration.as_json(trained.reliability, trained.sets),
        "calibration_note": _note(trained.sets),
        "curve": [asdict(point) for point in curve],
        "labels_hash": pairs_hash(dict(labelled.pairs)),
        "settled": artifact.recipe.get("settled"),
        "space": here.name,
        "space_key": here.key,
        "on": here.on,
    }
    workspace.save(artifact, trained.predictions, details)


def _note(sets: Sets | str) -> str:
    return _REFUSED.format(sets) if isinstance(sets, str) else _PROMISED.format(**asdict(sets))

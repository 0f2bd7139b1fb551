"""train_live: the model that the labels of this moment give, at once and without keeping it."""

import time
from dataclasses import dataclass

from contrast_engine.access import Act, doing
from contrast_engine.arrays import Json
from contrast_engine.pseudo_labels import (
    VERY_ROUGH_UP_TO,
    Abstaining,
    Labelled,
    Scores,
    classifiers,
    recommended,
)
from contrast_engine.pseudo_labels.learning_curve import Point
from contrast_engine.pseudo_labels.promise import Promise
from contrast_engine.results import Predictions
from contrast_engine.steps.models.label_pipeline import fit, prepare
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store import Workspace

MOST = 20_000
"""Images that are predicted at most: of a larger collection a random part, and it is said."""

UPDATES = "lessons"
"""Topic of the log in which model updates are written down."""

QUICK = ("logistic", "ordinal", "one_nn", "cluster_vote")
"""Methods that learn in a tenth of a second; for another one the usual method stands in."""


@dataclass(frozen=True, eq=False)
class LiveModel:
    """A model trained just now.

    Args:
        labels: Labels that were learnt from.
        images: Images of the collection.
        predictions: Of `MOST` of them at most.
        method: The classifier.
        scores: On labels held back.
        curve: Accuracy by the number of labels.
        seconds: How long it took.
        promise: How often its answers are wrong.
        drawn: How many of the labels are of images asked for at random.
        label_rule: By which rule labels of several annotators became one; empty for one
            annotator's.
        pictures: Different pictures among the labels.
        leaks: What to know of labels of nearly one picture; empty without any.
        labelled: The labels in the space they were learnt in.
        state: Names the labels that were learnt from.
    """

    labels: int
    images: int
    predictions: Predictions
    method: str
    scores: Scores
    curve: tuple[Point, ...]
    seconds: float
    promise: Promise
    drawn: int
    label_rule: str = ""
    pictures: int | None = None
    leaks: str = ""
    labelled: Labelled | None = None
    state: str = ""

    @property
    def coverage(self) -> float:
        """Share of the images that the model would give a label."""
        return float(1 - self.predictions.abstains.mean())


def train_live(workspace: Workspace, here: Space, *, seed: int = 0) -> LiveModel:
    """The model of the labels of now by the usual method, in a fraction of a second.

    Args:
        workspace: With labels of at least two kinds.
        here: The space to learn in, that of the current model for one comparable with it.
        seed: Deals the folds.

    Raises:
        NotEnoughData: There are no labels of two kinds on images of the space.
    """
    begun = time.perf_counter()
    prepared = prepare(workspace, here, most=MOST, seed=seed)
    labelled = prepared.labelled
    method = _method(workspace, recommended(labelled), labelled.effective)
    fitted = fit(prepared, classifiers[method](), abstaining=_rule(workspace), seed=seed)
    return LiveModel(
        labels=len(labelled),
        images=len(here.vectors),
        predictions=fitted.trained.predictions,
        method=method,
        scores=fitted.trained.scores,
        curve=fitted.curve,
        seconds=time.perf_counter() - begun,
        promise=fitted.trained.promise,
        drawn=len(prepared.drawn),
        label_rule=prepared.consensus.words,
        pictures=labelled.effective,
        leaks=prepared.leaks.words,
        labelled=labelled,
        state=prepared.labels_hash,
    )


def record_update(workspace: Workspace, reached: Json, state: str) -> None:
    """Write down what a model update reached, so that its curve outlives the app.

    Args:
        workspace: The open workspace.
        reached: Numbers of labels, accuracy and the like, as a curve over all updates shows them.
        state: Names the labels and results it was about; one state is written down once.
    """
    events = workspace.edits.events(UPDATES)
    if not events or events[-1].body != reached:
        with doing(Act.LABEL):  # a label ends the update before it
            workspace.edits.append(UPDATES, "me", reached, f"{UPDATES} {state}")


def _rule(workspace: Workspace) -> Abstaining:
    """The rule of the current model, so that both promise alike."""
    key = workspace.current("predictions")
    return (
        Abstaining.of(workspace.manifest(key).recipe.get("abstaining", {})) if key else Abstaining()
    )


def _method(workspace: Workspace, usual: str, n_pictures: int) -> str:
    """The method of the current model where it is quick and fits these labels."""
    key = workspace.current("predictions")
    if key is None or n_pictures <= VERY_ROUGH_UP_TO:
        return usual
    last = str(workspace.manifest(key).details["method"])
    is_for_order = last == "ordinal" and not workspace.labels.label_set().is_ordered
    return last if last in QUICK and not is_for_order else usual

"""learn_now: what the labels of this moment teach, at once and without keeping anything."""

import time
from dataclasses import dataclass

from contrast_engine.arrays import Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.pseudo_labels import (
    VERY_ROUGH_UP_TO,
    Scores,
    classifiers,
    gather,
    recommended,
    train,
)
from contrast_engine.pseudo_labels.learning_curve import Point, learning_curve
from contrast_engine.randomness import generator
from contrast_engine.results import Clustering, Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.structure.spaces import Space
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId

MOST = 20_000
"""Images that are predicted at most: of a larger collection a random part, and it is said."""

UPDATES = "lessons"
"""Topic of the log in which model updates are written down."""

QUICK = ("logistic", "ordinal", "one_nn", "cluster_vote")
"""Methods that learn in a tenth of a second; for another one the usual method stands in."""


@dataclass(frozen=True, eq=False)
class LiveModel:
    """What a model learnt just now.

    Args:
        labels: Labels that were learnt from.
        images: Images of the collection.
        predictions: Of `MOST` of them at most.
        method: The classifier.
        scores: On labels held back.
        curve: Accuracy by the number of labels.
        seconds: How long it took.
        drawn: How many of the labels are of images asked for at random.
        settled: By which rule labels of several people were settled; empty for one person's.
    """

    labels: int
    images: int
    predictions: Predictions
    method: str
    scores: Scores
    curve: tuple[Point, ...]
    seconds: float
    drawn: int
    settled: str = ""

    @property
    def coverage(self) -> float:
        """Share of the images that the model would give a label."""
        return float(1 - self.predictions.abstains.mean())


def train_live(workspace: Workspace, here: Space, *, seed: int = 0) -> LiveModel:
    """Learn from the labels of now by the usual method, in a fraction of a second.

    Args:
        workspace: With labels of at least two kinds.
        here: The space to learn in.
        seed: Deals the folds.

    Raises:
        NotEnoughData: There are no labels of two kinds on images of the space.
    """
    begun = time.perf_counter()
    said = consensus_labels(workspace)
    if said.problem:
        raise NotEnoughData(said.problem)
    known = workspace.labels.label_set()
    clustered = workspace.current("clusterings")
    clustering: Clustering | None = workspace.load(clustered) if clustered else None
    ids = _part(here.vectors.ids, set(said.of), seed)
    labelled = gather(
        here.vectors if len(ids) == len(here.vectors) else here.vectors.take(ids),
        said.of,
        known.labels,
        is_ordered=known.is_ordered,
        clustering=clustering,
    )
    name = _method(workspace, recommended(labelled), len(labelled))
    recipe = classifiers[name]()
    trained = train(recipe, labelled, drawn=said.drawn, seed=seed)
    return LiveModel(
        labels=len(labelled),
        images=len(here.vectors),
        predictions=trained.predictions,
        method=name,
        scores=trained.scores,
        curve=learning_curve(recipe, labelled, trained.scores, seed=seed),
        seconds=time.perf_counter() - begun,
        drawn=sum(image in said.drawn for image, _ in labelled.pairs),
        settled=said.words,
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
        workspace.edits.append(UPDATES, "me", reached, f"{UPDATES} {state}")


def _method(workspace: Workspace, usual: str, n_labels: int) -> str:
    key = workspace.current("predictions")
    if key is None or n_labels <= VERY_ROUGH_UP_TO:
        return usual
    last = str(workspace.manifest(key).details["method"])
    is_for_order = last == "ordinal" and not workspace.labels.label_set().is_ordered
    return last if last in QUICK and not is_for_order else usual


def _part(ids: tuple[ImageId, ...], labelled: set[ImageId], seed: int) -> list[ImageId]:
    if len(ids) <= MOST:
        return list(ids)
    drawn = generator(seed, "lesson").choice(len(ids), MOST, replace=False)
    return sorted({ids[row] for row in drawn} | (labelled & set(ids)))

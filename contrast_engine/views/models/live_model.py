"""What a model has learnt so far, in the words and figures that stand beside labelling."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.figures.evidence import learning, lessons
from contrast_engine.figures.maps import scatter
from contrast_engine.pseudo_labels import badge, classifiers
from contrast_engine.pseudo_labels.scores import wilson
from contrast_engine.randomness import generator
from contrast_engine.steps.models.live_model import LiveModel
from contrast_engine.store.workspace import Workspace

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

TOPIC = "lessons"
"""Under which lessons are written down."""

DOTS = 600
"""Points of the map that is drawn anew with every label."""


@dataclass(frozen=True)
class ModelUpdate:
    """What one lesson reached, for the curve over all lessons there were."""

    labels: int
    accuracy: float
    kappa: float
    coverage: float


@dataclass(frozen=True)
class LiveModelCard:
    """The lesson of this moment.

    Args:
        words: Labels, images covered and expected error, in one line; or what is missing.
        basis: What that rests on.
        mark: What was reached, None where nothing could be learnt.
        curve: Accuracy by the number of labels.
        map: The map in the colours of what the model says, None without a map.
        map_words: What the map shows.
    """

    words: str
    basis: str = ""
    mark: ModelUpdate | None = None
    curve: "Figure | None" = None
    map: "Figure | None" = None
    map_words: str = ""


def live_model_card(
    workspace: Workspace, lesson: LiveModel | None, reason: str = ""
) -> LiveModelCard:
    """What the labels of now teach a model; where they teach nothing, only why.

    Args:
        workspace: Where the map is.
        lesson: What was learnt from the labels of now.
        reason: Why nothing was.
    """
    if lesson is None:
        return LiveModelCard(reason)
    drawn, words = _map(workspace, lesson)
    scores = lesson.scores
    return LiveModelCard(
        f"{lesson.labels:,} labels \N{RIGHTWARDS ARROW} {_covered(lesson)}, {_error(lesson)}",
        _basis(lesson),
        ModelUpdate(lesson.labels, scores.accuracy, scores.kappa, lesson.coverage),
        learning([asdict(point) for point in lesson.curve], scores.chance),
        drawn,
        words,
    )


def update_history(workspace: Workspace, now: ModelUpdate, state: str) -> tuple[ModelUpdate, ...]:
    """What every lesson reached, the one of now last; kept with the workspace.

    Args:
        workspace: Where lessons are written down, so that the curve outlives the app.
        now: What the lesson of now reached.
        state: Names the labels and measures it was about; one state is written down once.
    """
    events = workspace.edits.events(TOPIC)
    if not events or events[-1].body != asdict(now):
        workspace.edits.append(TOPIC, "me", asdict(now), f"{TOPIC} {state}")
        events = workspace.edits.events(TOPIC)
    return tuple(ModelUpdate(**event.body) for event in events)


def update_chart(marks: Sequence[ModelUpdate]) -> "Figure":
    """Draw how accuracy, kappa and coverage moved with every label."""
    return lessons([asdict(mark) for mark in marks])


def _covered(lesson: LiveModel) -> str:
    covered = round(lesson.coverage * lesson.images)
    about = "about " if lesson.images > len(lesson.predictions) else ""
    return f"{about}{covered:,} of {lesson.images:,} images covered"


def _error(lesson: LiveModel) -> str:
    scores = lesson.scores
    if scores.answered_accuracy is None:
        return "expected error not known yet"
    n = scores.answered * scores.n
    low, high = wilson((1 - scores.answered_accuracy) * n, n)
    return f"expected error {1 - scores.answered_accuracy:.0%} ({low:.0%} to {high:.0%})"


def _basis(lesson: LiveModel) -> str:
    rough = badge(lesson.labels)
    part = (
        ""
        if lesson.images == len(lesson.predictions)
        else f" Predicted for {len(lesson.predictions):,} images drawn at random."
    )
    return (
        f"{classifiers[lesson.method].title}, learnt in {lesson.seconds:.2f} s; the error is that "
        f"of the answered part of {lesson.scores.n:,} labels, each judged by models that never saw "
        f"it, with its 95% interval. {_drawn(lesson)}{part}"
        + (" With so few labels it is very rough." if rough else "")
        + (f" {lesson.label_rule}" if lesson.label_rule else "")
    )


def _drawn(lesson: LiveModel) -> str:
    if lesson.drawn == lesson.labels:
        return "All labelled images were drawn at random."
    some = (
        f"{lesson.drawn:,} of them were drawn at random and the others" if lesson.drawn else "They"
    )
    return f"{some} were chosen, so the whole collection may differ."


def _map(workspace: Workspace, lesson: LiveModel) -> tuple["Figure | None", str]:
    key = workspace.current("maps")
    if key is None:
        return None, "Make a map to see it take the colours of what the model says."
    places, rows = workspace.load(key), lesson.predictions.rows
    ids = [image for image in places.ids if image in rows]
    total = len(ids)
    if total > DOTS:
        drawn = generator(0, "lesson", "map").choice(total, DOTS, replace=False)
        ids = [ids[row] for row in np.sort(drawn)]
    said = lesson.predictions
    colours = ["" if said.abstains[rows[i]] else said.label[rows[i]] for i in ids]
    chart = scatter(places.take(ids), colours, order=said.labels, axes=("", ""))
    return chart, f"What it would say of {len(ids):,} of {total:,} images; grey: rather nothing."

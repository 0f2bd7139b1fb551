"""What a model has learnt so far, in the words and figures that stand beside labelling."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.figures.evidence import learning_curve, model_updates
from contrast_engine.figures.maps import scatter
from contrast_engine.imageset import ImageIds
from contrast_engine.pseudo_labels import badge, classifiers
from contrast_engine.randomness import generator
from contrast_engine.steps.models.live_model import UPDATES, LiveModel
from contrast_engine.steps.structure.spaces import FEATURES, embedding_of
from contrast_engine.store.workspace import Workspace

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

DOTS = 600
"""Points of the map that is drawn anew with every label."""


@dataclass(frozen=True)
class ModelUpdate:
    """What one model update reached, for the curve over all of them.

    Args:
        labels: How many it learnt from.
        accuracy, kappa: On labels held back.
        coverage: Share of the images that it would give a label.
        state: Names the labels it learnt from; empty for an update of before.
        sureness: From which sureness on it answered; 0 for an update of before.
    """

    labels: int
    accuracy: float
    kappa: float
    coverage: float
    state: str = ""
    sureness: float = 0.0


@dataclass(frozen=True)
class LiveModelCard:
    """The model as it is now.

    Args:
        words: Labels, images covered and expected error, in one line; or what is missing.
        basis: What that rests on.
        mark: What was reached, None where nothing could be learnt.
        curve: Accuracy by the number of labels.
        map: The map in the colours of what the model says, None without a map.
        map_words: What the map shows.
        update: What it was drawn from, None where nothing could be learnt.
    """

    words: str
    basis: str = ""
    mark: ModelUpdate | None = None
    curve: "Figure | None" = None
    map: "Figure | None" = None
    map_words: str = ""
    update: LiveModel | None = None


def live_model_card(
    workspace: Workspace, update: LiveModel | None, reason: str = ""
) -> LiveModelCard:
    """What the labels of now teach a model; where they teach nothing, only why.

    Args:
        workspace: Where the map is.
        update: What was learnt from the labels of now.
        reason: Why nothing was.
    """
    if update is None:
        return LiveModelCard(reason)
    drawn, words = _map(workspace, update)
    scores = update.scores
    return LiveModelCard(
        f"{update.labels:,} labels \N{RIGHTWARDS ARROW} {_covered(update)}, {_error(update)}",
        _basis(update),
        ModelUpdate(
            update.labels,
            scores.accuracy,
            scores.kappa,
            update.coverage,
            update.state,
            update.promise.sureness,
        ),
        learning_curve([asdict(point) for point in update.curve], scores.chance),
        drawn,
        words,
        update,
    )


def learnt_on(workspace: Workspace) -> str:
    """The space in which the current model learnt, as steps take it; the features before any.

    An embedding is the newest by the same encoder, which also holds images added since.
    """
    key = workspace.current("predictions")
    on = str(workspace.manifest(key).details.get("on") or FEATURES) if key else FEATURES
    encoders = {made.key: made.recipe.get("model") for made in workspace.artifacts("embeddings")}
    return "+".join(
        embedding_of(workspace, str(encoders[part])) if encoders.get(part) else part
        for part in on.split("+")
    )


def update_history(
    workspace: Workspace, now: ModelUpdate, waiting: Sequence[ModelUpdate] = ()
) -> tuple[ModelUpdate, ...]:
    """What the updates on the way to the labels of now reached, the one of now last.

    As in an editor: where labels were undone, what was learnt from them is left out, and it is
    back once they are given again.

    Args:
        workspace: Where updates are written down, as `record_update` does.
        now: What the update of now reached.
        waiting: Those that could not be written down yet.

    Raises:
        WorkspaceError: Those of before cannot be read.
    """
    known = [ModelUpdate(**event.body) for event in workspace.edits.events(UPDATES)]
    return _way([*known, *waiting, now])


def _way(updates: Sequence[ModelUpdate]) -> tuple[ModelUpdate, ...]:
    """The updates that lead to the last of them, without what was undone on the way."""
    way: list[ModelUpdate] = []
    undone: list[ModelUpdate] = []
    for update in updates:
        place = _place(way, update)
        again = _place(undone, update)
        if place is not None:  # back at these labels: what came after them was undone
            undone = [*way[place + 1 :], *undone]
            way = way[:place]
        elif again is not None:
            way, undone = [*way, *undone[:again]], undone[again + 1 :]
        else:
            undone = []
        way.append(update)
    return tuple(way)


def _place(updates: Sequence[ModelUpdate], wanted: ModelUpdate) -> int | None:
    """Where an update of the same labels stands; those of before do not name theirs."""
    return next(
        (k for k, one in enumerate(updates)
         if one == wanted or (one.state and one.state == wanted.state)), None,
    )  # fmt: skip


def update_words(n_known: int, n_waiting: int, reason: str) -> str:
    """How many model updates there were, and how many of them are not kept yet, and why.

    Args:
        n_known: All of them.
        n_waiting: Those that could not be written down.
        reason: Why not, or why those of before cannot be read; "" where all is well.
    """
    if reason:
        return (
            f"{n_waiting:,} model updates wait to be written" if n_waiting != 1
            else "1 model update waits to be written"
        ) + f", with the next label; the labels themselves are saved. {reason}"  # fmt: skip
    if n_known > 1:
        return f"{n_known:,} model updates so far, kept with the labels."
    return "One model update so far; every label adds one."


def update_chart(marks: Sequence[ModelUpdate]) -> "Figure":
    """Figure of how accuracy, kappa and coverage moved with every label."""
    return model_updates([asdict(mark) for mark in marks])


def _covered(update: LiveModel) -> str:
    covered = round(update.coverage * update.images)
    about = "about " if update.images > len(update.predictions) else ""
    return f"{about}{covered:,} of {update.images:,} images covered"


def _error(update: LiveModel) -> str:
    return f"expected error {update.promise.short}"


def _basis(update: LiveModel) -> str:
    rough = badge(update.labels if update.pictures is None else update.pictures)
    part = (
        ""
        if update.images == len(update.predictions)
        else f" Predicted for {len(update.predictions):,} images drawn at random."
    )
    return (
        f"{classifiers[update.method].title}, learnt in {update.seconds:.2f} s; the error is that "
        f"of the answers to {update.scores.n:,} {_units(update)}, each predicted by models that "
        f"never saw it, with ends for the answers to images without a label. {_drawn(update)}{part}"
        + (" With so few labels it is very rough." if rough else "")
        + (f" {update.label_rule}" if update.label_rule else "")
        + (f" {update.leaks}" if update.leaks else "")
    )


def _units(update: LiveModel) -> str:
    return "labels" if update.scores.n == update.labels else "different pictures"


def _drawn(update: LiveModel) -> str:
    if update.drawn == update.labels:
        return "All labelled images were drawn at random."
    some = (
        f"{update.drawn:,} of them were drawn at random and the others" if update.drawn else "They"
    )
    return f"{some} were chosen, so the whole collection may differ."


def _map(workspace: Workspace, update: LiveModel) -> tuple["Figure | None", str]:
    key = workspace.current("maps")
    if key is None:
        return None, "Make a map to see it take the colours of what the model says."
    places, said = workspace.load(key), update.predictions
    rows = said.ids.places(places.ids)
    shown = np.flatnonzero(rows >= 0)
    total = len(shown)
    if total > DOTS:
        drawn = generator(0, "lesson", "map").choice(total, DOTS, replace=False)
        shown = shown[np.sort(drawn)]
    ids = ImageIds(places.numbers[shown])
    names = np.array([*said.labels, ""], dtype=np.object_)
    colours = names[np.where(said.abstains, len(said.labels), said.code)[rows[shown]]].tolist()
    chart = scatter(places.take(ids), colours, order=said.labels, axes=("map x", "map y"))
    return chart, f"What it would say of {len(ids):,} of {total:,} images; grey: it abstains."

"""label_next: which images a person should label next, and why each."""

from typing import Literal, get_args

from contrast_engine.access import unseen
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.imageset import ImageSet
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels.active_learning import (
    LabelSuggestion,
    active_queue,
    coverage_queue,
    doubt_queue,
    random_queue,
    shared_queue,
    spread_queue,
)
from contrast_engine.results import Predictions
from contrast_engine.steps.structure.space_in_use import space_in_use
from contrast_engine.steps.structure.spaces import Space, space_of
from contrast_engine.store import Workspace

Strategy = Literal["coverage", "active", "random", "medoids", "doubt"]


@unseen()  # those it is for may be blind to why
def label_next(
    workspace: Workspace,
    count: int = 20,
    *,
    strategy: Strategy | None = None,
    who: str | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> tuple[LabelSuggestion, ...]:
    """The next images to label; the same labels so far give the same images.

    Args:
        workspace: Measured.
        count: How many images.
        strategy: "coverage" for images that tell most about all others, "active" for those whose
            labels are expected to make the current model right most often, "random" for any,
            "medoids" for the middles of groups, "doubt" for what the model is least sure of; by
            default active once there is a model, coverage before.
        who: One of several people: their random draws share only the part of the label set's
            overlap with those of others.
        seed: For groups and random draws.
        progress: Told before each part.

    Raises:
        NotEnoughData: Nothing was measured, or "active" or "doubt" without a model.
        OptionError: There is no such strategy, or the count is not positive.
    """
    if strategy is not None and strategy not in get_args(Strategy):
        raise OptionError(f"no strategy {strategy!r}; there are: {', '.join(get_args(Strategy))}")
    progress = paced(
        progress,
        f"label next {strategy or 'by itself'}",
        workspace,
        "loading the space",
    )
    here = space_in_use(workspace)
    progress.tick(1, 3, "reading the labels")
    labelled = workspace.labels.current().images
    key = workspace.current("predictions")
    if strategy in ("active", "doubt") and key is None:
        raise NotEnoughData(
            "choosing by what a model says needs a model, there is none; label 20 images"
            " chosen by coverage first, then learn from them"
        )
    progress.tick(2, 3, "choosing images")
    queue = _queue(workspace, here, strategy, key, labelled, who, count, seed)
    progress.tick(3, 3, "chosen")
    return queue


def _queue(
    workspace: Workspace, here: Space, strategy: Strategy | None, key: str | None,
    labelled: ImageSet, who: str | None, count: int, seed: int,
) -> tuple[LabelSuggestion, ...]:  # fmt: skip
    if strategy == "random" and who is not None:
        own, share = workspace.labels.by_person().get(who, ()), workspace.labels.label_set()
        return shared_queue(here.vectors, who, share.overlap, own, count, seed=seed)
    if strategy == "random":
        return random_queue(here.vectors, labelled, count, seed=seed)
    if strategy == "medoids":
        features = workspace.load(workspace.current("features") or "")
        return spread_queue(here.vectors, features, labelled, count, seed=seed)
    if key is None or strategy == "coverage":
        return coverage_queue(here.vectors, labelled, count, seed=seed)
    predictions: Predictions = workspace.load(key)
    learnt_in = space_of(workspace, str(workspace.manifest(key).details["space_key"]))
    choose = doubt_queue if strategy == "doubt" else active_queue
    return choose(learnt_in.vectors, predictions, labelled, count, seed=seed)

"""What was labelled of a queue once it is through, and what is worth doing next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from contrast_engine.as_written import plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.labels.queue_strategies import LabelRequest


@dataclass(frozen=True)
class QueueSummary:
    """A queue without an open image.

    Args:
        words: How many images have which label, in the order of the label set, and how many are
            unsure.
        is_trainable: There are labels of two kinds, so a model can learn.
        annotators: How many people labelled in this collection.
    """

    words: str
    is_trainable: bool
    annotators: int


def queue_summary(workspace: Workspace, queue: Sequence[LabelRequest]) -> QueueSummary | None:
    """What a finished queue came to; None while an image of it is open, and for an empty one.

    Args:
        workspace: With the labels.
        queue: The queue as its annotator sees it.
    """
    if not queue or any(one.is_open for one in queue):
        return None
    given = Counter(one.label for one in queue if one.label)
    unsure = sum(one.is_unsure for one in queue)
    store = workspace.labels
    said = counts_words(store.label_set().labels, given)
    text = f"All {len(queue):,} images of this queue are done: {said}"
    taken = sum(one.is_taken for one in queue)
    if taken:
        text += f"; {taken:,} labelled by others"
    if unsure:
        text += f"; {unsure:,} unsure, from which no model learns"
    kinds = {label.label for label in store.current().values()}
    return QueueSummary(f"{text}.", len(kinds) > 1, len(store.by_person()))


def counts_words(labels: Sequence[str], given: Counter[str]) -> str:
    """How often each label was given, in the order of the set, with zeros."""
    return ", ".join(f"{plain(label)} {given[label]:,}" for label in labels)

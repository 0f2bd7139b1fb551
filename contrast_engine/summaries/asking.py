"""Queues of images to label that need no clusters: what teaches most, and a fair draw."""

from contrast_engine.pseudo_labels.selection import random_queue
from contrast_engine.steps.queueing import label_next
from contrast_engine.steps.spaces import space
from contrast_engine.store.workspace import Workspace
from contrast_engine.summaries.queue import Queued

TAUGHT = 40
DRAWN = 500


def teaching_queue(workspace: Workspace, n: int = TAUGHT) -> tuple[Queued, ...]:
    """Give unlabelled images that the current model doubts and that differ from one another.

    Every fourth is drawn at random, so that labels also cover what the model does not doubt.
    """
    found = label_next(workspace, n, strategy="active")
    return tuple(Queued(one.image, one.reason) for one in found)


def drawn_queue(workspace: Workspace, n: int = DRAWN) -> tuple[Queued, ...]:
    """Give images drawn with equal chances, labelled or not, in an order that labels do not change.

    Only labels of such images tell how often a model is wrong on the whole collection.
    """
    found = random_queue(space(workspace).vectors, (), n)
    return tuple(Queued(one.image, one.reason) for one in found)

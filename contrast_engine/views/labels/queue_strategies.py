"""Queues of images to label that need no clusters, and what one annotator is shown of a queue."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contrast_engine.access import unseen
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels.active_learning import SHARED, shared_queue
from contrast_engine.pseudo_labels.active_learning import coverage_queue as covering_images
from contrast_engine.steps.labels.label_next import label_next
from contrast_engine.steps.output.export_selection import present
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.labels.queue import QueuedImage

INFORMATIVE = 40
DRAWN = 500

BLIND = "labelling blind: why it was chosen is not shown"
AGAIN = "you were unsure about it: look again"


@dataclass(frozen=True)
class LabelRequest:
    """An image as one annotator is asked about it.

    Args:
        image: Its id.
        why: Why it is asked for, as it is shown.
        label: Its label so far, empty for none or for one that is not to be seen.
        is_unsure: This annotator said that they cannot tell.
        by: Who gave the label, empty for this annotator and for no label.
        is_shared: Everybody is asked about it.
        is_taken: Somebody else labelled it, which is not to be seen, and nobody else need.
    """

    image: ImageId
    why: str
    label: str
    is_unsure: bool
    by: str = ""
    is_shared: bool = False
    is_taken: bool = False

    @property
    def is_open(self) -> bool:
        """True if it is still to be labelled by this annotator."""
        return not self.label and not self.is_unsure and not self.is_taken


def label_requests(
    workspace: Workspace,
    queue: Iterable[QueuedImage],
    who: str,
    *,
    is_blind: bool = False,
    last: Collection[ImageId] = (),
) -> tuple[LabelRequest, ...]:
    """A queue as one annotator sees it, nobody's label leaning on another's.

    Blind, only an annotator's own labels are shown, and not why an image was chosen, which names
    its cluster or what the model thinks. Images that everybody is asked about are always like that
    as far as labels go. Of the others, those that somebody labelled are passed over.

    Args:
        workspace: The open workspace.
        queue: What is asked for.
        who: The annotator.
        is_blind: Hide what others said and what the app thinks; so it is in any case for who may
            not see it.
        last: Images to put at the end: this annotator was unsure about them.
    """
    own: Mapping[ImageId, str | None] = workspace.labels.by_person().get(who, {})
    is_blind = is_blind or workspace.labels.seen_of() is not None
    with unseen():
        others = workspace.labels.current()
    found = []
    there = workspace.images
    for queued in queue:
        image = queued.image
        if image not in there:
            continue  # its file was removed or swapped after the queue was made
        label, by = own.get(image), ""
        is_others = image in others and image not in own and not queued.is_shared
        if is_others and not is_blind:
            label, by = others[image].label, others[image].who
        is_taken = is_others and is_blind and others[image].who != who
        why = BLIND if is_blind else queued.why
        is_unsure = image in own and own[image] is None
        found.append(
            LabelRequest(
                image,
                AGAIN if image in last else why,
                label or "",
                is_unsure,
                by,
                queued.is_shared,
                is_taken,
            )
        )
    return tuple(sorted(found, key=lambda one: one.image in last))


def with_overlap(queue: Iterable[QueuedImage], sample: ImageSet) -> tuple[QueuedImage, ...]:
    """A queue in which the images of the overlap sample are asked of everybody."""
    return tuple(
        replace(one, is_shared=True) if one.image in sample and not one.is_shared else one
        for one in queue
    )


def unsure_of(workspace: Workspace, who: str) -> frozenset[ImageId]:
    """The images of which this annotator said that they cannot tell."""
    own = workspace.labels.by_person().get(who)
    return frozenset() if own is None else frozenset(own.among(own.codes < 0))


def coverage_queue(
    workspace: Workspace, n: int = INFORMATIVE, here: Vectors | None = None
) -> tuple[QueuedImage, ...]:
    """Images that tell most about all others whatever their labels, every fourth at random.

    It is made as if nothing were labelled, so that no label changes it.

    Args:
        workspace: Where the images are.
        n: How many.
        here: The space of their features, where it is at hand.
    """
    found = covering_images(space(workspace).vectors if here is None else here, (), n)
    return tuple(QueuedImage(one.image, one.reason) for one in found)


def informative_queue(workspace: Workspace, n: int = INFORMATIVE) -> tuple[QueuedImage, ...]:
    """Unlabelled images whose labels are expected to make the current model right most often.

    Every fourth is drawn at random, so that labels also cover what the model does not doubt.
    """
    found = label_next(workspace, n, strategy="active")
    return tuple(QueuedImage(one.image, one.reason) for one in found)


def random_queue(
    workspace: Workspace, who: str, overlap: float, n: int = DRAWN
) -> tuple[QueuedImage, ...]:
    """Images drawn with equal chances for one annotator, in an order that no label changes.

    A share of them, `overlap`, is the same for everybody. Only labels of such images tell how
    often a model is wrong on the whole collection.
    """
    found = shared_queue(space(workspace).vectors, who, overlap, (), n)
    return tuple(QueuedImage(one.image, one.reason, one.kind == SHARED) for one in found)


def cluster_queue(workspace: Workspace, key: str, cluster: int) -> tuple[QueuedImage, ...]:
    """All images of one cluster, the nearest to its middle first."""
    names = workspace.labels.cluster_names(key)
    name = names.get(cluster, f"cluster {cluster}")
    members = workspace.load(key).members(cluster)
    return tuple(QueuedImage(image, f"member {n} of {len(members):,} of {name}, middle first")
                 for n, image in enumerate(members, 1))  # fmt: skip


def selection_queue(workspace: Workspace, images: Sequence[ImageId]) -> tuple[QueuedImage, ...]:
    """The images of a lasso selection, as far as they are still there."""
    return tuple(QueuedImage(i, "in the lasso selection") for i in present(workspace, images))

"""Which images an annotator is asked to label, in which order, and why each was chosen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest

from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pseudo_labels.active_learning import AT_RANDOM
from contrast_engine.randomness import generator
from contrast_engine.representatives import boundary, medoids
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors

EXPLORATION = 0.25
"""Share of the queue drawn at random, so that labels also cover the unusual (6.1)."""

EXPLORED = f"{AT_RANDOM}, so that the labels also cover the unusual"


@dataclass(frozen=True)
class QueuedImage:
    """An image to label, and the reason it was chosen in one short sentence.

    Others' labels of an image that is `shared` are not shown: everybody labels it on their own.
    """

    image: ImageId
    why: str
    is_shared: bool = False


def label_queue(
    space: Vectors,
    clustering: Clustering,
    names: Mapping[int, str],
    *,
    typical: int = 4,
    between: int = 1,
    seed: int = 0,
) -> tuple[QueuedImage, ...]:
    """The representatives of every cluster, one cluster after the other in turns.

    The most typical image of each cluster comes first, then the second of each, then images
    between clusters; every fourth image is drawn at random.

    Args:
        space: The space the clustering was made in.
        clustering: Where the representatives come from.
        names: Words for a cluster id, for the reasons.
        typical: How many typical images per cluster.
        between: How many images between clusters per cluster.
        seed: Decides the random part.
    """
    chosen: dict[ImageId, str] = {}
    for queued in _representatives(space, clustering, names, typical, between):
        chosen.setdefault(queued.image, queued.why)
    representatives = [QueuedImage(image, why) for image, why in chosen.items()]
    is_left = ImageSet.of(chosen).rows_in(clustering.ids.numbers) < 0
    rest = ImageIds(clustering.ids.numbers[is_left])
    n_random = round(len(chosen) * EXPLORATION / (1 - EXPLORATION))
    drawn = generator(seed, "label queue").permutation(len(rest))[:n_random]
    explored = [QueuedImage(rest[row], EXPLORED) for row in drawn]
    return tuple(_mixed(representatives, explored, every=round(1 / EXPLORATION) - 1))


def _representatives(
    space: Vectors, clustering: Clustering, names: Mapping[int, str], typical: int, between: int
) -> Iterator[QueuedImage]:
    kinds = (
        (medoids(space, clustering, typical), "typical of"),
        (boundary(space, clustering, between), "at the border of"),
    )
    for by_cluster, reason in kinds:
        lanes = [
            [QueuedImage(image, f"{reason} {names.get(c, f'cluster {c}')}") for image in images]
            for c, images in sorted(by_cluster.items())
        ]
        for turn in zip_longest(*lanes):
            yield from (queued for queued in turn if queued is not None)


def _mixed(
    ordered: list[QueuedImage], drawn: list[QueuedImage], every: int
) -> Iterator[QueuedImage]:
    """The ordered ones, with one of the drawn ones after `every` of them."""
    waiting = iter(drawn)
    for position, queued in enumerate(ordered, start=1):
        yield queued
        if position % every == 0:
            yield from islice(waiting, 1)
    yield from waiting

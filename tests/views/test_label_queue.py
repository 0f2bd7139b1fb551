"""The queue of representatives: which images come, in which order, and why."""

import numpy as np

from contrast_engine.randomness import generator
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.labels.queue import EXPLORED, label_queue


def image_ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{row:016x}") for row in range(n))


def two_clusters() -> tuple[Vectors, Clustering]:
    values = generator(1, "t").normal(size=(60, 2)) + np.repeat([[0, 0], [9, 9]], 30, axis=0)
    ids = image_ids(60)
    cluster = np.repeat([0, 1], 30)
    centres = np.array([values[cluster == c].mean(axis=0) for c in (0, 1)])
    distance = np.linalg.norm(values - centres[cluster], axis=1)
    return Vectors(ids, values, ("x", "y")), Clustering(ids, cluster, distance)


def test_a_label_queue_takes_turns_between_clusters_and_draws_every_fourth_at_random() -> None:
    space, clustering = two_clusters()
    queue = label_queue(space, clustering, {1: "hazy"}, typical=4, between=2)
    assert len({queued.image for queued in queue}) == len(queue) == 16
    assert [q.why == EXPLORED for q in queue] == 4 * [False, False, False, True]
    assert [queue[0].why, queue[1].why] == ["typical of cluster 0", "typical of hazy"]
    assert queue[0].image == clustering.members(0)[0]
    assert queue == label_queue(space, clustering, {1: "hazy"}, typical=4, between=2)


def test_a_queue_of_a_tiny_collection_asks_for_each_image_once() -> None:
    ids = image_ids(3)
    space = Vectors(ids, np.arange(6.0).reshape(3, 2), ("x", "y"))
    queue = label_queue(space, Clustering(ids, np.array([0, 0, 1]), np.zeros(3)), {})
    assert sorted(q.image for q in queue) == sorted(ids)

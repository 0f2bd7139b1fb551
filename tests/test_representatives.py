import numpy as np
import pytest

from contrast_engine import representatives
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId, Vectors


def named(position):
    return ImageId(f"{position:016d}")


def two_lines():
    """Cluster 0 at 0..8 (mean 4), cluster 1 at 20, 22, 24, one image without a cluster at 99."""
    positions = [*range(9), 20, 22, 24, 99]
    ids = tuple(named(p) for p in positions)
    cluster = np.array([0] * 9 + [1] * 3 + [-1])
    space = Vectors(ids, np.array(positions, float)[:, None], ("x",))
    return space, Clustering(ids, cluster, np.zeros(len(ids)))


def test_the_first_medoid_is_nearest_to_the_mean_and_the_next_are_central_but_different():
    space, clustering = two_lines()
    assert representatives.medoids(space, clustering, 3) == {
        0: (named(4), named(2), named(6)),  # the central half is 2..6
        1: (named(22), named(20)),
    }


def test_boundary_images_are_nearest_to_being_in_the_other_cluster():
    space, clustering = two_lines()
    # 8: 4 / 14 from the means 4 and 22; 0: 4 / 22; 20: 2 / 16; 24: 2 / 20
    found = representatives.boundary(space, clustering, 2)
    assert found == {0: (named(8), named(7)), 1: (named(20), named(24))}


def test_one_cluster_has_no_boundary():
    space, _ = two_lines()
    alone = Clustering(space.ids, np.zeros(len(space), int), np.zeros(len(space)))
    assert representatives.boundary(space, alone) == {0: ()}


@pytest.mark.parametrize("choose", [representatives.medoids, representatives.boundary])
def test_the_order_of_rows_does_not_matter_and_small_clusters_give_what_they_have(choose):
    space, clustering = two_lines()
    turned = space.take(space.ids[::-1])
    again = Clustering(turned.ids, clustering.cluster[::-1], clustering.distance[::-1])
    assert choose(turned, again, 50) == choose(space, clustering, 50)
    found = choose(space, clustering, 50)
    assert all(len(set(ids)) == len(ids) for ids in found.values())
    assert named(99) not in {image for ids in found.values() for image in ids}
    assert choose(space, clustering, 0) == {0: (), 1: ()}

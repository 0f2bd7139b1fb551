import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.clusterings import numbered
from contrast_engine.clusterings.identity import follow
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId


def clustering(*clusters, start=0):
    ids = tuple(ImageId(f"{start + row:016x}") for row in range(len(clusters)))
    return Clustering(ids, np.array(clusters), np.zeros(len(clusters)))


def test_clusters_keep_their_id_when_most_images_stay_and_others_get_a_new_one():
    earlier = clustering(7, 7, 7, 7, 3, 3, 3, 3)
    later = clustering(1, 1, 1, 1, 0, 0, 2, 2)
    followed = follow(later, earlier)
    assert followed.clustering.cluster.tolist() == [7, 7, 7, 7, 3, 3, 8, 8]
    assert (followed.kept, followed.new, followed.retired) == ((3, 7), (8,), ())
    assert followed.next_id == 9


def test_an_id_that_was_retired_is_never_given_again():
    first = clustering(0, 0, 1, 1, 2, 2)
    second = follow(clustering(0, 0, 0, 0, 1, 1), first)
    assert second.retired in ((0,), (1,))  # half of it each: one of the two goes on
    third = follow(clustering(0, 0, 1, 1, 2, 2), second.clustering, second.next_id)
    assert set(third.new).isdisjoint({0, 1, 2})
    gone = follow(clustering(0, 0, 0, 0, 0, 0), clustering(0, 1, 2, 3, 4, 5))
    assert (gone.kept, gone.new, gone.next_id) == ((), (6,), 7)


def test_only_images_in_both_clusterings_count():
    earlier = clustering(0, 0, 1, 1)
    later = clustering(1, 1, 0, 0, 0, 0, 0, 0)  # four images are new
    assert follow(later, earlier).clustering.cluster.tolist() == [0, 0] + [1] * 6
    nothing_shared = follow(clustering(0, 1, start=90), earlier)
    assert nothing_shared.clustering.cluster.tolist() == [2, 3]
    assert nothing_shared.retired == (0, 1)


def test_the_unassigned_stay_unassigned_and_no_clusters_are_no_problem():
    followed = follow(clustering(-1, 0, 0), clustering(5, 5, 5))
    assert followed.clustering.cluster.tolist() == [UNASSIGNED, 5, 5]
    assert follow(clustering(-1, -1), clustering(-1, -1)).clustering.clusters == ()


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-1, 4), min_size=1, max_size=40), st.randoms())
def test_renumbering_alone_changes_no_id(clusters, random):
    earlier = Clustering(
        *(lambda c: (c.ids, numbered(c.cluster) * 1, c.distance))(clustering(*clusters))
    )
    names = list(range(9))
    random.shuffle(names)
    shuffled = [names[c] if c >= 0 else c for c in earlier.cluster.tolist()]
    followed = follow(clustering(*shuffled), earlier)
    assert followed.clustering.of == earlier.of
    assert followed.new == followed.retired == ()

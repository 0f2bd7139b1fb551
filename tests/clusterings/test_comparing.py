"""Two clusterings crossed: counts add up, matches are one to one, the index is that of others."""

import numpy as np
import pytest

from contrast_engine.clusterings.comparing import compare
from contrast_engine.errors import NotEnoughData
from contrast_engine.results import Clustering
from contrast_engine.vectors import ImageId


def clustering(groups: np.ndarray, start: int = 0) -> Clustering:
    ids = tuple(ImageId(f"{row + start:016x}") for row in range(len(groups)))
    return Clustering(ids, groups, np.zeros(len(groups)))


def test_the_same_groups_under_other_numbers_are_matched_on_the_diagonal() -> None:
    groups = np.repeat([0, 1, 2], [30, 20, 10])
    found = compare(clustering(groups), clustering(np.array([7, 3, 5])[groups]))
    assert found.ari == 1
    assert (found.rows, found.columns) == ((0, 1, 2), (7, 3, 5))
    assert found.table.tolist() == [[30, 0, 0], [0, 20, 0], [0, 0, 10]]
    assert found.matched == {7: (0, 1.0), 3: (1, 1.0), 5: (2, 1.0)}


def test_the_adjusted_rand_index_of_six_images_by_hand() -> None:
    one, two = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    # pairs together in both: 2; in the first 6, in the second 3, of 15; 1.2 expected by chance
    assert compare(clustering(one), clustering(two)).ari == pytest.approx((2 - 1.2) / (4.5 - 1.2))
    alone = compare(clustering(np.arange(6)), clustering(np.zeros(6, int)))
    assert alone.ari == 0
    assert compare(clustering(np.zeros(6, int)), clustering(np.zeros(6, int))).ari == 1


def test_counts_add_up_and_no_cluster_is_never_matched() -> None:
    rng = np.random.default_rng(0)
    one, two = rng.integers(-1, 4, 300), rng.integers(0, 6, 300)
    two[:150] = one[:150] + 1
    found = compare(clustering(one), clustering(two))
    assert found.table.sum() == 300
    assert sorted(found.columns) == sorted(np.unique(two))
    for row, cluster in enumerate(found.rows):
        assert found.table[row].sum() == np.count_nonzero(one == cluster)
    assert len({row for row, _ in found.matched.values()}) == len(found.matched)
    assert -1 not in {row for row, _ in found.matched.values()}, "having no cluster is no cluster"


def test_images_of_one_only_are_counted_and_left_out() -> None:
    found = compare(clustering(np.zeros(10, int)), clustering(np.zeros(8, int), start=5))
    assert (len(found.ids), found.only_first, found.only_second) == (5, 5, 3)
    with pytest.raises(NotEnoughData, match="share no image"):
        compare(clustering(np.zeros(4, int)), clustering(np.zeros(4, int), start=9))

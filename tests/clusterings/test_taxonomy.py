"""A tree cut twice: cuts are those of scipy, heights and numbers agree, finer groups nest."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster
from sklearn.metrics import adjusted_rand_score

from contrast_engine.clusterings import ward
from contrast_engine.clusterings.taxonomy import Tree, nested, places
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.vectors import ImageId

N = 60


@pytest.fixture
def tree() -> Tree:
    values = np.random.default_rng(3).normal(size=(N, 3))
    return Tree(np.arange(N), np.ones(N, int), ward.ward(values))


def clustering(groups: np.ndarray) -> Clustering:
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(groups)))
    return Clustering(ids, groups, np.zeros(len(groups)))


def test_a_click_at_the_height_of_a_cut_gives_that_cut_back(tree: Tree) -> None:
    for n in range(1, N + 1):
        assert tree.count_at(tree.height(n)) == n
        expected = fcluster(tree.merges, tree.height(n), "distance")
        assert adjusted_rand_score(expected, tree.groups(n)) == 1


def test_the_largest_group_comes_first(tree: Tree) -> None:
    sizes = np.bincount(tree.groups(7))
    assert list(sizes) == sorted(sizes, reverse=True)


def test_finer_groups_lie_inside_and_their_images_add_up(tree: Tree) -> None:
    coarse = clustering(tree.groups(3))
    branches = nested(coarse, tree.groups(9))
    assert sum(len(branch.groups) for branch in branches) == 9, "Ward's cuts nest"
    for branch in branches:
        assert branch.size == coarse.size(branch.cluster)
        assert {i for group in branch.groups for i in group} == set(coarse.members(branch.cluster))


def test_images_moved_by_hand_are_divided_by_both_and_the_left_out_have_no_place(
    tree: Tree,
) -> None:
    groups = tree.groups(3)
    groups[:5] = UNASSIGNED
    groups[5:9] = 0
    found = places(nested(clustering(groups), tree.groups(9)))
    assert len(found) == N - 5
    for row in range(5, N):
        assert found[ImageId(f"{row:016x}")].startswith(f"{groups[row]}.")


def test_a_tree_says_how_far_it_can_be_cut(tree: Tree) -> None:
    with pytest.raises(OptionError, match="1 to 60 groups, got 61"):
        tree.groups(61)
    with pytest.raises(NotEnoughData, match="has no merge tree"):
        Tree.of({})

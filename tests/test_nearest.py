import numpy as np
import pytest

from contrast_engine.errors import UnknownName
from contrast_engine.nearest import nearest
from contrast_engine.vectors import ImageId, Vectors


def named(number):
    return ImageId(f"{number:016d}")


def line(*positions, ids=None):
    ids = ids or [named(i) for i in range(len(positions))]
    return Vectors(tuple(map(ImageId, ids)), np.array(positions, float)[:, None], ("x",))


def test_neighbours_come_nearest_first_without_the_image_itself():
    assert nearest(line(0, 5, 1, 3), named(0), 2) == ((named(2), 1.0), (named(3), 3.0))


def test_equal_distances_are_ordered_by_id_also_at_the_cut():
    space = line(0, 1, -1, 1, ids=[letter * 16 for letter in "dcab"])
    assert [image for image, _ in nearest(space, "d" * 16, 2)] == ["a" * 16, "b" * 16]


def test_a_new_row_may_meet_an_image_at_distance_zero():
    assert nearest(line(0, 5), [5.0], 1) == ((named(1), 0.0),)


def test_asking_for_more_than_there_are_gives_all_the_others():
    assert len(nearest(line(0, 1, 2), named(0), 50)) == 2
    assert nearest(line(0), named(0), 5) == ()


def test_the_answer_equals_sorting_every_distance():
    values = np.random.default_rng(0).normal(size=(300, 5))
    space = Vectors(tuple(ImageId(f"{i:016d}") for i in range(300)), values, tuple("abcde"))
    brute = np.linalg.norm(values - values[17], axis=1)
    expected = [space.ids[r] for r in np.argsort(brute)[1:11]]
    assert [image for image, _ in nearest(space, space.ids[17], 10)] == expected


def test_an_unknown_image_is_named():
    with pytest.raises(UnknownName, match="nope"):
        nearest(line(0, 1), "nope")

"""One value for each image: as a dict says, whether few are asked for or very many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.by_image import ByImage
from contrast_engine.imageset import ImageIds
from contrast_engine.results import UNASSIGNED, Clustering, Predictions, in_order
from contrast_engine.vectors import ImageId, Vectors

ids = st.integers(0, 2**64 - 1).map(lambda number: ImageId(f"{number:016x}"))
tables = st.dictionaries(ids, st.integers(-1, 9), max_size=40)


def mapping(table: dict[ImageId, int]) -> ByImage[int]:
    values = list(table.values())
    return ByImage(ImageIds.of(list(table)), lambda: values, values.__getitem__)


@given(table=tables, asked=st.lists(ids, max_size=20))
def test_it_says_what_a_dict_says(table, asked):
    found = mapping(table)
    for image in [*asked, *table, *asked, *table]:  # beyond some, it goes on with a dict
        assert found.get(image) == table.get(image)
        assert (image in found) == (image in table)
    assert list(found) == list(table)
    assert dict(found.items()) == table == found
    assert list(found.values()) == list(table.values())
    assert list(found.keys()) == list(table)
    assert len(found) == len(table)


@given(table=tables)
def test_before_it_becomes_a_dict_it_says_the_same(table):
    for image, value in table.items():
        assert mapping(table)[image] == value
        assert mapping(table).get(ImageId("0" * 15), "none") == "none"
        assert "no id" not in mapping(table)
        assert 7 not in mapping(table)


def test_of_a_million_images_a_few_are_found_without_text():
    numbers = np.arange(1_000_000, dtype=np.uint64)[::-1].copy()

    def refused():
        raise AssertionError("all values were asked for")

    found = ByImage(ImageIds(numbers), refused, int)
    assert [found[ImageId(f"{999_999 - row:016x}")] for row in range(100)] == list(range(100))
    assert ImageId("f" * 16) not in found


@given(table=tables, wanted=st.lists(ids, max_size=20, unique=True), rest=st.data())
def test_clusters_in_the_order_of_other_images_are_as_found_one_by_one(table, wanted, rest):
    known = rest.draw(st.lists(st.sampled_from(sorted(table)), unique=True)) if table else []
    order = [*wanted, *(image for image in known if image not in wanted)]
    clustering = Clustering(list(table), np.array([*table.values()]), np.zeros(len(table)))
    expected = [table.get(image, UNASSIGNED) for image in order]
    assert in_order(ImageIds.of(order), clustering.of).tolist() == expected
    assert in_order(order, table).tolist() == expected


@given(table=tables, cluster=st.integers(-1, 9), spread=st.integers(1, 3))
def test_members_are_nearest_first_and_ties_by_id(table, cluster, spread):
    clusters = np.array([*table.values()], dtype=np.int64)
    distance = np.arange(len(table)) % spread / 2
    found = Clustering(list(table), clusters, distance)
    own = [row for row, value in enumerate(clusters) if value == cluster]
    named = list(table)
    expected = sorted(own, key=lambda row: (distance[row], named[row]))
    assert found.members(cluster) == tuple(named[row] for row in expected)


def test_predictions_say_how_many_of_each_label_they_are_sure_of():
    images = [ImageId(f"{row:016x}") for row in range(4)]
    probability = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.4, 0.6]])
    found = Predictions(images, ("a", "b"), probability, np.array([False, False, False, True]))
    assert repr(found) == "Predictions(4 images: 'a': 1, 'b': 2; abstains: 1)"
    assert found.label == ("a", "b", "b", "b")
    assert repr(Predictions([], ("a",), np.zeros((0, 1)), np.zeros(0, bool))).startswith("Pred")


def test_vectors_take_rows_by_number_in_the_order_asked():
    images = [ImageId(f"{row:016x}") for row in (5, 3, 9)]
    vectors = Vectors(images, np.array([[5.0], [3.0], [9.0]]), ("x",))
    assert vectors.take([images[2], images[0]]).values[:, 0].tolist() == [9, 5]
    assert vectors.rows_of([images[1], ImageId("f" * 16), images[0]]).tolist() == [1, 0]
    assert vectors.ids == tuple(images)

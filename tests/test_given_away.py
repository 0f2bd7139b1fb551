"""Arrays that vectors take as they are, and those that they copy."""

import numpy as np

from contrast_engine.imageset import ImageIds
from contrast_engine.representatives import boundary
from contrast_engine.results import Clustering
from contrast_engine.scaling import QuantileScaling
from contrast_engine.vectors import Vectors, given_away


def ids(n):
    return ImageIds(np.arange(n, dtype=np.uint64))


def test_what_was_given_away_is_not_copied_and_cannot_be_written():
    values = given_away(np.arange(12.0).reshape(4, 3))
    assert Vectors(ids(4), values, ("a", "b", "c")).values is values
    assert not values.flags.writeable
    assert not values.base.flags.writeable


def test_what_somebody_can_still_write_to_is_copied():
    whole = np.zeros((4, 3))
    seen = whole[:]
    seen.flags.writeable = False
    for values in (whole, seen):
        table = Vectors(ids(4), values, ("a", "b", "c"))
        whole[0, 0] += 1
        assert table.values[0, 0] == whole[0, 0] - 1


def test_ids_in_order_need_no_second_order():
    rising, falling = ids(5), ImageIds(ids(5).numbers[::-1].copy())
    asked = ImageIds(np.array([4, 9, 0], dtype=np.uint64))
    assert rising.places(asked).tolist() == [4, -1, 0]
    assert falling.places(asked).tolist() == [0, -1, 4]
    assert [rising.place(one) for one in asked] == [4, -1, 0]
    assert [falling.place(one) for one in asked] == [0, -1, 4]
    assert ids(0).places(asked).tolist() == [-1, -1, -1]


def test_only_the_columns_asked_for_are_fitted():
    table = Vectors(ids(50), np.random.default_rng(0).normal(size=(50, 3)), ("a", "b", "c"))
    some, part = QuantileScaling.fit(table, ["c", "a"]), table.select(["c", "a"])
    assert some.columns == ("c", "a")
    assert np.array_equal(some.transform(table).values, QuantileScaling.fit(part)
                          .transform(part).values)  # fmt: skip


def test_the_boundary_of_many_images_is_that_of_a_plain_look(monkeypatch):
    monkeypatch.setattr("contrast_engine.representatives._AT_ONCE", 7)
    random = np.random.default_rng(1)
    order, values = random.permutation(60), random.normal(size=(60, 3))
    cluster = random.integers(-1, 3, size=60)
    space = Vectors(ImageIds(order.astype(np.uint64)), values, ("a", "b", "c"))
    found = boundary(space, Clustering(space.ids, cluster, np.zeros(60)), 60)
    centres = np.stack([values[cluster == one].mean(axis=0) for one in range(3)])
    away = np.linalg.norm(values[:, None] - centres, axis=2)
    for one in range(3):
        rows = np.flatnonzero(cluster == one)
        ratio = away[rows, one] / np.delete(away[rows], one, axis=1).min(axis=1)
        assert found[one] == tuple(space.ids[row] for row in rows[np.argsort(-ratio)])

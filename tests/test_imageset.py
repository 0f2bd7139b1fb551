"""Sets of images do what sets of ids do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, numbered

ids = st.lists(st.integers(0, 2**64 - 1).map(lambda n: ImageId(f"{n:016x}")), max_size=30)
few = st.lists(st.sampled_from([ImageId(letter * 16) for letter in "0123abcdef"]), max_size=12)


@pytest.mark.slow
@given(ids | few, ids | few)
def test_it_does_what_a_set_of_ids_does(left, right):
    a, b = ImageSet.of(left), ImageSet.of(right)
    assert tuple(a) == tuple(sorted(set(left)))
    assert tuple(a | b) == tuple(sorted({*left, *right}))
    assert tuple(a & b) == tuple(sorted(set(left) & set(right)))
    assert tuple(a - b) == tuple(sorted(set(left) - set(right)))
    assert [image in a for image in right] == [image in set(left) for image in right]
    assert tuple(a[2:5]) == tuple(a)[2:5]
    assert [a[k] for k in range(len(a))] == list(a)
    assert (a == b) == (set(left) == set(right)) == (a.key == b.key)
    assert ImageSet.unpacked(a.packed) == a
    assert bool(a) == bool(left)


@pytest.mark.parametrize("wrong", ["", "abc", "A" * 16, "g" * 16, "a" * 15 + " ", "a" * 32])
def test_what_is_no_id_is_refused_and_never_in_a_set(wrong):
    good = ImageId("a" * 16)
    with pytest.raises(OptionError, match="16 hex digits"):
        numbered([good, wrong])
    assert wrong not in ImageSet.of([good])


@pytest.mark.slow
@given(ids | few, ids | few)
def test_ids_in_order_do_what_a_tuple_does(left, right):
    once = tuple(dict.fromkeys(left))
    rows, asked = ImageIds.of(once), ImageSet.of(right)
    assert rows == once
    assert (hash(rows), len(rows), bool(rows)) == (hash(once), len(once), bool(once))
    assert tuple(rows) == once
    assert rows[1:4] == once[1:4]
    assert [rows[k] for k in range(len(rows))] == list(once)
    assert [image in rows for image in right] == [image in once for image in right]
    assert rows.images == ImageSet.of(once)
    assert [once[row] for row in rows.order] == sorted(once)
    assert rows.places(ImageIds.of(once)).tolist() == list(range(len(once)))
    assert rows.places(rows.images).tolist() == [once.index(image) for image in sorted(once)]
    where = {image: row for row, image in enumerate(once)}
    assert rows.places(asked).tolist() == [where.get(image, -1) for image in asked]
    assert [rows.place(image) for image in right] == [where.get(image, -1) for image in right]
    assert ImageIds.of(left).has_twice == (len(set(left)) < len(left))

"""Rows are kept in parts; a few new ones never have all of them read or written again."""

import numpy as np

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.store.atomic_files import stamp
from contrast_engine.store.row_cache import RowCache


def rows(numbers, factor=1.0):
    return {ImageId(f"{n:016x}"): np.array([n * factor, n + 0.5]) for n in numbers}


def test_small_parts_are_joined_and_the_large_one_stays_as_it_is(tmp_path):
    cache = RowCache(tmp_path, ("a", "b"))
    cache.add(rows(range(20_000)))
    (large,) = tmp_path.glob("*.parquet")
    before = stamp(large)
    for number in range(40):
        cache.add(rows([30_000 + number]))
        cache.tidy()
    assert stamp(large) == before
    assert len(list(tmp_path.glob("*.parquet"))) <= 32
    assert cache.images() == ImageSet.of(rows([*range(20_000), *range(30_000, 30_040)]))
    there, values = cache.rows(ImageSet.of(rows([3, 30_007, 99_999])))
    assert there == ImageSet.of(rows([3, 30_007]))
    assert values.tolist() == [[3.0, 3.5], [30_007.0, 30_007.5]]


def test_rows_of_parts_without_the_wanted_images_are_not_read(tmp_path, monkeypatch):
    cache = RowCache(tmp_path, ("a", "b"))
    cache.add(rows([1]))
    cache.add(rows([2]))
    read = []
    part = RowCache._part

    def watched(self, path, *, with_values=True):
        read.append(with_values)
        return part(self, path, with_values=with_values)

    monkeypatch.setattr(RowCache, "_part", watched)
    assert cache.images() == ImageSet.of(rows([1, 2]))
    assert cache.rows(ImageSet.of(rows([2])))[1].tolist() == [[2.0, 2.5]]
    assert sorted(read) == [False, False, True]  # the ids of each part once


def test_what_a_killed_process_left_is_removed(tmp_path):
    (tmp_path / ".writing-abcdefgh").write_bytes(b"half")
    RowCache(tmp_path, ("a",)).remove_half_written()
    assert not list(tmp_path.iterdir())

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import UnknownName
from contrast_engine.neighbours import among, nearest, search
from contrast_engine.vectors import ImageId, Vectors


def named(text):
    return ImageId(text * 16)


def line(*positions, ids=None):
    ids = ids or [f"{i:x}" for i in range(len(positions))]
    return Vectors(tuple(map(named, ids)), np.array(positions, float)[:, None], ("x",))


def test_neighbours_come_nearest_first_without_the_image_itself():
    assert nearest(line(0, 5, 1, 3), named("0"), 2) == ((named("2"), 1.0), (named("3"), 3.0))


def test_equal_distances_are_ordered_by_id_also_at_the_cut():
    space = line(0, 1, -1, 1, ids="fcab")
    assert [image for image, _ in nearest(space, named("f"), 2)] == [named("a"), named("b")]


def test_a_new_row_may_meet_an_image_at_distance_zero():
    assert nearest(line(0, 5), [5.0], 1) == ((named("1"), 0.0),)


def test_asking_for_more_than_there_are_gives_all_the_others():
    assert len(nearest(line(0, 1, 2), named("0"), 50)) == 2
    assert nearest(line(0), named("0"), 5) == ()


def test_the_answer_equals_sorting_every_distance():
    values = np.random.default_rng(0).normal(size=(300, 5))
    space = Vectors(tuple(ImageId(f"{i:016d}") for i in range(300)), values, tuple("abcde"))
    brute = np.linalg.norm(values - values[17], axis=1)
    expected = [space.ids[r] for r in np.argsort(brute)[1:11]]
    assert [image for image, _ in nearest(space, space.ids[17], 10)] == expected


def test_an_unknown_image_is_named():
    with pytest.raises(UnknownName, match="eeee"):
        nearest(line(0, 1), named("e"))


def brute(known, rows, k, own=False):
    """Every distance sorted, ties by row number."""
    found, far = [], []
    for number, row in enumerate(rows):
        distances = np.sqrt(np.square(known.astype(float) - row).sum(axis=1))
        if own:
            distances[number] = np.inf
        order = np.argsort(distances, kind="stable")[:k]
        found.append(order)
        far.append(distances[order])
    return np.array(found), np.array(far)


KINDS = {
    "round": lambda r, n, d: r.normal(size=(n, d)),
    "all equal": lambda r, n, d: np.full((n, d), 3.7),
    "one far point": lambda r, n, d: np.vstack([r.normal(size=(n - 1, d)), np.full((1, d), 1e12)]),
    "heavy tails": lambda r, n, d: r.standard_cauchy(size=(n, d)) ** 3,
    "few values": lambda r, n, d: r.integers(0, 2, size=(n, d)).astype(float),
    "constant columns": lambda r, n, d: np.where(np.arange(d) % 2, 5.0, r.normal(size=(n, d))),
    "far from zero": lambda r, n, d: 1e6 + 1e-4 * r.normal(size=(n, d)),
    "copies": lambda r, n, d: np.repeat(r.normal(size=(max(1, n // 9), d)), 9 + n, axis=0)[:n],
    "huge": lambda r, n, d: 1e150 * r.normal(size=(n, d)),
}


@given(
    kind=st.sampled_from(sorted(KINDS)),
    n=st.integers(2, 300),
    d=st.integers(1, 40),
    k=st.integers(1, 30),
    seed=st.integers(0, 2**31),
)
@settings(max_examples=80, deadline=None)
def test_what_is_found_is_what_sorting_every_distance_finds(kind, n, d, k, seed):
    random = np.random.default_rng(seed)
    known = KINDS[kind](random, n, d)
    rows = np.vstack([known[random.integers(0, n, 3)], KINDS[kind](random, n, d)[:6]])
    for asked in (rows, rows[:2]):  # few rows go another way
        found = search(known, asked, k)
        expected = brute(known, asked, min(k, n))
        assert np.array_equal(found[0], expected[0])
        assert np.array_equal(found[1], expected[1])


@given(kind=st.sampled_from(sorted(KINDS)), n=st.integers(2, 300), seed=st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_among_themselves_rows_are_not_their_own_neighbours(kind, n, seed):
    rows = KINDS[kind](np.random.default_rng(seed), n, 7)
    found, far = among(rows, 12)
    expected = brute(rows, rows, min(12, n - 1), own=True)
    assert np.array_equal(found, expected[0])
    assert np.array_equal(far, expected[1])


def test_a_table_of_single_precision_in_a_file_is_searched_as_it_is(tmp_path):
    known = np.random.default_rng(3).normal(size=(5_000, 9)).astype(np.float32)
    np.save(tmp_path / "known.npy", known)
    mapped = np.load(tmp_path / "known.npy", mmap_mode="r")
    rows = np.random.default_rng(4).normal(size=(50, 9))
    assert np.array_equal(search(mapped, rows, 5)[0], brute(known, rows, 5)[0])


def test_nothing_to_find_is_an_empty_answer():
    assert search(np.zeros((0, 3)), np.zeros((2, 3)), 4)[0].shape == (2, 0)
    assert search(np.zeros((5, 3)), np.zeros((0, 3)), 4)[0].shape == (0, 4)
    assert search(np.zeros((5, 3)), np.zeros((2, 3)), 0)[0].shape == (2, 0)


def test_many_rows_are_searched_without_a_table_of_all_pairs():
    rows = np.random.default_rng(0).normal(size=(20_000, 4))
    tracemalloc.start()
    among(rows, 5)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6  # a table of all pairs has 1.6 GB in single precision

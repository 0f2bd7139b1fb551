"""The contact sheet: every part of the space has its image, and a seed gives the same ones again."""

import numpy as np

from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.overview.contact_sheet import SHOWN, _strata, drawn


def vectors(n: int, columns: tuple[str, ...] = ("c_rms", "mean_y", "skew")) -> Vectors:
    values = generator(0, "sheet").normal(size=(n, len(columns))) * np.arange(len(columns), 0, -1)
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(n)), values, columns)


def test_a_seed_gives_the_same_images_whatever_the_order_of_the_rows() -> None:
    table = vectors(500)
    ids, _ = drawn(table, 3)
    assert len(set(ids)) == SHOWN
    assert drawn(table.take(table.ids[::-1]), 3)[0] == ids
    assert drawn(table, 4)[0] != ids


def test_every_stratum_is_equally_large_and_gives_one_image() -> None:
    along, across = generator(0, "strata").normal(size=(2, 1000))
    parts = _strata(along, across, SHOWN)
    assert len(parts) == SHOWN
    assert sorted(np.concatenate(parts)) == list(range(1000))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_every_image_is_drawn_equally_often() -> None:
    table = vectors(48)
    seen = [image for seed in range(400) for image in drawn(table, seed)[0]]
    counts = np.array([seen.count(image) for image in table.ids])
    assert abs(counts / 400 - 0.5).max() < 0.13, "5 deviations of a fair coin"


def test_the_order_runs_from_weak_to_strong_contrast_where_the_axis_is_one_of_contrast() -> None:
    table = vectors(20)
    ids, is_ordered = drawn(table, 0)
    assert is_ordered
    contrast = table.take(ids).column("c_rms")
    assert contrast[:5].mean() < contrast[-5:].mean()
    assert set(ids) == set(table.ids), "few images are all shown"


def test_one_image_and_equal_images_are_no_obstacle() -> None:
    assert drawn(vectors(1), 0) == (vectors(1).ids, False)
    same = Vectors(vectors(30).ids, np.ones((30, 3)), ("c_rms", "mean_y", "skew"))
    assert len(set(drawn(same, 0)[0])) == SHOWN

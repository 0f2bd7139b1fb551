"""Intervals over contents: against references, and their coverage on clustered data."""

import numpy as np
import pytest

from contrast_engine.validation.contents import contents_of
from contrast_engine.validation.correlation import fisher_interval, ranks
from contrast_engine.validation.intervals import (
    cluster_bootstrap,
    codes,
    mean_of,
    spearman_of,
    weighted_ranks,
)


def test_a_weighted_draw_is_the_rank_correlation_of_the_rows_drawn_so_often() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(0)
    one, two = rng.integers(0, 6, 25).astype(float), rng.normal(size=25)
    counts = rng.integers(0, 4, (20, 25)).astype(float)
    expected = [
        spearmanr(np.repeat(one, c.astype(int)), np.repeat(two, c.astype(int))).statistic
        for c in counts
    ]
    assert spearman_of(one, two)(counts) == pytest.approx(expected)
    assert weighted_ranks(one, np.ones((1, 25)))[0] + 0.5 == pytest.approx(ranks(one))
    assert spearman_of(np.ones(25), two)(counts) == pytest.approx(0)


def test_an_interval_of_a_mean_of_many_images_is_that_of_student() -> None:
    from scipy.stats import t

    values = np.random.default_rng(1).normal(2, 3, 40)
    found = cluster_bootstrap(mean_of(values), range(40), draws=20_000)
    low, high = t.interval(0.95, 39, values.mean(), values.std(ddof=1) / 40**0.5)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.06 * (high - low))


def test_of_too_few_contents_the_bounds_are_said_however_many_images_there_are() -> None:
    values = np.random.default_rng(2).normal(size=500)
    found = cluster_bootstrap(mean_of(values), np.arange(500) % 5, bounds=(-9, 9))
    assert (found.low, found.high, found.contents, found.is_known) == (-9, 9, 5, False)


def test_copies_of_every_image_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(3)
    one, two = rng.normal(size=(2, 30))
    alone = cluster_bootstrap(spearman_of(one, two), range(30))
    rows = np.repeat(np.arange(30), 8)
    copied = cluster_bootstrap(spearman_of(one[rows], two[rows]), rows)
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
    narrow = fisher_interval(copied.value, 240)
    assert narrow[1] - narrow[0] < 0.5 * (copied.high - copied.low)


PLANTED = {
    "normal": lambda rng, pairs, g: pairs(g),
    "skewed": lambda rng, pairs, g: np.exp(pairs(g)),
    "heavy tails": lambda rng, pairs, g: pairs(g) * np.sqrt(3 / rng.chisquare(3, (g, 1))),
}


def planted(kind: str, contents: int, rho: float, rng: np.random.Generator):
    """Rows of contents of 2 to 8 images, alike by .7, of which both sides share `rho`."""
    rows = np.repeat(np.arange(contents), rng.integers(2, 9, contents))

    def pairs(n: int):
        return rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)

    both = 0.7**0.5 * PLANTED[kind](rng, pairs, contents)[rows] + 0.3**0.5 * pairs(len(rows))
    return rows, both[:, 0], both[:, 1]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rho"), [("normal", 0.0), ("skewed", 0.7), ("heavy tails", 0.7)])
def test_the_truth_is_inside_as_often_as_is_said_and_not_inside_an_interval_over_images(
    kind: str, rho: float
) -> None:
    rng, runs = np.random.default_rng(4), 100
    rows, one, two = planted(kind, 4000, rho, rng)
    truth = float(spearman_of(one, two)(np.ones((1, len(rows))))[0])
    inside, by_images = 0, 0
    for run in range(runs):
        rows, one, two = planted(kind, (12, 25)[run % 2], rho, rng)
        found = cluster_bootstrap(spearman_of(one, two), rows, seed=run, draws=200)
        inside += found.low <= truth <= found.high
        low, high = fisher_interval(found.value, len(rows))
        by_images += low <= truth <= high
    # three Monte-Carlo errors of 100 runs at .95 are .065
    assert inside / runs >= 0.95 - 0.065
    assert by_images / runs < 0.95 - 0.065


def test_contents_are_as_named_and_files_that_others_name_are_of_that_content() -> None:
    found = contents_of(["a", "b", "c", "d"], ["c", "c", "", "x"], {"c": None})
    assert found.of == ("c", "c", "c", "x")
    assert (len(found), found.named, found.twins) == (2, 3, 0)
    assert codes(found.of).tolist() == [0, 0, 0, 1]


def test_unnamed_images_that_are_nearly_one_picture_are_one_content() -> None:
    rng = np.random.default_rng(5)
    pictures = [rng.uniform(0, 100, (16, 16)) for _ in range(6)]
    seen = {f"{k}.png": (int(rng.integers(2**62)), p) for k, p in enumerate(pictures)}
    seen["9.jpg"] = (seen["0.png"][0], pictures[0] + rng.normal(size=(16, 16)))
    found = contents_of(list(seen), [""] * 7, seen)
    assert found.of[6] == found.of[0]
    assert (len(found), found.twins) == (6, 2)
    assert "2 images that are nearly another one" in found.words
    assert "too narrow" in found.words

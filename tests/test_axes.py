"""Named axes: planted directions get their names and keep them, noise does not."""

import numpy as np
import pytest

from contrast_engine.axes import THEMES, along, named_axes, participation_ratio, theme_name
from contrast_engine.errors import NotEnoughData
from contrast_engine.features import core_names
from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors

COLUMNS = tuple(THEMES)


def table(values: np.ndarray, columns: tuple[str, ...] = COLUMNS) -> Vectors:
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(len(values))), values, columns)


def planted(seed: int = 0, n: int = 300) -> Vectors:
    """Two directions in noise: the range, and below it, colour that falls as luminance rises."""
    random = generator(seed, "axes tests")
    values = 0.3 * random.normal(size=(n, len(COLUMNS)))
    strong, weak = 3 * random.normal(size=n), 1.5 * random.normal(size=n)
    for column, theme in enumerate(THEMES.values()):
        values[:, column] += {
            "global range": strong,
            "colour": weak,
            "luminance": -weak,
        }.get(theme, 0)
    return table(values)


def test_every_core_feature_has_a_theme() -> None:
    assert set(core_names()) == set(THEMES)


@pytest.mark.parametrize("seed", range(5))
def test_planted_directions_get_their_names_in_order_and_keep_them(seed: int) -> None:
    found = named_axes(planted(seed), resamples=60)
    first, second, *_ = found.axes
    assert (first.name, second.name) == ("global range", "colour against luminance")
    for axis in (first, second):
        assert axis.name_holds > 0.95
        assert axis.turns > 0.98
        assert axis.explained_low <= axis.explained <= axis.explained_high
    assert first.explained > second.explained
    assert found.ratio_low <= found.participation_ratio <= found.ratio_high
    assert 1 < found.participation_ratio < 3


def test_the_axes_of_noise_are_said_to_be_unstable() -> None:
    noise = generator(1, "axes tests", "noise").normal(size=(300, len(COLUMNS)))
    found = named_axes(table(noise), resamples=60)
    assert not any(axis.is_stable for axis in found.axes)
    assert found.participation_ratio > 15
    assert all(axis.other_name != axis.name for axis in found.axes)


def test_the_sign_is_fixed_by_the_largest_loading_whatever_the_sign_of_the_data() -> None:
    vectors = planted()
    turned = table(-vectors.values)
    for one in (vectors, turned):
        for axis in named_axes(one, resamples=2).axes:
            assert max(axis.loadings.values(), key=abs) > 0


def test_axes_without_words_are_named_by_what_they_correlate_with() -> None:
    readable = planted(3)
    random = generator(0, "axes tests", "turned")
    turn, _ = np.linalg.qr(random.normal(size=(len(COLUMNS), len(COLUMNS))))
    columns = tuple(f"z{k}" for k in range(len(COLUMNS)))
    found = named_axes(table(readable.values @ turn, columns), readable, resamples=30)
    assert [axis.name for axis in found.axes[:2]] == ["global range", "colour against luminance"]
    loadings = found.axes[0].loadings
    score = readable.values @ np.linalg.svd(readable.values - readable.values.mean(axis=0))[2][0]
    by_hand = np.corrcoef(score, readable.column("u_dr"))[0, 1]
    assert loadings["u_dr"] == pytest.approx(abs(by_hand), abs=1e-9)


def test_the_order_of_the_rows_changes_nothing() -> None:
    vectors = planted()
    turned = Vectors(vectors.ids[::-1], vectors.values[::-1], vectors.columns)
    assert named_axes(vectors, resamples=10) == named_axes(turned, resamples=10)


def test_a_large_collection_is_resampled_from_a_sample_that_is_named() -> None:
    found = named_axes(planted(n=120), resamples=5, sample=50)
    assert (found.n, found.n_resampled, found.resamples) == (120, 50, 5)


def test_a_second_theme_is_named_with_its_direction() -> None:
    columns = ("u_dr", "chroma_mean", "mean_y")
    assert theme_name(columns, np.array([0.9, 0.3, 0.1])) == "global range"
    assert theme_name(columns, np.array([0.7, 0.65, 0.1])) == "colour and global range"
    assert theme_name(columns, np.array([0.1, 0.7, -0.65])) == "colour against luminance"
    assert theme_name(("my_own",), np.array([1.0])) == "my own"


def test_a_participation_ratio_counts_directions() -> None:
    assert participation_ratio(np.array([2.0, 2.0, 2.0])) == pytest.approx(3)
    assert participation_ratio(np.array([5.0, 0.0])) == pytest.approx(1)
    assert participation_ratio(np.zeros(3)) == 0


def test_a_strip_runs_from_one_end_to_the_other() -> None:
    ids = tuple(ImageId(f"{row:016x}") for row in range(30))
    scores = generator(2, "axes tests").normal(size=30)
    strip = along(scores, ids, 7)
    values = [score for _, score in strip]
    assert values == sorted(values)
    assert (values[0], values[-1]) == (scores.min(), scores.max())
    assert [image for image, _ in along(scores, ids, 50)] == [ids[r] for r in np.argsort(scores)]


def test_tiny_and_constant_tables_are_named_without_warnings() -> None:
    assert named_axes(table(np.ones((4, len(COLUMNS)))), resamples=3).axes == ()
    assert len(named_axes(table(np.eye(3, len(COLUMNS))), resamples=3).axes) <= 2
    with pytest.raises(NotEnoughData, match="at least 3 images, got 2"):
        named_axes(table(np.eye(2, len(COLUMNS))))

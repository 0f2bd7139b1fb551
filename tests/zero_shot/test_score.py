import math

import numpy as np
import pytest

from contrast_engine.errors import ImageError, ModelError, UnknownName
from contrast_engine.zero_shot.score import TextPair, TextPairs, unit, zero_shot_score


def pairs(*names: str, scale: float = 2.0) -> TextPairs:
    return TextPairs(tuple(TextPair(name, "", "", (1.0, 0.0), (0.0, 1.0)) for name in names), scale)


def test_a_score_is_the_softmax_of_two_cosines_by_hand() -> None:
    # (3, 4) / 5: cosines .6 and .8, so 1 / (1 + e^(2 (.8 - .6)))
    (score,) = zero_shot_score(np.array([[3.0, 4.0]]), pairs("contrast"))
    assert score == pytest.approx(1 / (1 + math.exp(0.4)))
    both = np.exp(2 * np.array([0.6, 0.8]))
    assert score == pytest.approx(both[0] / both.sum())


def test_the_length_of_a_picture_s_vector_does_not_count_and_opposite_texts_add_up_to_one() -> None:
    vectors = np.random.default_rng(3).normal(size=(50, 2))
    one = zero_shot_score(vectors, pairs("contrast"))
    for factor in (1e-8, 7.0, 1e200):
        assert np.allclose(zero_shot_score(factor * vectors, pairs("contrast")), one)
    turned = TextPairs((TextPair("back", "", "", (0.0, 1.0), (1.0, 0.0)),), 2.0)
    assert np.allclose(one + zero_shot_score(vectors, turned), 1)


def test_the_score_of_several_pairs_is_their_mean_and_a_large_scale_stays_finite() -> None:
    texts = TextPairs(
        (TextPair("a", "", "", (1.0, 0.0), (0.0, 1.0)), TextPair("b", "", "", (0.0, 1.0), (1.0, 0.0))),
        10_000.0,
    )  # fmt: skip
    assert zero_shot_score(np.array([[1.0, 0.0]]), texts) == pytest.approx(0.5)
    assert zero_shot_score(np.array([[0.0, 1.0]]), pairs("a", scale=10_000.0)) == pytest.approx(0)


def test_a_vector_that_points_nowhere_or_is_too_short_is_refused() -> None:
    with pytest.raises(ImageError, match="points nowhere"):
        zero_shot_score(np.zeros((1, 2)), pairs("contrast"))
    with pytest.raises(ModelError, match="3 numbers for a picture and the text vectors have 2"):
        zero_shot_score(np.ones((1, 3)), pairs("contrast"))
    for bad in (math.nan, math.inf):
        with pytest.raises(ModelError, match="missing or infinite"):
            unit(np.array([[bad, 1.0]]))


def test_the_pair_of_several_is_named_or_is_the_one_about_contrast() -> None:
    assert [p.name for p in pairs("only").chosen([]).pairs] == ["only"]
    assert [p.name for p in pairs("light", "contrast").chosen([]).pairs] == ["contrast"]
    assert [p.name for p in pairs("a", "b", "c").chosen(["c", "a", "c"]).pairs] == ["c", "a"]
    with pytest.raises(UnknownName, match="say with --pair"):
        pairs("a", "b").chosen([])
    with pytest.raises(UnknownName, match="no pair 'd'"):
        pairs("a", "b").chosen(["d"])

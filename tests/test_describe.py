import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import mannwhitneyu

from contrast_engine import describe
from contrast_engine.describe import VOCABULARY, Difference, differences, phrase, words
from contrast_engine.errors import NotEnoughData, UnknownName
from contrast_engine.features import core_names
from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors


def table(values, columns):
    values = np.asarray(values, float)
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, columns)


def test_cliffs_delta_of_a_hand_counted_case():
    # pairs (chosen, other): (3,1) (3,2) (3,4) win win lose, (5,·) three wins: (5 - 1) / 6
    vectors = table([[3], [5], [1], [2], [4]], ("gcf",))
    (found,) = differences(vectors, vectors.ids[:2])
    assert found.effect == pytest.approx(4 / 6)
    assert found.low < 4 / 6 < found.high


def test_ties_count_half_as_in_mann_whitney():
    values = np.random.default_rng(0).integers(0, 4, size=(60, 1))
    vectors = table(values, ("gcf",))
    u = mannwhitneyu(values[:25, 0], values[25:, 0]).statistic
    (found,) = differences(vectors, vectors.ids[:25])
    assert found.effect == pytest.approx(2 * u / (25 * 35) - 1)


def test_a_change_of_units_changes_nothing_and_the_complement_only_the_sign():
    values = np.random.default_rng(1).normal(size=(50, 2))
    vectors, bent = table(values, ("a", "b")), table(np.exp(values), ("a", "b"))
    assert differences(vectors, vectors.ids[:20]) == differences(bent, bent.ids[:20])
    others = differences(vectors, vectors.ids[20:])
    assert [d.effect for d in others] == [
        pytest.approx(-d.effect) for d in differences(vectors, vectors.ids[:20])
    ]


def test_complete_separation_of_few_images_stays_uncertain():
    vectors = table(np.arange(8)[:, None], ("gcf",))
    (found,) = differences(vectors, vectors.ids[4:])
    assert found.effect == found.high == 1.0
    assert 0 < found.low < 0.7


def test_the_interval_solves_the_equation_of_newcombe():
    m, n = 4, 9
    vectors = table(np.array([2, 4, 7, 9, 1, 3, 5, 6, 8, 10, 11, 12, 13])[:, None], ("gcf",))
    (found,) = differences(vectors, vectors.ids[:m])
    above = (found.effect + 1) / 2

    def miss(t):  # distance from the estimate, less 1.96 standard errors at t (method 5)
        more = ((m + n) / 2 - 1) * ((1 - t) / (2 - t) + t / (1 + t))
        return abs(t - above) - 1.959964 * (t * (1 - t) * (1 + more) / (m * n)) ** 0.5

    assert (found.low + 1) / 2 == pytest.approx(brentq(miss, 1e-9, above), abs=1e-6)
    assert (found.high + 1) / 2 == pytest.approx(brentq(miss, above, 1 - 1e-9), abs=1e-6)


@pytest.mark.slow
def test_the_interval_covers_the_true_effect_about_as_often_as_it_says():
    random = np.random.default_rng(2)
    truth, hits = 2 * 0.760250 - 1, 0  # P(x > y) for means one sd apart
    for _ in range(400):
        values = np.r_[random.normal(1, 1, 30), random.normal(0, 1, 60)]
        vectors = table(values[:, None], ("gcf",))
        (found,) = differences(vectors, vectors.ids[:30])
        hits += found.low <= truth <= found.high
    assert 0.92 <= hits / 400 <= 0.98


def test_the_same_thing_is_not_said_twice():
    random = np.random.default_rng(3)
    level = np.r_[np.full(40, 2.0), np.zeros(60)] + random.normal(size=100)
    values = np.column_stack([level, level**3, random.normal(size=100)])
    vectors = table(values, ("u_dr", "dr_stops", "chroma_mean"))
    assert {d.feature for d in differences(vectors, vectors.ids[:40])} == {"u_dr", "chroma_mean"}
    assert len(differences(vectors, vectors.ids[:40], redundancy=1.0)) == 3


def test_a_constant_column_makes_no_difference():
    vectors = table(np.ones((9, 1)), ("gcf",))
    (found,) = differences(vectors, vectors.ids[:4])
    assert found.effect == 0
    assert found.low < 0 < found.high


def test_words_name_the_clear_differences_strongest_first():
    found = [
        Difference("u_dr", -0.9, -1.0, -0.7),
        Difference("lc_mean", -0.6, -0.8, -0.4),
        Difference("gcf", 0.5, -0.1, 0.8),
        Difference("mean_y", 0.2, 0.1, 0.3),
    ]
    assert words(found) == "low range, soft texture"
    assert words(found, most=1) == "low range"
    assert words(found[2:]) == "close to the average of all images"


def test_every_core_feature_has_its_own_words():
    assert set(VOCABULARY) >= set(core_names())
    said = [text for pair in VOCABULARY.values() for text in pair]
    assert len(set(said)) == len(said)
    assert phrase("sigma_l", 1) == "high sigma_l"


def test_comparing_nothing_or_everything_is_refused():
    vectors = table(np.arange(4)[:, None], ("gcf",))
    for ids in ((), vectors.ids):
        with pytest.raises(NotEnoughData, match="of 4"):
            differences(vectors, ids)
    with pytest.raises(UnknownName):
        differences(vectors, ["nope"])


@pytest.mark.slow
@pytest.mark.parametrize("size", [5, 40, 150])
def test_the_strongest_difference_of_a_random_draw_stays_below_chance_as_often_as_said(size):
    random = generator(size, "describe tests", "chance")
    values = random.normal(size=(300, 5)) @ random.normal(size=(5, 12))
    values += random.normal(size=(300, 12))
    ids = tuple(ImageId(f"{row:016x}") for row in range(300))
    vectors = Vectors(ids, values, tuple(f"f{k}" for k in range(12)))
    limit = describe.chance(vectors, size)
    below = [
        abs(differences(vectors, [ids[r] for r in random.choice(300, size, replace=False)],
                        redundancy=1)[0].effect) <= limit
        for _ in range(200)
    ]  # fmt: skip
    assert 0.90 <= np.mean(below) <= 0.99


def test_chance_grows_as_the_draw_gets_smaller_and_refuses_nothing_and_everything():
    ids = tuple(ImageId(f"{row:016x}") for row in range(40))
    vectors = Vectors(ids, np.arange(40.0)[:, None], ("a",))
    assert describe.chance(vectors, 2) > describe.chance(vectors, 20) > 0
    by_hand = 1.96 * np.sqrt(41 / (3 * 20 * 20))
    assert describe.chance(vectors, 20) == pytest.approx(by_hand, rel=0.05)
    for size in (0, 40):
        with pytest.raises(NotEnoughData):
            describe.chance(vectors, size)

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.ranking import agreement as measured
from contrast_engine.ranking.agreement import Ratings, agreement, alpha, verdict
from contrast_engine.ranking.dawid_skene import dawid_skene
from contrast_engine.vectors import ImageId

_ = -1
KRIPPENDORFF_2011 = np.array([  # four observers, twelve units, values 1..5
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]).T  # fmt: skip

FLEISS_1971 = np.array([  # thirty patients, six psychiatrists, five diagnoses
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
])  # fmt: skip


def rated(codes, labels="abcde", is_ordered=False):
    codes = np.asarray(codes)
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(codes)))
    people = tuple(f"p{column}" for column in range(codes.shape[1]))
    return Ratings(ids, people, tuple(labels), is_ordered, codes)


@pytest.mark.parametrize(("is_ordered", "published"), [(False, 0.743), (True, 0.815)])
def test_alpha_is_that_of_krippendorff_s_example(is_ordered, published):
    codes = np.where(_ == KRIPPENDORFF_2011, _, KRIPPENDORFF_2011 - 1)
    ratings = rated(codes, is_ordered=is_ordered)
    assert alpha(ratings.counts, is_ordered=is_ordered) == pytest.approx(published, abs=5e-4)
    found = agreement(ratings)
    assert found.low < found.alpha < found.high
    assert found.n == 11  # the twelfth unit has one observer
    assert found.disagreements[0].image == ratings.ids[5]  # labelled 1, 2, 3, 4
    assert found.disagreements[0].said == {"p0": "a", "p1": "b", "p2": "c", "p3": "d"}


def test_kappa_is_that_of_fleiss_s_diagnoses():
    found = agreement(rated([np.repeat(np.arange(5), counts) for counts in FLEISS_1971]))
    assert found.kappa == pytest.approx(0.430, abs=5e-4)
    assert found.kappa_name == "Fleiss"


def test_two_people_get_cohen_s_kappa_weighted_where_the_labels_are_ordered():
    random = np.random.default_rng(0)
    one = random.integers(0, 4, 60)
    two = np.clip(one + random.integers(-1, 2, 60), 0, 3)
    for is_ordered, weights in ((False, None), (True, "quadratic")):
        found = agreement(rated(np.column_stack([one, two]), "abcd", is_ordered))
        assert found.kappa == pytest.approx(cohen_kappa_score(one, two, weights=weights))
        assert found.kappa_name.startswith("Cohen")


def test_chance_gives_zero_perfection_one_and_a_near_miss_counts_less_when_ordered():
    random = np.random.default_rng(1)
    assert abs(agreement(rated(random.integers(0, 3, (400, 3)), "abc")).alpha) < 0.06
    perfect = agreement(rated(np.repeat(random.integers(0, 3, (30, 1)), 3, axis=1), "abc"))
    assert (perfect.alpha, perfect.low, perfect.high, perfect.kappa) == (1, 1, 1, 1)
    assert perfect.disagreements == ()
    near = np.arange(60) % 5
    codes = np.column_stack([near, np.where(np.arange(60) % 3, near, np.minimum(near + 1, 4))])
    assert agreement(rated(codes, is_ordered=True)).alpha > agreement(rated(codes)).alpha + 0.1


@pytest.mark.slow
def test_the_interval_holds_the_true_alpha_of_many_images_and_shrinks_with_them(monkeypatch):
    def drawn(n, seed):
        random = np.random.default_rng(seed)
        truth = random.integers(0, 3, n)
        noisy = [np.where(random.random(n) < 0.75, truth, random.integers(0, 3, n)) for _ in "abc"]
        return agreement(rated(np.column_stack(noisy), "abc"))

    with monkeypatch.context() as patch:
        patch.setattr(measured, "DRAWS", 1)  # of so many images only the value is asked for
        truth = drawn(20_000, 99).alpha
    inside = [(lambda a: a.low <= truth <= a.high)(drawn(60, seed)) for seed in range(20)]
    assert np.mean(inside) >= 0.8
    small, large = drawn(30, 0), drawn(300, 0)
    assert large.high - large.low < 0.5 * (small.high - small.low)


def test_what_the_number_allows_is_said_in_words():
    assert verdict(0.39) == "annotators do not agree: no model can be validated"
    assert "poorly" in verdict(0.6)
    assert "tentative" in verdict(0.7)
    assert verdict(0.8) == "annotators agree well"


def test_agreement_that_cannot_be_measured_is_refused():
    with pytest.raises(
        NotEnoughData, match="at least 2 images that two annotators labelled, got 1"
    ):
        agreement(rated([[0, 1], [0, -1], [-1, 1]], "ab"))
    with pytest.raises(NotEnoughData, match="all 6 labels of shared images are the same"):
        agreement(rated([[0, 0]] * 3, "ab"))
    with pytest.raises(OptionError, match="'c' is in use but not among a, b"):
        Ratings.of({"ann": {ImageId("0" * 16): "c"}}, ("a", "b"), is_ordered=False)


def test_three_people_without_a_common_image_have_an_alpha_but_no_fleiss_kappa():
    codes = [[0, 0, -1], [1, -1, 1], [-1, 0, 1], [1, 1, -1]]
    found = agreement(rated(codes, "ab"))
    assert found.kappa is None
    assert found.alpha > 0


def test_the_consensus_trusts_good_people_more_than_a_majority_of_guessers():
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 150)
    right = (0.95, 0.9, 0.4, 0.4, 0.4)
    codes = np.column_stack(
        [np.where(random.random(150) < p, truth, random.integers(0, 3, 150)) for p in right]
    )
    ratings = rated(codes, "abc")
    found = dawid_skene(ratings)
    majority = (ratings.counts.argmax(axis=1) == truth).mean()
    by_trust = (found.probability.argmax(axis=1) == truth).mean()
    assert by_trust >= majority + 0.03
    assert by_trust > 0.93
    skill = np.diagonal(found.confusion, axis1=1, axis2=2).mean(axis=1)
    assert skill[:2].min() > skill[2:].max() + 0.2
    np.testing.assert_allclose(found.probability.sum(axis=1), 1)


def test_the_consensus_of_people_who_agree_is_what_they_said():
    found = dawid_skene(rated([[0, 0], [1, 1], [0, -1], [1, 1]], "ab"))
    assert found.probability.argmax(axis=1).tolist() == [0, 1, 0, 1]
    with pytest.raises(NotEnoughData):
        dawid_skene(Ratings((), (), ("a",), False, np.empty((0, 0), dtype=int)))


@pytest.mark.parametrize("people", [2, 3])
def test_kappa_has_an_interval_around_it_that_shrinks_with_the_images(people):
    widths = []
    for n in (30, 300):
        random = np.random.default_rng(n)
        truth = random.integers(0, 3, n)
        said = {}
        for person in range(people):
            is_slip = random.random(n) < 0.3
            codes = np.where(is_slip, random.integers(0, 3, n), truth)
            said[f"p{person}"] = {f"{row:016x}": "abc"[codes[row]] for row in range(n)}
        found = agreement(Ratings.of(said, "abc", is_ordered=False))
        assert found.kappa_low < found.kappa < found.kappa_high
        widths.append(found.kappa_high - found.kappa_low)
    assert widths[1] < 0.5 * widths[0]


def test_whoever_is_unsure_is_counted_and_moves_no_number():
    said = {"ann": {f"{r:016x}": "ab"[r % 2] for r in range(20)},
            "bob": {f"{r:016x}": "ab"[r // 2 % 2] for r in range(18)}}  # fmt: skip
    plain = agreement(Ratings.of(said, "ab", is_ordered=False))
    unsure = {"bob": frozenset(f"{r:016x}" for r in (18, 19))}
    found = agreement(Ratings.of(said, "ab", is_ordered=False, unsure=unsure))
    assert (found.alpha, found.kappa, found.n) == (plain.alpha, plain.kappa, 18)
    assert found.unsure == {"bob": 2}

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData
from contrast_engine.ranking import PairAnswer
from contrast_engine.validation.pairwise_rank import rank_correlations
from contrast_engine.vectors import ImageId, Vectors


def collection(n=30):
    """One measure that people see, one that is the other way round, noise, and a constant."""
    random = np.random.default_rng(0)
    seen = random.normal(size=n)
    values = np.column_stack([random.normal(size=n), seen, -seen, np.ones(n)])
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    return Vectors(ids, values, ("noise", "seen", "turned", "flat"))


def judged(vectors, count):
    random = np.random.default_rng(1)
    seen = dict(zip(vectors.ids, vectors.column("seen"), strict=True))
    pairs = [random.choice(vectors.ids, 2, replace=False) for _ in range(count)]
    return [PairAnswer(a, b, "left" if seen[a] > seen[b] else "right") for a, b in pairs]


def test_the_measure_that_people_see_comes_first_and_its_reverse_last():
    vectors = collection()
    found = {one.measure: one for one in rank_correlations(vectors, judged(vectors, 150))}
    assert list(found) == ["seen", "noise", "turned", "flat"]
    assert found["seen"].rho > 0.9
    assert found["seen"].low < found["seen"].rho < found["seen"].high
    assert found["seen"].right == 1
    assert (found["turned"].rho, found["turned"].right) == (-found["seen"].rho, 0)
    assert found["noise"].low < 0 < found["noise"].high
    assert (found["flat"].rho, found["flat"].low, found["flat"].right) == (None, None, 0.5)
    assert (found["seen"].n, found["seen"].judgements) == (30, 150)
    assert found["seen"].p == found["turned"].p == pytest.approx(0.001)
    assert found["noise"].p > 0.2
    assert found["flat"].p is None


def test_below_twenty_comparisons_nothing_is_said():
    vectors = collection()
    with pytest.raises(NotEnoughData, match="from 20 comparisons on, there are 19"):
        rank_correlations(vectors, judged(vectors, 19))
    assert len(rank_correlations(vectors, judged(vectors, 20))) == 4
    elsewhere = [PairAnswer(ImageId("f" * 16), ImageId("e" * 16), "left")] * 50
    with pytest.raises(NotEnoughData, match="there are 0"):
        rank_correlations(vectors, elsewhere)


def test_ties_alone_give_scores_but_no_decided_answers():
    vectors = collection()
    ties = [PairAnswer(j.left, j.right, "tie") for j in judged(vectors, 25)]
    assert {(one.right, one.judgements) for one in rank_correlations(vectors, ties)} == {(None, 0)}

import pytest

from contrast_engine.ranking import PairAnswer
from contrast_engine.ranking.consistency import consistency
from contrast_engine.vectors import ImageId

A, B, C = (ImageId(letter * 16) for letter in "abc")


def test_a_repeat_counts_as_the_same_when_the_same_image_wins_on_either_side():
    judged = [
        PairAnswer(A, B, "left", "ann"),
        PairAnswer(A, C, "tie", "ann"),
        PairAnswer(A, B, "left", "bob"),
        PairAnswer(B, A, "right", "ann"),  # the same: A again
        PairAnswer(C, A, "tie", "ann"),  # the same
        PairAnswer(A, B, "right", "ann"),  # not the same
    ]
    ann, bob = consistency(judged)
    assert (ann.who, ann.judgements, ann.ties, ann.repeats) == ("ann", 5, 2, 3)
    assert ann.same == pytest.approx(2 / 3)
    assert 0 < ann.same_low < ann.same < ann.same_high < 1
    assert ann.left == pytest.approx(1 / 3)
    assert (bob.repeats, bob.same, bob.same_low) == (0, None, None)


def test_a_person_who_only_takes_the_left_side_is_seen():
    (found,) = consistency([PairAnswer(A, B, "left"), PairAnswer(B, A, "left")] * 10)
    assert found.same == 0
    assert found.left_low > 0.5


def test_without_answers_there_is_nobody():
    assert consistency([]) == ()

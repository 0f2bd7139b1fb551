"""What the simulated annotators of the samples say: about known changes, with errors of their own."""

from collections import Counter
from pathlib import Path

import pytest

from contrast_engine.ranking.agreement import Ratings, agreement
from contrast_engine.samples import simulated_annotators as simulated
from contrast_engine.samples.demo import SEED
from contrast_engine.simulated import is_simulated

TRUTH = (Path(__file__).parents[1] / "sample_data" / "truth.csv").read_text()
KNOWN = simulated.changes(TRUTH)


def of_each(seed: int = SEED) -> dict[str, dict[str, str | None]]:
    """What each of the two said of each file."""
    said: dict[str, dict[str, str | None]] = {}
    for one in simulated.labels(KNOWN, seed):
        said.setdefault(one.who, {})[one.file] = one.label
    return said


def test_a_change_is_what_was_done_to_the_contrast_and_no_change_of_colour_is_one() -> None:
    rows = (
        "file,variant,strength", "a,haze,0.5", "b,low range,0.25", "c,harsh,5", "d,flat,-5",
        "e,muted,0.3", "f,as is,", "g,dark,0.2",
    )  # fmt: skip
    found = simulated.changes("\n".join(rows))
    assert found == {"a": -1, "b": -2, "c": 1, "d": -1, "e": 0, "f": 0, "g": 0}


def test_two_annotators_label_forty_photographs_and_half_of_them_both() -> None:
    said = of_each()
    assert all(map(is_simulated, said))
    first, second = said.values()
    assert len({*first, *second}) == simulated.IMAGES == 40
    assert len({*first} & {*second}) == simulated.SHARED
    counts = Counter(label for own in said.values() for label in own.values() if label)
    assert set(counts) == set(simulated.LABELS)
    assert min(counts.values()) >= 8


@pytest.mark.parametrize("seed", [SEED, 1, 2])
def test_they_agree_far_beyond_chance_and_not_always(seed: int) -> None:
    said = [(who, file, label) for who, own in of_each(seed).items() for file, label in own.items()]
    shared = [{label for _, f, label in said if f == file} for _, file, _ in said]
    assert any(len(labels) > 1 for labels in shared), "two who never err are one"
    sure = {w: {f: label for f, label in own.items() if label} for w, own in of_each(seed).items()}
    alpha = agreement(Ratings.of(sure, simulated.LABELS, is_ordered=True)).alpha
    assert 0.4 < alpha < 0.95


def test_they_compare_sixty_pairs_some_of_them_both_and_some_twice() -> None:
    said = simulated.comparisons(KNOWN, SEED)
    pairs = Counter((one.who, frozenset((one.left, one.right))) for one in said)
    assert len(said) == 60
    assert list(Counter(one.who for one in said).values()) == [30, 30]
    assert sum(n == 2 for n in pairs.values()) == 2 * simulated.REPEATS
    first, second = ({p for who, p in pairs if who == one.who} for one in simulated.ANNOTATORS)
    assert len(first & second) == simulated.SHARED_PAIRS
    right = [
        (one.answer == "left") == (KNOWN[one.left] > KNOWN[one.right])
        for one in said
        if one.answer != "tie"
    ]
    assert 0.8 < sum(right) / len(right) < 1, "they follow what was done, and err"


def test_the_same_seed_says_the_same_under_the_same_tokens() -> None:
    assert simulated.labels(KNOWN, 1) == simulated.labels(KNOWN, 1) != simulated.labels(KNOWN, 2)
    tokens = [one.token for one in (*simulated.labels(KNOWN), *simulated.comparisons(KNOWN))]
    assert len(tokens) == len(set(tokens))


def test_of_a_few_photographs_as_much_is_said_as_can_be() -> None:
    few = dict(list(KNOWN.items())[:4])
    assert {one.file for one in simulated.labels(few)} == set(few)
    assert len({frozenset((one.left, one.right)) for one in simulated.comparisons(few)}) <= 6
    assert simulated.comparisons({}) == ()

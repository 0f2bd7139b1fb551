"""What several people's labels are to a model: the rule, the ties, and that it is worth it."""

import numpy as np
import pytest

from contrast_engine.ranking.agreement import Ratings
from contrast_engine.ranking.consensus_rule import ENOUGH, apply_rule
from tests.ranking.simulated_people import images

LABELS = ("low", "medium", "high")


def ratings(said):
    return Ratings.of(said, LABELS, is_ordered=True)


def test_one_persons_labels_are_what_they_are():
    a, b = images(2)
    found = apply_rule(ratings({"ann": {a: "low", b: "high"}}))
    assert (found.of, found.rule, found.words) == ({a: "low", b: "high"}, "one person", "")


def test_people_who_never_label_the_same_image_keep_their_labels():
    a, b = images(2)
    found = apply_rule(ratings({"ann": {a: "low"}, "bob": {b: "high"}}))
    assert (found.of, found.rule, found.shared) == ({a: "low", b: "high"}, "separate", 0)
    assert found.words == "Labels of 2 people who never labelled the same image."


def test_few_shared_images_take_the_majority_and_leave_ties_out():
    a, b, c = images(3)
    said = {
        "ann": {a: "low", b: "low", c: "high"},
        "bob": {a: "low", b: "high"},
        "cid": {a: "high"},
    }
    found = apply_rule(ratings(said))
    assert found.of == {a: "low", c: "high"}
    assert (found.rule, found.disputed, found.shared) == ("majority", (b,), 2)
    assert found.words == (
        f"Majority (a consensus needs {ENOUGH} shared images) of 3 people on 2 images; 1 of them"
        " disputed and left out. 1 image with one person's label."
    )
    assert [found.rule_of(i, n) for i, n in ((a, 3), (b, 2), (c, 1))] == [
        "majority of 3", "disputed", "one person",
    ]  # fmt: skip


def test_a_careful_person_outweighs_two_careless_ones_where_many_images_are_shared():
    ids, rng = images(60), np.random.default_rng(0)
    truth = {image: LABELS[row % 3] for row, image in enumerate(ids)}
    careless = [
        {i: t if rng.random() < 0.4 else LABELS[rng.integers(3)] for i, t in truth.items()}
        for _ in range(2)
    ]
    said = {"ann": dict(truth), "bea": dict(truth), "bob": careless[0], "cid": careless[1]}
    del said["bea"][ids[0]], said["bea"][ids[1]]
    said["bob"] |= {ids[0]: "high", ids[1]: "high"}
    said["cid"] |= {ids[0]: "high", ids[1]: "high"}  # two against one, and the one is right
    found = apply_rule(ratings(said))
    assert found.rule == "consensus"
    assert [found.of[image] for image in ids[:2]] == ["low", "medium"]
    assert found.of == {image: truth[image] for image in found.of}
    assert found.words.startswith("Consensus (Dawid and Skene) of 4 people on 60 images")


def test_two_equal_people_who_disagree_leave_the_image_disputed():
    ids = images(ENOUGH)
    truth = {image: LABELS[row % 2] for row, image in enumerate(ids)}
    swapped = truth | {ids[0]: "medium", ids[1]: "low"}
    found = apply_rule(ratings({"ann": truth, "bob": swapped}))
    assert found.rule == "consensus"
    assert set(found.disputed) == {ids[0], ids[1]}
    assert len(found.of) == ENOUGH - 2


def test_an_image_of_one_person_keeps_that_label_beside_a_consensus():
    ids = images(ENOUGH + 1)
    truth = {image: LABELS[row % 3] for row, image in enumerate(ids)}
    wrong = dict.fromkeys(ids[:-1], "high")
    found = apply_rule(ratings({"ann": truth | {ids[-1]: "low"}, "bob": wrong}))
    assert found.of[ids[-1]] == "low"


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_and_hardly_anything_is_settled_too(rows):
    said = {"ann": dict.fromkeys(images(rows), "low")}
    assert len(apply_rule(ratings(said)).of) == rows


def test_what_is_settled_does_not_hang_on_the_order_of_people():
    ids, rng = images(50), np.random.default_rng(1)
    said = {w: {i: LABELS[rng.integers(3)] for i in ids} for w in ("ann", "bob", "cid")}
    again = dict(reversed(said.items()))
    assert apply_rule(ratings(said)) == apply_rule(ratings(again))

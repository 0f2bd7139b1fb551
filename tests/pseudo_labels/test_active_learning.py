import numpy as np
import pytest

from contrast_engine.errors import OptionError
from contrast_engine.pseudo_labels import expected_accuracy
from contrast_engine.pseudo_labels.active_learning import (
    active_queue,
    coverage_queue,
    doubt_queue,
    random_queue,
    shared_queue,
    spread_queue,
    was_random,
)
from contrast_engine.randomness import generator
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId, Vectors


def collection(n=120, seed=0):
    """Three groups of very different sizes; c_rms is the first column."""
    random = np.random.default_rng(seed)
    truth = np.where(np.arange(n) < 6, 2, np.where(np.arange(n) < 30, 1, 0))
    values = random.normal(size=(n, 4)) + 9 * np.eye(4)[truth]
    ids = tuple(ImageId(f"{(row * 7919) % 2**20:016x}") for row in range(n))
    return Vectors(ids, values, ("c_rms", "gcf", "a", "b")), truth


def model(space, truth, doubtful):
    """A model sure of everything but the images in the given rows."""
    probability = np.full((len(space), 3), 0.01)
    probability[np.arange(len(space)), truth] = 0.98
    probability[doubtful] = [0.4, 0.35, 0.25]
    return Predictions(space.ids, ("x", "y", "z"), probability, np.zeros(len(space), bool))


def test_every_group_is_represented_and_a_quarter_is_random_each_with_a_reason():
    space, truth = collection()
    queue = spread_queue(space, space, (), 16)
    of = dict(zip(space.ids, truth, strict=True))
    assert {of[wanted.image] for wanted in queue} == {0, 1, 2}
    assert [place for place, wanted in enumerate(queue) if wanted.kind == "random"] == [
        3,
        7,
        11,
        15,
    ]
    assert {wanted.kind for wanted in queue} == {"typical", "border", "extreme", "random"}
    assert len({wanted.image for wanted in queue}) == 16
    assert all(wanted.reason for wanted in queue)
    assert all(was_random(wanted.reason) == (wanted.kind == "random") for wanted in queue)


def test_an_extreme_of_a_measure_is_looked_at_for_a_missing_kind():
    space, _ = collection()
    wanted = next(w for w in spread_queue(space, space, (), 8) if w.kind == "extreme")
    ordered = sorted(space.ids, key=lambda image: space.row(image)["c_rms"])
    assert wanted.image == ordered[0]
    assert wanted.reason.startswith("among the lowest of c_rms")


def test_labelled_images_are_not_asked_for_again_nor_groups_that_have_a_label():
    space, _ = collection()
    first = spread_queue(space, space, (), 12)
    labelled = [wanted.image for wanted in first]
    second = spread_queue(space, space, labelled, 12)
    assert not {wanted.image for wanted in second} & set(labelled)
    everything = spread_queue(space, space, space.ids[1:], 12)
    assert [wanted.image for wanted in everything] == [space.ids[0]]
    assert spread_queue(space, space, space.ids, 5) == ()


def test_the_same_state_gives_the_same_queue_whatever_the_order_of_the_rows():
    space, truth = collection()
    turned = space.take(space.ids[::-1])
    made = model(space, truth, [3, 50])
    assert spread_queue(turned, turned, (), 20, seed=4) == spread_queue(
        space, space, (), 20, seed=4
    )
    for choose in (active_queue, doubt_queue):
        assert choose(turned, made, (), 20, seed=4) == choose(space, made, (), 20, seed=4)
    assert coverage_queue(turned, (), 20, seed=4) == coverage_queue(space, (), 20, seed=4)
    assert random_queue(turned, (), 20, seed=4) == random_queue(space, (), 20, seed=4)


def test_the_model_s_doubt_comes_first_and_is_said_in_words():
    space, truth = collection()
    doubtful = [10, 40, 80]
    queue = doubt_queue(space, model(space, truth, doubtful), space.ids[90:], 8)
    unsure = [wanted for wanted in queue if wanted.kind == "unsure"]
    assert {wanted.image for wanted in unsure[:3]} == {space.ids[row] for row in doubtful}
    assert unsure[0].reason == "the model hesitates between x (40%) and y (35%)"
    assert [wanted.kind for wanted in queue].count("random") == 2


def test_of_equally_doubtful_images_those_unlike_the_chosen_come_first():
    values = np.array([[0.0], [0.1], [0.2], [10.0], [20.0], [30.0]])
    ids = tuple(ImageId(f"{row:016x}") for row in range(6))
    space = Vectors(ids, values, ("x",))
    even = Predictions(ids, ("a", "b"), np.full((6, 2), 0.5), np.zeros(6, bool))
    queue = doubt_queue(space, even, (ids[0],), 3)
    assert {wanted.image for wanted in queue} <= set(ids[3:])


@pytest.mark.parametrize("labelled", [0, 1, 40, 119, 120])
def test_a_quarter_is_random_and_no_image_is_asked_for_twice(labelled):
    space, truth = collection()
    known = space.ids[:labelled]
    made = model(space, truth, [3, 50])
    queues = (coverage_queue(space, known, 8), active_queue(space, made, known, 8),
              doubt_queue(space, made, known, 8))  # fmt: skip
    for queue in queues:
        assert len({w.image for w in queue} - set(known)) == len(queue) == min(8, 120 - labelled)
        if len(queue) == 8:
            assert [p for p, w in enumerate(queue) if w.kind == "random"] == [3, 7]
        assert all(was_random(w.reason) == (w.kind == "random") for w in queue)


def test_active_asks_where_the_model_may_still_be_turned_around():
    """Two equal crowds: the model is sure of one, hesitates on the other; a lone one is doubted."""
    values = np.concatenate([np.full((30, 2), -2.0), np.full((30, 2), 2.0), [[30.0, -30.0]]])
    values[:60] += 0.1 * np.random.default_rng(0).normal(size=(60, 2))
    ids = tuple(ImageId(f"{row:016x}") for row in range(61))
    probability = np.repeat([[0.98, 0.02], [0.55, 0.45], [0.5, 0.5]], [30, 30, 1], axis=0)
    made = Predictions(ids, ("low", "high"), probability, np.zeros(61, bool))
    queue = active_queue(Vectors(ids, values, ("a", "b")), made, ids[:2], 2)
    assert queue[0].image in ids[30:60], "it tells about thirty images, the lone one about itself"
    assert queue[0].reason == "the model hesitates between low (55%) and high (45%)"


def test_a_model_of_other_images_is_asked_about_those_it_knows():
    space, truth = collection()
    half = space.take(space.ids[:60])
    queue = active_queue(space, model(half, truth[:60], [3]), (), 12)
    assert all(w.image in half.rows for w in queue if w.kind == "unsure")


def test_random_draws_are_even_and_follow_the_seed():
    space, _ = collection()
    drawn = [random_queue(space, (), 30, seed=seed) for seed in range(40)]
    share = np.mean([[space.rows[w.image] < 30 for w in one] for one in drawn])
    assert 0.2 < share < 0.3
    assert drawn[0] != drawn[1]
    with pytest.raises(OptionError, match="at least 1, got 0"):
        random_queue(space, (), 0)


def test_two_people_share_the_stated_part_of_their_random_images_and_no_more() -> None:
    ids = tuple(ImageId(f"{row:016x}") for row in range(1000))
    space = Vectors(ids, np.random.default_rng(0).normal(size=(1000, 2)), ("a", "b"))
    queues = {who: shared_queue(space, who, 0.25, (), 80) for who in ("ann", "bob", "cid")}
    for queue in queues.values():
        assert len({wanted.image for wanted in queue}) == 80
        assert sum(wanted.kind == "shared" for wanted in queue) == 20
        assert all(was_random(wanted.reason) for wanted in queue), "all of them calibrate"
    shared = [{w.image for w in queue if w.kind == "shared"} for queue in queues.values()]
    own = [{w.image for w in queue if w.kind != "shared"} for queue in queues.values()]
    assert shared[0] == shared[1] == shared[2]
    assert not shared[0] & (own[0] | own[1] | own[2])
    assert len(own[0] & own[1]) < 15, "but for chance"
    first = queues["ann"][:30]
    rest = shared_queue(space, "ann", 0.25, {w.image for w in first}, 50)
    assert [w.image for w in rest] == [w.image for w in queues["ann"][30:]]


def test_lots_are_those_that_shuffling_a_list_of_ids_gives():
    space, _ = collection(n=300, seed=4)
    labelled = set(space.ids[10:60])
    lot = generator(7, "queue", "random").permutation(len(space))
    everybody = [image for _, image in sorted(zip(lot, sorted(space.ids), strict=True))]
    free = [image for image in everybody if image not in labelled]
    assert [w.image for w in random_queue(space, labelled, 1000, seed=7)] == free
    common, rest = everybody[:60], sorted(everybody[60:])
    own = [rest[row] for row in generator(7, "queue", "random", "ann").permutation(len(rest))]
    queue = shared_queue(space, "ann", 0.2, (), 1000, seed=7)
    assert [w.image for w in queue if w.kind == "shared"] == common
    assert [w.image for w in queue if w.kind == "random"] == own
    asked = shared_queue(space, "ann", 0.2, labelled, 40, seed=7)
    assert asked == tuple(w for w in queue if w.image not in labelled)[:40]


def test_the_spread_of_very_many_rows_is_that_of_few(monkeypatch):
    values = np.random.default_rng(0).normal(size=(500, 4)) * [1, 2, 3, 0]
    whole = expected_accuracy._spread(values)
    monkeypatch.setattr(expected_accuracy, "_AT_ONCE", 10)
    assert expected_accuracy._spread(values) == pytest.approx(whole, rel=1e-12)
    assert whole == pytest.approx(values.var(axis=0).sum())

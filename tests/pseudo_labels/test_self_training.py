import numpy as np
import pytest

from contrast_engine.pseudo_labels import classifiers, gather, stratified, train
from contrast_engine.pseudo_labels.self_training import ROUNDS, SelfTraining
from contrast_engine.vectors import ImageId, Vectors


def planted(n=400, d=12, seed=0, apart=3.0):
    """Two groups along one direction, the other directions being noise."""
    random = np.random.default_rng(seed)
    truth = np.arange(n) % 2
    values = random.normal(size=(n, d))
    values[:, 0] += apart * truth
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(d))), truth


def labelled(space, truth, count):
    labels = {space.ids[row]: "ab"[truth[row]] for row in range(count)}
    return gather(space, labels, "ab", is_ordered=False)


@pytest.mark.slow
def test_on_planted_groups_it_keeps_up_with_the_plain_model():
    plain, own = [], []
    for seed in range(8):
        space, truth = planted(seed=seed)
        data = labelled(space, truth, 12)
        for method, found in (("logistic", plain), ("self_training", own)):
            probability = train(classifiers[method](), data).predictions.probability
            found.append((probability.argmax(axis=1) == truth).mean())
    assert np.mean(own) > 0.8
    assert np.mean(own) >= np.mean(plain) - 0.01
    assert own != plain


def test_nothing_is_learnt_from_answers_that_are_not_sure_or_alone_among_others():
    space, truth = planted(apart=0.5)
    data = labelled(space, truth, 20)
    folds = stratified(data.codes, seed=0)
    snapshots = list(SelfTraining(sureness=0.999).fit(data, folds))
    assert len(snapshots) == 2  # the labels alone, and the end
    assert np.array_equal(snapshots[0].model.weights, snapshots[1].model.weights)
    assert snapshots[-1].done == snapshots[-1].total == ROUNDS + 1


@pytest.mark.slow
def test_cross_validated_kappa_never_falls_from_round_to_round():
    for seed in range(3):
        space, truth = planted(seed=seed, apart=2)
        data = labelled(space, truth, 30)
        folds = stratified(data.codes, seed=seed)
        recipe = SelfTraining(sureness=0.7, agreement=0.5)
        right = [
            (folds.assemble(s.held_out).argmax(axis=2) == data.codes).mean()
            for s in recipe.fit(data, folds)
        ]
        assert right == sorted(right)


@pytest.mark.parametrize("count", [2, 3])
def test_a_fold_that_sees_one_kind_only_calls_everything_that(count):
    space, truth = planted(n=40)
    data = labelled(space, truth, count)
    *_, last = SelfTraining().fit(data, stratified(data.codes, seed=0))
    assert np.isfinite(last.held_out).all()
    np.testing.assert_allclose(last.held_out.sum(axis=2), 1)

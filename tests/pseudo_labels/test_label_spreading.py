import numpy as np
import pytest
from sklearn.neighbors import kneighbors_graph

from contrast_engine.pseudo_labels import gather, label_spreading, stratified, train
from contrast_engine.pseudo_labels.label_spreading import LabelSpreading
from contrast_engine.vectors import ImageId, Vectors


def moons(n=200, seed=0):
    """Two interleaved half circles: what a straight border cannot part."""
    random = np.random.default_rng(seed)
    truth = np.arange(n) % 2
    angle = random.uniform(0, np.pi, n)
    x = np.where(truth, 1 - np.cos(angle), np.cos(angle))
    y = np.where(truth, 0.5 - np.sin(angle), np.sin(angle))
    values = np.column_stack([x, y]) + 0.05 * random.normal(size=(n, 2))
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    return Vectors(ids, values, ("x", "y")), truth


def labelled(space, truth, count):
    labels = {space.ids[row]: "ab"[truth[row]] for row in range(count)}
    return gather(space, labels, "ab", is_ordered=False)


def test_labels_follow_the_shape_of_dense_groups():
    space, truth = moons()
    found = train(LabelSpreading(), labelled(space, truth, 8)).predictions.probability
    assert (found.argmax(axis=1) == truth).mean() > 0.95


def test_spreading_ends_where_the_linear_equations_are_solved():
    space, truth = moons(60)
    data = labelled(space, truth, 10)
    recipe = LabelSpreading(neighbours=5, alpha=0.7)
    *_, last = recipe.fit(data, stratified(data.codes, seed=0))
    ties = kneighbors_graph(space.values, 5).toarray()
    both = np.maximum(ties, ties.T)
    scale = np.diag(1 / np.sqrt(both.sum(axis=1)))
    start = np.zeros((60, 2))
    start[np.arange(10), truth[:10]] = 1
    solved = np.linalg.solve(np.eye(60) - 0.7 * scale @ both @ scale, 0.3 * start)
    share = solved / solved.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(last.model.arrays()["shares"], share, atol=1e-6)


def test_a_held_out_label_does_not_reach_its_own_prediction():
    space, truth = moons(80)
    data = labelled(space, truth, 10)
    folds = stratified(data.codes, seed=0)
    *_, honest = LabelSpreading().fit(data, folds)
    turned = {space.ids[row]: "ab"[truth[row]] for row in range(10)}
    turned[space.ids[3]] = "ab"[1 - truth[3]]
    *_, fooled = LabelSpreading().fit(gather(space, turned, "ab", is_ordered=False), folds)
    np.testing.assert_allclose(honest.held_out[3, 3], fooled.held_out[3, 3])


@pytest.mark.slow
def test_a_large_collection_is_represented_by_a_part_that_holds_every_label():
    space, truth = moons(label_spreading.MOST + 1000)
    data = labelled(space, truth, 40)
    *_, last = LabelSpreading().fit(data, stratified(data.codes, seed=0))
    assert len(last.model.arrays()["values"]) <= label_spreading.MOST
    found = last.model.predict_proba(space.values).argmax(axis=1)
    assert (found == truth).mean() > 0.9

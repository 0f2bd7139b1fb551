"""What is simpler than a model is judged on the same folds, and never looks at what it predicts."""

import itertools

import numpy as np
import pytest

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.pseudo_labels import Labelled, gather, stratified
from contrast_engine.pseudo_labels.baselines import association, baselines, words
from contrast_engine.pseudo_labels.cuts import cut
from contrast_engine.vectors import ImageId, Vectors


def labelled(values: Floats, codes: Ints) -> Labelled:
    ids = tuple(ImageId(f"{i:016x}") for i in range(len(values)))
    space = Vectors(ids, values, tuple(f"f{i}" for i in range(values.shape[1])))
    said = {image: f"l{code}" for image, code in zip(ids, codes, strict=True)}
    order = [f"l{code}" for code in range(int(codes.max()) + 1)]
    return gather(space, said, order, is_ordered=True)


def least_errors(values: Floats, codes: Ints, k: int) -> int:
    """Errors of the best cut, by trying them all."""
    order = np.argsort(values, kind="stable")
    n, best = len(order), len(order)
    for inner in (c for s in range(k) for c in itertools.combinations(range(1, n), s)):
        if all(values[order[at]] > values[order[at - 1]] for at in inner):
            parts = [codes[order[a:b]] for a, b in itertools.pairwise((0, *inner, n))]
            best = min(best, sum(len(part) - np.bincount(part).max() for part in parts))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_a_cut_errs_as_little_as_the_best_of_all_cuts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    m, k = int(rng.integers(5, 10)), int(rng.integers(2, 4))
    values = rng.integers(0, 6, (m, 2)) + (seed % 2) * rng.normal(
        size=(m, 2)
    )  # with and without ties
    codes, seen = rng.integers(0, k, m), rng.random((3, m)) < 0.7
    seen[:, 0] = True
    said = cut(values, codes, k, seen)
    for feature, fold in itertools.product(range(2), range(3)):
        rows = seen[fold]
        found = int((said[feature, fold, rows] != codes[rows]).sum())
        assert found == least_errors(values[rows, feature], codes[rows], k)


def test_a_fold_never_looks_at_the_labels_it_holds_out() -> None:
    rng = np.random.default_rng(0)
    values, codes = rng.normal(size=(40, 3)), rng.integers(0, 3, 40)
    seen: Bools = np.arange(40)[None, :] >= 10
    changed = np.where(seen[0], codes, (codes + 1) % 3)
    assert (cut(values, codes, 3, seen) == cut(values, changed, 3, seen)).all()
    assert (association(values, codes, seen) == association(values, changed, seen)).all()


def test_an_unseen_label_takes_the_class_of_the_nearest_seen_value() -> None:
    values = np.array([[0.0], [1.0], [4.0], [5.0], [2.4], [2.6], [9.0]])
    seen = np.array([[True] * 4 + [False] * 3])
    said = cut(values, np.array([0, 0, 1, 1, 0, 0, 0]), 2, seen)
    assert said[0, 0, 4:].tolist() == [0, 1, 1]


@pytest.mark.parametrize("k", [2, 3, 5])
def test_a_number_that_makes_the_labels_is_right_alone_and_noise_is_not(k: int) -> None:
    rng = np.random.default_rng(k)
    made, noise = rng.exponential(size=100), rng.normal(size=(100, 8))
    codes = np.digitize(made, np.quantile(made, np.arange(1, k) / k))
    given = labelled(noise, codes)
    found = {
        b.name: b for b in baselines(given, {"bytes": made, "flat": np.ones(100)}, given.space)
    }
    assert list(found) == ["majority", "bytes", "best single feature"]
    assert found["bytes"].accuracy > 0.9
    assert found["bytes"].low > found["majority"].accuracy
    single = found["best single feature"]  # of eight of noise: no luck is left
    assert single.low < found["majority"].accuracy + 0.05
    with_it = Vectors(
        given.space.ids, np.column_stack([noise, made]), ("a",) * 0 + tuple("abcdefghi")
    )
    best = baselines(given, {}, with_it)[-1]
    assert (best.feature, best.accuracy > 0.9) == ("i", True)
    assert "best single feature (i)" in words([best.as_json()])


def test_twins_are_held_out_together_and_count_once() -> None:
    rng = np.random.default_rng(0)
    values, codes = rng.normal(size=(60, 2)).repeat(2, axis=0), rng.integers(0, 2, 60).repeat(2)
    ids = tuple(ImageId(f"{i:016x}") for i in range(120))
    said = {image: "ab"[code] for image, code in zip(ids, codes, strict=True)}
    alike = [(ids[i], ids[i + 1]) for i in range(0, 120, 2)]
    given = gather(
        Vectors(ids, values, ("x", "y")), said, ("a", "b"), is_ordered=False, alike=alike
    )
    best = baselines(given, {}, given.space)[-1]
    assert best.low < 0.5 < best.high  # random labels: with twins in sight it would be near 1
    assert len(stratified(given.codes, given.pictures, seed=0)) > 0

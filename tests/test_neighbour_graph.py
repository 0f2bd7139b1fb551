import numpy as np
import pytest

from contrast_engine.neighbours import Graph, among, graph, measured_recall
from contrast_engine.progress import Cancelled
from tests.test_neighbours import KINDS


def groups(n, d=8, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(12, d))[random.integers(0, 12, n)] * 3 + random.normal(size=(n, d))


def true_recall(found, exact):
    return float((found.distances <= exact[1][:, -1:]).mean())


def test_of_few_rows_the_graph_is_exact_and_says_so():
    rows = groups(400)
    found = graph(rows, 10)
    assert found.is_exact
    assert found.words == "exact"
    assert np.array_equal(found.rows, among(rows, 10)[0])


def test_of_many_rows_the_recall_that_is_said_is_the_recall():
    rows = groups(6_000, d=20)
    found, exact = graph(rows, 15, most=100), among(rows, 15)
    assert not found.is_exact
    assert found.measured_on == 1_000
    true = true_recall(found, exact)
    assert true >= 0.97
    error = np.sqrt(true * (1 - true) / 1_000) + 1e-9  # of rows, which vary more than neighbours
    assert abs(found.recall - true) <= 6 * error
    assert "recall" in found.words
    assert "1,000 images" in found.words


def test_a_recall_is_measured_and_not_assumed():
    rows = groups(2_000)
    _, far = among(rows, 10)
    assert measured_recall(rows, far) == (1.0, 1_000)
    wrong = far.copy()
    wrong[:, 5:] += 1e3  # as if half of the neighbours had been missed
    assert measured_recall(rows, wrong)[0] == pytest.approx(0.5)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"huge"}))
def test_whatever_the_rows_are_like_each_gets_other_rows_nearest_first(kind):
    rows = np.unique(KINDS[kind](np.random.default_rng(2), 3_000, 6), axis=0)
    found = graph(rows, 8, most=0)
    n, k = len(rows), min(8, len(rows) - 1)
    assert found.rows.shape == (n, k)
    assert (found.rows != np.arange(n)[:, None]).all()
    assert all(len(set(own)) == k for own in found.rows.tolist())
    assert (np.diff(found.distances, axis=1) >= 0).all()
    apart = np.linalg.norm(rows[found.rows] - rows[:, None], axis=2)
    assert np.allclose(apart, found.distances)


def test_rows_that_hardly_differ_do_not_end_in_one_cell_that_takes_for_ever(monkeypatch):
    from contrast_engine.neighbours import cells

    looked = []
    rough = cells.Rough
    monkeypatch.setattr(cells, "Rough", lambda known: looked.append(len(known)) or rough(known))
    rows = 1 + np.arange(30_000)[:, None] * 1e-12 + np.zeros((1, 5))
    rows[0] = 50.0  # beside it all others are one point in single precision
    graph(rows, 5, most=0)
    assert max(looked) <= cells.AROUND * 9 * cells.SIZE * cells.CROWDED
    assert len(looked) > 20


def test_the_same_seed_finds_the_same_and_another_hardly_anything_else():
    rows = groups(5_000)
    one, again, other = (graph(rows, 10, seed=s, most=0) for s in (1, 1, 2))
    assert np.array_equal(one.rows, again.rows)
    assert np.array_equal(one.distances, again.distances)
    assert (one.rows == other.rows).mean() > 0.9


def test_the_first_of_a_graph_are_its_nearest():
    whole = graph(groups(300), 20)
    assert np.array_equal(whole.first(5).rows, whole.rows[:, :5])
    assert isinstance(whole.first(5), Graph)


def test_a_search_can_be_stopped_and_counts_on_the_way():
    class Stops:
        def __init__(self):
            self.seen = []

        def tick(self, done, total, note="", **metrics):
            self.seen.append((done, total))
            if done > 2_000:
                raise Cancelled

    stops = Stops()
    with pytest.raises(Cancelled):
        graph(groups(5_000), 5, most=0, progress=stops)
    assert stops.seen[-1][1] == 5_000

import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from contrast_engine.clusterings import clusterings, numbered
from contrast_engine.clusterings.one_thread import _libraries, one_thread
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.vectors import ImageId, Vectors

METHODS = ("kmeans", "hierarchical")


def table(values, seed=0):
    values = np.asarray(values, float)
    names = np.random.default_rng(seed).permutation(len(values))
    ids = tuple(ImageId(f"{name:016x}") for name in names)
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def blobs(sizes=(50, 30, 20), d=5):
    random = np.random.default_rng(0)
    centres = 20 * np.eye(d)[: len(sizes)]
    return np.vstack([random.normal(c, 1, (n, d)) for c, n in zip(centres, sizes, strict=True)])


def test_on_one_thread_is_only_what_stands_in_the_block():
    def threads():  # of what clusterings count with; other tests may have loaded more since
        known = {one["filepath"] for one in _libraries().info()}
        every = {one["filepath"]: one["num_threads"] for one in threadpool_info()}
        return {name: every[name] for name in known}

    for _ in range(2):
        with threadpool_limits(limits=2):
            before = threads()
            assert 2 in before.values()
            with one_thread():
                assert {threads()[name] for name in before} == {1}
            assert threads() == before


def test_kmeans_is_offered_first_and_cuts_into_three_by_default():
    assert list(clusterings)[:2] == list(METHODS)
    assert clusterings["kmeans"]().n_clusters == 3
    assert all(clusterings[name].title for name in clusterings)


def test_listing_clusterings_imports_none_of_the_heavy_libraries():
    code = (
        "import sys; from contrast_engine.clusterings import clusterings; list(clusterings);"
        "print([m for m in ('umap', 'sklearn', 'openTSNE', 'torch', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", METHODS)
def test_planted_groups_are_found_and_numbered_largest_first(name):
    found = clusterings[name]().cluster(table(blobs()))
    assert [found.size(c) for c in found.clusters] == [50, 30, 20]
    assert found.clusters == (0, 1, 2)
    assert (found.cluster == np.repeat([0, 1, 2], [50, 30, 20])).all()


@pytest.mark.parametrize("name", METHODS)
def test_every_image_keeps_its_cluster_when_rows_come_in_another_order(name):
    vectors = table(np.random.default_rng(1).normal(size=(300, 6)))
    recipe = clusterings[name].of({"n_clusters": 5})
    first = recipe.cluster(vectors, seed=2)
    shuffled = vectors.take(np.random.default_rng(2).permutation(vectors.ids))
    again = recipe.cluster(shuffled, seed=2)
    assert again.of == first.of
    distances = dict(zip(again.ids, again.distance, strict=True))
    assert [distances[i] for i in first.ids] == pytest.approx(first.distance, abs=1e-12)


@pytest.mark.parametrize("name", METHODS)
def test_the_same_seed_gives_the_same_bytes(name):
    vectors = table(np.random.default_rng(3).normal(size=(200, 4)))
    first, again = (clusterings[name]().cluster(vectors, seed=7) for _ in range(2))
    assert first.cluster.tobytes() == again.cluster.tobytes()
    assert first.distance.tobytes() == again.distance.tobytes()


@pytest.mark.parametrize("name", METHODS)
def test_distances_are_those_to_the_mean_of_the_own_cluster(name):
    vectors = table(blobs())
    found = clusterings[name]().cluster(vectors)
    mean = vectors.values[:50].mean(axis=0)
    np.testing.assert_allclose(
        found.distance[:50], np.linalg.norm(vectors.values[:50] - mean, axis=1)
    )


@pytest.mark.parametrize("name", METHODS)
def test_fewer_different_images_than_clusters_are_refused_in_words(name):
    twice = table(np.repeat(np.eye(3)[:2], 4, axis=0))
    with pytest.raises(NotEnoughData, match="at least 3 different images, got 2"):
        clusterings[name]().cluster(twice)
    assert clusterings[name].of({"n_clusters": 2}).cluster(twice).clusters == (0, 1)
    with pytest.raises(NotEnoughData, match="got 0"):
        clusterings[name]().cluster(Vectors((), np.empty((0, 2)), ("a", "b")))


@pytest.mark.parametrize("name", METHODS)
def test_an_impossible_number_of_clusters_is_refused(name):
    with pytest.raises(OptionError, match="n_clusters must be a whole number from 2 to 40, got 1"):
        clusterings[name].of({"n_clusters": 1})


def test_numbers_go_by_size_then_by_first_row_and_leave_the_unassigned_alone():
    assert numbered(np.array([7, 5, 5, -1, 7, 3])).tolist() == [0, 1, 1, -1, 0, 2]

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError, UnknownName
from contrast_engine.neighbours import among
from contrast_engine.progress import Cancelled
from contrast_engine.projections import projections
from contrast_engine.projections.layout import start
from contrast_engine.projections.quality import trustworthiness
from contrast_engine.projections.umap import _compiled
from contrast_engine.vectors import ImageId, Vectors


def table(values):
    values = np.asarray(values, float)
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def blobs(n, d=6, seed=0):
    random = np.random.default_rng(seed)
    return table(random.normal(size=(n, d)) + 8 * random.integers(0, 3, n)[:, None])


def quick(name):
    """The method as it is, but for t-SNE's shortest run."""
    return projections[name].of({"n_iterations": 100} if name == "tsne" else {})


class Recorder:
    def __init__(self, stop_after=None):
        self.ticks, self.stop_after = [], stop_after

    def tick(self, done, total, note="", **metrics):
        self.ticks.append((done, total, note, metrics))
        if self.stop_after is not None and note == "placing images" and done >= self.stop_after:
            raise Cancelled


def test_the_first_projection_listed_is_the_one_that_shows_at_once():
    assert next(iter(projections)) == "pca"
    assert {name for name in projections if projections[name].is_instant} == {"pca", "two-features"}
    assert all(projections[name].title for name in projections)


def test_listing_projections_imports_none_of_the_heavy_libraries():
    code = (
        "import sys; from contrast_engine.projections import projections; list(projections);"
        "print([m for m in ('umap', 'sklearn', 'openTSNE', 'torch', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_what_umap_compiles_is_kept_on_the_disk_for_every_later_process():
    projections["umap"]().project(blobs(20))
    assert len(_compiled()) == 3
    for compiled in _compiled():
        assert compiled.signatures, compiled
        kept = Path(compiled.stats.cache_path)
        assert list(kept.glob(f"*{compiled.py_func.__name__}*.nbc")), kept


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pca", "tsne", "umap"])
def test_a_map_is_the_same_bytes_again_and_whatever_the_order_of_the_rows(name):
    vectors = blobs(120)
    first = quick(name).project(vectors, seed=3)
    assert first.columns == ("map_x", "map_y")
    assert first.ids == vectors.ids
    assert quick(name).project(vectors, seed=3).values.tobytes() == first.values.tobytes()
    shuffled = vectors.take(np.random.default_rng(1).permutation(vectors.ids))
    again = quick(name).project(shuffled, seed=3)
    assert again.ids == shuffled.ids
    assert again.take(vectors.ids).values.tobytes() == first.values.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tsne", "umap"])
def test_a_neighbour_map_keeps_neighbours_better_than_pca_and_groups_apart(name):
    vectors = blobs(200, d=10)
    drawn = quick(name).project(vectors)
    kept, _ = trustworthiness(vectors, drawn)
    assert kept > trustworthiness(vectors, projections["pca"]().project(vectors))[0]
    assert kept > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tsne", "umap"])
def test_equal_images_lie_on_one_place_and_strange_tables_still_make_a_map(name):
    values = np.random.default_rng(0).normal(size=(40, 3))
    twice = quick(name).project(table(np.vstack([values, values[:25]])))
    np.testing.assert_array_equal(twice.values[40:], twice.values[:25])
    flat = np.zeros((30, 4))
    flat[:, 2] = np.arange(30) ** 2
    assert np.ptp(quick(name).project(table(flat)).values, axis=0).min() > 0


def test_layouts_start_at_the_pca_map_with_no_two_points_together():
    rows = np.random.default_rng(0).normal(size=(50, 5)) * [9, 5, 1, 1, 1]
    pca = projections["pca"]().project(table(rows)).values
    begun = start(rows, 10.0, seed=0)
    assert np.abs(begun).max() == pytest.approx(10, abs=0.01)
    np.testing.assert_allclose(begun / 10, pca / np.abs(pca).max(), atol=1e-3)
    line = start(np.outer(np.arange(20.0), [1, 0, 0]), 10.0, seed=0)
    assert line[:, 1].std() > 1e-4


def test_neighbours_are_those_of_the_full_distance_table():
    rows = np.random.default_rng(0).normal(size=(80, 4))
    table_of = np.linalg.norm(rows[:, None] - rows, axis=2)
    np.fill_diagonal(table_of, np.inf)
    indices, distances = among(rows, 7)
    np.testing.assert_array_equal(indices, np.argsort(table_of, axis=1)[:, :7])
    np.testing.assert_allclose(distances, np.sort(table_of, axis=1)[:, :7])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "fewest"), [("pca", 1), ("tsne", 7), ("umap", 4)])
def test_the_smallest_collection_works_and_one_image_less_is_refused_in_words(name, fewest):
    values = np.random.default_rng(0).normal(size=(fewest, 3))
    assert len(quick(name).project(table(values))) == fewest
    with pytest.raises(NotEnoughData, match=rf"at least {fewest} .*got {fewest - 1}"):
        quick(name).project(table(np.repeat(values[1:], 2, axis=0).reshape(-1, 3)))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tsne", "umap"])
def test_a_map_reports_its_way_and_stops_when_asked(name):
    vectors = blobs(300)
    watched = Recorder()
    quick(name).project(vectors, progress=watched)
    placing = [tick for tick in watched.ticks if tick[2] == "placing images"]
    assert placing[-1][0] == placing[-1][1]
    if name == "tsne":
        errors = [tick[3]["kl_divergence"] for tick in placing]
        assert errors[-1] < errors[0]
    stopped = Recorder(stop_after=0)
    with pytest.raises(Cancelled):
        quick(name).project(vectors, progress=stopped)
    assert [tick[2] for tick in stopped.ticks].count("placing images") == 1
    assert stopped.ticks[-1][0] < stopped.ticks[-1][1]


def test_an_option_out_of_range_is_refused():
    with pytest.raises(OptionError, match="perplexity"):
        projections["tsne"].of({"perplexity": 1})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pca", "tsne", "umap"])
def test_a_map_to_turn_around_has_a_third_direction_and_keeps_more(name):
    vectors = blobs(120, d=10)
    recipe = type(quick(name))
    deep = recipe(**{**quick(name).as_json(), "n_components": 3})
    drawn = deep.project(vectors, seed=1)
    assert drawn.columns == ("map_x", "map_y", "map_z")
    assert np.ptp(drawn.values, axis=0).min() > 0
    flat = quick(name).project(vectors, seed=1)
    assert trustworthiness(vectors, drawn)[0] > trustworthiness(vectors, flat)[0]
    assert deep.project(vectors, seed=1).values.tobytes() == drawn.values.tobytes()


def test_a_map_of_two_features_holds_exactly_those_in_their_order():
    vectors = Vectors(
        (ImageId("b" * 16), ImageId("a" * 16)), [[1, 2, 3], [4, 5, 6]], ("gcf", "skew", "c_rms")
    )
    recipe = projections["two-features"](across="c_rms", up="gcf")
    assert recipe.project(vectors).values.tolist() == [[3, 1], [6, 4]]
    assert recipe.details(vectors)["measures"] == [["c_rms", "ratio"], ["gcf", "L"]]
    with pytest.raises(UnknownName, match="no column 'lc_mean'"):
        projections["two-features"](up="lc_mean").project(vectors)

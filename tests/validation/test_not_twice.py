"""What is not computed twice, and what very many images are drawn from, says the same."""

import dataclasses
import json

import numpy as np
import pytest

from contrast_engine.clusterings import clusterings
from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.imageset import ImageIds
from contrast_engine.randomness import drawn
from contrast_engine.validation import (
    Context,
    checks,
    cluster_count,
    family_agreement,
    halves,
    numbers_compared,
    separation,
    valley_windows,
    valleys,
)
from contrast_engine.validation import gaps as gaps_module
from contrast_engine.validation.cluster_count import choose_k
from contrast_engine.validation.intervals import (
    cluster_bootstrap,
    spearman_intervals,
    spearman_of,
)
from contrast_engine.validation.kept_evidence import kept_evidence
from contrast_engine.validation.separation import against_null
from contrast_engine.vectors import Vectors


def table(values):
    ids = ImageIds(np.arange(len(values), dtype=np.uint64))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


def clouds(n, apart, d=4, seed=0):
    random = np.random.default_rng(seed)
    return random.normal(size=(n, d)) + apart * (np.arange(n) % 3)[:, None] * np.eye(d)[0]


class Listening:
    def tick(self, done, total, note="", **metrics):
        pass


@pytest.mark.parametrize("apart", [0, 3, 12])
@pytest.mark.parametrize("k", [2, 5])
def test_kmeans_gives_the_same_whether_somebody_listens_or_not(k, apart):
    values = clouds(300, apart)
    quiet = KMeans(n_clusters=k).assign(values, seed=4).cluster
    assert np.array_equal(
        quiet, KMeans(n_clusters=k).assign(values, seed=4, progress=Listening()).cluster
    )


@pytest.mark.parametrize("apart", [0, 8])
def test_numbers_of_clusters_that_share_their_halves_find_the_same_valleys(apart, monkeypatch):
    values, across, asked = clouds(240, apart), {}, []
    along = gaps_module.chance_along_an_axis
    monkeypatch.setattr(
        gaps_module, "chance_along_an_axis", lambda *given: asked.append(1) or along(*given)
    )
    for k in (2, 3, 4):
        cluster = KMeans(n_clusters=k).assign(values).cluster
        shared = gaps_module.gaps(values, cluster, KMeans(n_clusters=k), seed=3, across=across)
        assert len(asked) == 2 * gaps_module.SPLITS  # once for all numbers
        del asked[2 * gaps_module.SPLITS :]
        alone = gaps_module.gaps(values, cluster, KMeans(n_clusters=k), seed=3)
        del asked[2 * gaps_module.SPLITS :]
        assert shared == alone


@pytest.mark.slow
@pytest.mark.parametrize("apart", [0, 10])
def test_a_null_that_ends_when_it_is_decided_leaves_the_answer_as_it_was(monkeypatch, apart):
    space = table(clouds(200, apart))

    def of_numbers():
        return choose_k(space, KMeans, numbers=(2, 3), draws=20, pairs=2)

    assert {cut.silhouette.draws for cut in of_numbers().cuts} == {20}  # all are compared
    monkeypatch.setattr(cluster_count, "MOST", 199)
    short = of_numbers()
    monkeypatch.setattr(numbers_compared, "is_decided", lambda *given: False)
    whole = of_numbers()
    assert {cut.silhouette.draws for cut in whole.cuts} == {20}
    assert min(cut.silhouette.draws for cut in short.cuts) in separation.LOOKS
    assert (short.n, short.total) == (199, 200)
    assert (short.verdict, short.recommended_k) == (whole.verdict, whole.recommended_k)
    for one, other in zip(short.cuts, whole.cuts, strict=True):
        assert (one.stability, one.jaccard, one.gaps) == (
            other.stability,
            other.jaccard,
            other.gaps,
        )
        assert one.silhouette.value == other.silhouette.value
        assert abs(one.silhouette.null_mean - other.silhouette.null_mean) < 0.01


def test_only_numbers_of_clusters_of_a_part_have_another_question():
    assert cluster_count.null_question(2_000) == {}
    assert cluster_count.null_question(2_001) == {"null": "until decided"}


@pytest.mark.parametrize("method", ["kmeans", "hierarchical", "hdbscan", "mixture"])
def test_evidence_that_was_kept_is_what_is_found_again(method):
    space, recipe = table(clouds(90, 9)), clusterings[method].of({})
    clustering = recipe.cluster(space)
    found = against_null(space, clustering, recipe, draws=3)
    said = {name: dataclasses.asdict(one) for name, one in found.items()}
    said["gaps"] = dataclasses.asdict(found.gaps)
    kept = kept_evidence(json.loads(json.dumps(said)))
    assert kept == found
    assert kept.gaps == found.gaps
    context = Context(space=space, space_name="test", clustering=clustering, clusterer=recipe)
    check = checks["separate_groups"]
    told = check(dataclasses.replace(context, evidence=kept))
    assert told == check(dataclasses.replace(context, evidence=found))


@pytest.mark.parametrize(
    "wrong",
    [
        {"silhouette": None}, {"gaps": None}, {"gaps": {"groups": [[0]]}}, {"silhouette": {"z": 1}},
        {"silhouette": "high"}, {"gaps": []},
    ],
)  # fmt: skip
def test_evidence_that_is_not_whole_is_looked_for_again(wrong):
    space, recipe = table(clouds(60, 9)), clusterings["kmeans"].of({})
    found = against_null(space, recipe.cluster(space), recipe, draws=2)
    said = {name: dataclasses.asdict(one) for name, one in found.items()}
    said["gaps"] = json.loads(json.dumps(dataclasses.asdict(found.gaps)))
    assert kept_evidence(said) is not None
    assert kept_evidence(said | wrong) is None


def test_a_group_that_is_no_list_of_numbers_is_no_evidence():
    space, recipe = table(clouds(60, 9)), clusterings["kmeans"].of({})
    found = against_null(space, recipe.cluster(space), recipe, draws=2)
    said = {name: dataclasses.asdict(one) for name, one in found.items()}
    whole = json.loads(json.dumps(dataclasses.asdict(found.gaps)))
    for groups in ("0", [0], [["0"]], [[0.5]], None):
        assert kept_evidence(said | {"gaps": whole | {"groups": groups}}) is None


@pytest.mark.parametrize(("n", "most"), [(0, 5), (5, 5), (6, 5), (1_000, 5)])
def test_rows_that_are_drawn_rise_and_are_all_where_they_may_be(n, most):
    rows = drawn(n, most, 7, "here")
    assert len(rows) == min(n, most)
    assert (np.diff(rows) > 0).all()
    assert np.array_equal(rows, drawn(n, most, 7, "here"))
    if n > 2 * most:
        assert not np.array_equal(rows, drawn(n, most, 8, "here"))


@pytest.mark.parametrize("alike", [(), ((0, 1),)])
def test_families_of_very_many_images_are_compared_on_a_part_that_is_named(monkeypatch, alike):
    n, names = 900, [name for name, _ in family_agreement.FAMILY_FEATURES.values()]
    random = np.random.default_rng(0)
    values = random.normal(size=(n, 1)) + random.normal(size=(n, 5))
    ids = ImageIds(random.permutation(n).astype(np.uint64))
    groups = tuple(tuple(ids[at] for at in group) for group in alike)
    context = Context(
        features=Vectors(ids, values, tuple(names)), families={"global": (names[0],)}, alike=groups
    )
    check = checks["family_agreement"]
    whole = check(context)
    monkeypatch.setattr(family_agreement, "MOST", 600)
    part = check(context)
    assert {finding.n for finding in whole} == {900}
    assert {finding.n for finding in part} == {600}
    assert all("600 images drawn from 900" in finding.space for finding in part)
    assert not any("drawn from" in finding.space for finding in whole)
    for one, other in zip(whole, part, strict=True):
        assert one.value == pytest.approx(other.value, abs=0.1)
    assert family_agreement.sample_question(600) == {}
    assert family_agreement.sample_question(601) == {"family_agreement_images": 600}


@pytest.mark.parametrize("contents", [range(40), [i // 3 for i in range(40)], [0] * 40])
def test_correlations_that_share_their_draws_are_those_that_are_drawn_alone(contents):
    random = np.random.default_rng(1)
    columns = [*random.normal(size=(2, 40)), np.ones(40), random.integers(0, 3, 40).astype(float)]
    found = spearman_intervals(columns, list(contents), seed=5, draws=50)
    assert len(found) == 6
    for (i, j), interval in found.items():
        alone = cluster_bootstrap(
            spearman_of(columns[i], columns[j]), list(contents), seed=5, draws=50
        )
        assert interval == alone


def test_rows_along_an_axis_are_counted_as_a_histogram_counts_them():
    random, bins = np.random.default_rng(0), valley_windows._BINS
    for place in (
        random.normal(size=1_000), np.array([]), np.repeat(bins, 2), np.full(3, bins[-1]),
        np.array([bins[0], bins[0] - 1, bins[-1] + 1]),
    ):  # fmt: skip
        counted = np.diff(valley_windows._up_to_each(place))
        assert np.array_equal(counted, np.histogram(place, bins)[0])


def test_a_cluster_is_cut_into_pieces_once_for_all_its_neighbours(monkeypatch):
    random, k = np.random.default_rng(2), 6
    centres = 12 * random.normal(size=(k, 2))
    seen, unseen = (np.repeat(centres, 60, axis=0) + random.normal(size=(60 * k, 2)) for _ in "ab")
    cluster = np.repeat(np.arange(k), 60)
    asked, pieces = [], valleys.pieces
    monkeypatch.setattr(valleys, "pieces", lambda *given: asked.append(1) or pieces(*given))
    once = halves.valleys_of_pairs(seen, unseen, cluster)
    assert len(asked) == k
    monkeypatch.setattr(halves, "_Pieces", lambda: valleys.pieces)
    each = halves.valleys_of_pairs(seen, unseen, cluster)
    assert len(asked) > 3 * k
    assert all(np.array_equal(one, other) for one, other in zip(once, each, strict=True))

"""Images that came later, placed in what is in use: the fit stays, and it is said what is placed."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.axes import principal_axes
from contrast_engine.clusterings import means
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.features import feature_names
from contrast_engine.imageset import ImageSet
from contrast_engine.progress import Cancelled
from contrast_engine.results import Clustering, Predictions
from contrast_engine.scaling import QuantileScaling
from contrast_engine.steps.collection.measured_rows import STEP
from contrast_engine.steps.encoders.embed import STEP as EMBEDDED
from contrast_engine.steps.structure import cluster as clustering
from contrast_engine.steps.structure import frozen_spaces
from contrast_engine.steps.structure import place as placing
from contrast_engine.steps.structure.edit_clusters import edit_clusters, undo_cluster_edit
from contrast_engine.steps.structure.name_clustering import clustering_names, name_clustering
from contrast_engine.steps.structure.placed import far_images, fresh_fit_due, placed_images
from contrast_engine.steps.structure.spaces import space_of
from contrast_engine.steps.structure.taxonomy import keep_fine_cut, taxonomy
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.store.stored_files import StoredFiles
from contrast_engine.store.table_parts import PartFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.artifact_lookup import answer
from contrast_engine.views.outdated import outdated
from contrast_engine.views.structure.clusterings import named_clusterings
from contrast_engine.views.structure.taxonomy import tree_card
from tests.few_draws import draw_few

N, MORE = 240, 30
NAMES = feature_names()
pytestmark = pytest.mark.usefixtures("few_draws")


def image(row: int) -> ImageId:
    """The id of a row: not in the order in which they came, as those of files are not."""
    return ImageId(f"{row * 0x9E3779B97F4A7C15 % 2**64:016x}")


def values_of(rows: np.ndarray) -> np.ndarray:
    """Two groups of features, each image always the same."""
    found = np.array([np.random.default_rng(int(row)).normal(size=len(NAMES)) for row in rows])
    return np.exp((found + 2.5 * (rows[:, None] % 2)) / 4)


def measure(
    workspace: Workspace, rows: range | list[int], change: Callable[[np.ndarray], None] | None = None,
    step: str = STEP,
) -> None:  # fmt: skip
    order = np.array(sorted(rows, key=image))
    ids = tuple(image(int(row)) for row in order)
    workspace.save_files(ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids)
    values = values_of(order)
    if change is not None:
        change(values)
    key = workspace.save(Artifact("features", step, {}, ids), Vectors(ids, values, NAMES))
    workspace.make_current("features", key)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("placing") / "w"
    workspace = Workspace(root)
    measure(workspace, range(N))
    for row in range(0, N, 6):
        workspace.labels.add([image(row)], "high" if row % 12 else "low", "anna")
    with pytest.MonkeyPatch.context() as patch:
        draw_few(patch)
        steps.cluster(workspace, options={"n_clusters": 3})
        steps.project(workspace)
        steps.pseudo_label(workspace, method="one_nn")
        steps.validate(workspace)
    key = str(workspace.current("clusterings"))
    workspace.labels.name_cluster(key, 1, "hazy", "anna")
    workspace.close()
    return root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(made, tmp_path / "w"))


def in_use(workspace: Workspace) -> dict[str, str | None]:
    return {kind: workspace.current(kind) for kind in ("clusterings", "maps", "predictions")}


def test_new_images_get_a_place_a_cluster_and_a_label_and_nothing_of_before_moves(
    workspace: Workspace,
) -> None:
    before = {kind: workspace.load(str(key)) for kind, key in in_use(workspace).items()}
    measure(workspace, range(N + MORE))
    assert set(outdated(workspace)) >= {"maps", "clusterings", "predictions", "reports"}
    report = steps.place(workspace, who="anna")
    assert {one.kind for one in report.placed} == {"clusterings", "maps", "predictions"}
    assert all((one.fitted, one.placed, one.new) == (N, MORE, MORE) for one in report.placed)
    assert not report.left
    assert outdated(workspace) == {}
    new = ImageSet.of(image(row) for row in range(N, N + MORE))
    for kind, key in in_use(workspace).items():
        result = workspace.load(str(key))
        assert tuple(result.ids[:N]) == tuple(before[kind].ids)
        assert placed_images(workspace, str(key)) == new
    after = {kind: workspace.load(str(key)) for kind, key in in_use(workspace).items()}
    assert np.array_equal(after["maps"].values[:N], before["maps"].values)
    assert np.array_equal(after["clusterings"].cluster[:N], before["clusterings"].cluster)
    assert np.array_equal(after["predictions"].probability[:N], before["predictions"].probability)


def test_a_placed_image_is_in_the_cluster_whose_mean_is_nearest(workspace: Workspace) -> None:
    fitted: Clustering = workspace.load(str(workspace.current("clusterings")))
    key = workspace.manifest(str(workspace.current("clusterings"))).inputs[0]
    known = space_of(workspace, key).vectors.take(fitted.ids).values
    centres = means(known, fitted.cluster, 3)
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    made = workspace.manifest(str(workspace.current("clusterings")))
    grown: Clustering = workspace.load(made.key)
    rows = space_of(workspace, made.inputs[0]).vectors.take(grown.ids[N:]).values
    away = np.sqrt(np.square(rows[:, None] - centres).sum(axis=2))
    assert np.array_equal(grown.cluster[N:], away.argmin(axis=1))
    assert len(set(grown.cluster[N:])) > 1
    assert np.allclose(grown.distance[N:], away.min(axis=1))


def test_a_straight_map_places_by_its_axes(workspace: Workspace) -> None:
    key = workspace.manifest(str(workspace.current("maps"))).inputs[0]
    axes = principal_axes(space_of(workspace, key).vectors.values)
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    made = workspace.manifest(str(workspace.current("maps")))
    drawn: Vectors = workspace.load(made.key)
    rows = space_of(workspace, made.inputs[0]).vectors.take(drawn.ids[N:]).values
    assert np.allclose(drawn.values[N:], axes.scores(rows, 2), atol=1e-8)
    assert "exactly" in made.details["placed_by"]


def test_the_scale_stays_as_it_was_fitted(workspace: Workspace) -> None:
    made = workspace.manifest(str(workspace.current("maps")))
    before = space_of(workspace, made.inputs[0])
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    now = space_of(workspace, workspace.manifest(str(workspace.current("maps"))).inputs[0])
    assert len(now.vectors) == N + MORE
    assert np.array_equal(now.vectors.take(before.vectors.ids).values, before.vectors.values)
    fresh = steps.space(workspace)
    assert not np.allclose(fresh.vectors.take(before.vectors.ids).values, before.vectors.values)


def test_a_copy_of_a_known_image_falls_onto_it_on_a_map_without_axes(
    workspace: Workspace,
) -> None:
    steps.project(workspace, "tsne")
    drawn: Vectors = workspace.load(str(workspace.current("maps")))

    def as_first(values: np.ndarray) -> None:
        order = sorted(range(N + 2), key=image)
        values[order.index(N)] = values[order.index(7)]

    measure(workspace, range(N + 2), as_first)
    steps.place(workspace)
    made = workspace.manifest(str(workspace.current("maps")))
    grown: Vectors = workspace.load(made.key)
    assert np.allclose(grown.take([image(N)]).values, drawn.take([image(7)]).values)
    assert "nearest" in made.details["placed_by"]


def test_placing_again_changes_nothing(workspace: Workspace) -> None:
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    keys = in_use(workspace)
    files = sorted(path.name for path in workspace.root.rglob("*.parquet"))
    report = steps.place(workspace)
    assert not report.placed
    assert set(report.as_they_are) == {"clusterings", "maps", "predictions"}
    assert in_use(workspace) == keys
    assert sorted(path.name for path in workspace.root.rglob("*.parquet")) == files


def test_a_collection_that_does_not_grow_keeps_its_keys(workspace: Workspace) -> None:
    keys = in_use(workspace)
    assert not steps.place(workspace).placed
    assert in_use(workspace) == keys


def test_growing_twice_is_growing_at_once(workspace: Workspace, tmp_path: Path) -> None:
    other = Workspace(shutil.copytree(workspace.root, tmp_path / "at once"))
    measure(other, range(N + MORE))
    steps.place(other)
    measure(workspace, range(N + 10))
    steps.place(workspace)
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    assert in_use(workspace) == in_use(other)
    for key in in_use(workspace).values():
        one, two = workspace.load(str(key)), other.load(str(key))
        assert set(one.ids) == set(two.ids)
        if isinstance(one, Clustering):
            assert one.of == two.of
        elif isinstance(one, Predictions):
            rows = [two.rows[i] for i in one.ids]
            assert np.array_equal(one.probability, two.probability[rows])
        else:
            assert np.allclose(one.values, two.take(one.ids).values)


def test_stopped_in_the_middle_it_goes_on_from_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(workspace, range(N + MORE))

    class Stopped:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            if done == 1:
                raise Cancelled

    with pytest.raises(Cancelled):
        steps.place(workspace, progress=Stopped())
    half = in_use(workspace)
    report = steps.place(workspace)
    assert {one.kind for one in report.placed} == {"maps", "predictions"}
    assert workspace.current("clusterings") == half["clusterings"]
    assert outdated(workspace) == {}


def test_every_grown_result_can_be_taken_back(workspace: Workspace) -> None:
    before = in_use(workspace)
    measure(workspace, range(N + MORE))
    steps.place(workspace, who="anna")
    decision = workspace.decision("maps")
    assert decision is not None
    assert (decision.who, decision.why) == ("anna", f"{MORE} images placed")
    for kind in before:
        assert workspace.undo_use(kind) is not None
    assert in_use(workspace) == before


def test_names_of_clusters_and_of_the_clustering_are_kept(workspace: Workspace) -> None:
    name_clustering(workspace, str(workspace.current("clusterings")), "by hand", "anna")
    for count in (N + 5, N + 9):
        measure(workspace, range(count))
        steps.place(workspace)
        key = str(workspace.current("clusterings"))
        assert workspace.labels.cluster_names(key) == {1: "hazy"}
        assert clustering_names(workspace)[key] == "by hand"
    assert len(named_clusterings(workspace)) == 2  # as it was fitted, and as it is now


def test_images_that_were_removed_are_left_out(workspace: Workspace) -> None:
    measure(workspace, [*range(3, N), *range(N, N + 4)])
    report = steps.place(workspace)
    assert {(one.fitted, one.placed, one.removed) for one in report.placed} == {(N - 3, 4, 3)}
    for key in in_use(workspace).values():
        assert set(workspace.load(str(key)).ids) == set(workspace.images.ids)
    measure(workspace, range(N))  # all as it was: what was fitted is in use again
    steps.place(workspace)
    assert all(not workspace.manifest(str(key)).details.get("placed")
               for key in in_use(workspace).values())  # fmt: skip


def test_edits_by_hand_hold_for_placed_images_and_go_on(workspace: Workspace) -> None:
    edit_clusters(workspace, "merge", clusters=(0, 2), who="anna")
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    grown: Clustering = workspace.load(str(workspace.current("clusterings")))
    assert len(grown) == N + MORE
    assert set(grown.cluster.tolist()) == {0, 1}
    assert (grown.distance > 0).all()
    edit_clusters(workspace, "move", images=[image(N)], into=1 - grown.of[image(N)], who="anna")
    moved: Clustering = workspace.load(str(workspace.current("clusterings")))
    assert moved.of[image(N)] == 1 - grown.of[image(N)]
    assert len(placed_images(workspace, str(workspace.current("clusterings")))) == MORE
    undo_cluster_edit(workspace, "anna")
    assert workspace.load(str(workspace.current("clusterings"))).of == grown.of
    undo_cluster_edit(workspace, "anna")
    apart: Clustering = workspace.load(str(workspace.current("clusterings")))
    assert len(apart.clusters) == 3
    assert len(apart) == N + MORE
    assert workspace.labels.cluster_names(str(workspace.current("clusterings"))) == {1: "hazy"}


@pytest.mark.parametrize("method", ["hierarchical", "mixture", "hdbscan"])
def test_every_method_lets_images_join_by_a_rule_of_its_own(
    method: str, workspace: Workspace
) -> None:
    options = {"min_cluster_size": 10} if method == "hdbscan" else {"n_clusters": 2}
    fitted: Clustering = workspace.load(steps.cluster(workspace, method, options=options))
    measure(workspace, range(N + MORE))
    report = steps.place(workspace)
    key = str(workspace.current("clusterings"))
    grown: Clustering = workspace.load(key)
    assert grown.of.items() >= fitted.of.items()
    assert set(grown.cluster[N:].tolist()) <= {-1, *fitted.clusters}
    assert report.placed[0].how
    if method == "hierarchical":
        keep_fine_cut(workspace, 5)
        kept = taxonomy(workspace)
        assert kept is not None
        assert sum(branch.size for branch in kept.branches) == N + MORE
        assert tree_card(workspace, key, 2, 5)


def test_a_placed_image_agrees_with_a_fresh_fit(workspace: Workspace) -> None:
    steps.cluster(workspace, options={"n_clusters": 2})
    measure(workspace, range(N + MORE))
    steps.place(workspace)
    grown: Clustering = workspace.load(str(workspace.current("clusterings")))
    fresh: Clustering = workspace.load(steps.cluster(workspace, options={"n_clusters": 2}))
    same = np.mean([grown.of[i] == fresh.of[i] for i in grown.ids[N:]])
    assert max(same, 1 - same) > 0.9


def test_features_of_another_version_are_refused_in_words(workspace: Workspace) -> None:
    measure(workspace, range(N + MORE), step="measure@1")
    report = steps.place(workspace)
    assert not report.placed
    assert "measure@1" in report.left["maps"]
    assert "do not mix" in report.left["maps"]


def test_images_that_were_measured_again_are_refused_in_words(workspace: Workspace) -> None:
    keys = in_use(workspace)

    def otherwise(values: np.ndarray) -> None:
        values *= 1.1

    measure(workspace, range(N + MORE), otherwise)
    report = steps.place(workspace)
    assert set(report.left) == set(keys)
    assert "measured again" in report.left["clusterings"]
    assert in_use(workspace) == keys


def test_nothing_in_use_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="make one first"):
        steps.place(Workspace(tmp_path / "w"))


def test_an_image_far_from_all_others_is_marked(workspace: Workspace) -> None:
    def strange(values: np.ndarray) -> None:
        order = sorted(range(N + 2), key=image)
        values[order.index(N)] *= 1000

    measure(workspace, range(N + 2), strange)
    steps.place(workspace)
    assert set(far_images(workspace, str(workspace.current("maps")))) == {image(N)}


def test_a_fresh_fit_is_due_when_much_was_placed(workspace: Workspace) -> None:
    measure(workspace, range(N + N // 3))
    report = steps.place(workspace)
    assert all("25%" in one.due for one in report.placed)
    assert "25%" in outdated(workspace)["maps"]
    assert "25%" in outdated(workspace)["reports"]
    assert fresh_fit_due({"fitted": 100, "placed": 30, "n_far": 20})
    assert not fresh_fit_due({"fitted": 100, "placed": 25, "n_far": 1})


def test_too_many_at_once_are_left_where_that_is_asked(workspace: Workspace) -> None:
    keys = in_use(workspace)
    measure(workspace, range(N + N // 3))
    report = steps.place(workspace, most=placing.SHARE)
    assert not report.placed
    assert "more than 20%" in report.left["maps"]
    assert in_use(workspace) == keys


def test_the_map_page_finds_the_grown_map_as_the_answer(workspace: Workspace) -> None:
    measure(workspace, range(N + MORE))
    assert answer(workspace, "project", method="pca", options={}) is None
    steps.place(workspace)
    found = answer(workspace, "project", method="pca", options={})
    assert found == workspace.current("maps")


def test_only_new_images_go_through_rows_of_an_embedding(workspace: Workspace) -> None:
    def embed(count: int) -> str:
        ids = tuple(sorted(image(row) for row in range(count)))
        values = values_of(np.array(sorted(range(count), key=image)))[:, :6]
        table = Vectors(ids, values, tuple("abcdef"))
        return workspace.save(Artifact("embeddings", EMBEDDED, {"model": "e" * 16}, ids), table)

    on = embed(N)
    for way in ("{}", "features+{}"):
        steps.project(workspace, on=way.format(on))
        measure(workspace, range(N + 8))
        now = way.format(embed(N + 8))
        report = steps.place(workspace)
        assert {"maps"} <= {one.kind for one in report.placed}, report.left
        made = workspace.manifest(str(workspace.current("maps")))
        assert (made.details["fitted"], made.details["placed"]) == (N, 8)
        assert answer(workspace, "project", method="pca", options={}, on=now) == made.key
        assert made.details["on"] == now
        measure(workspace, range(N))


def test_an_edit_that_names_no_image_is_refused_after_growing(workspace: Workspace) -> None:
    measure(workspace, range(N + 2))
    steps.place(workspace)
    with pytest.raises(OptionError, match="not in this clustering"):
        edit_clusters(workspace, "exclude", images=[image(9999)])


def grow(workspace: Workspace, first: int, end: int) -> None:
    """The next images, measured as measuring does: known rows stay where they are."""
    rows = sorted(range(first, end), key=image)
    ids = tuple(image(row) for row in rows)
    workspace.add_files(ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids)
    base = str(workspace.current("features"))
    every = ImageSet.of([*workspace.load(base).ids, *ids])
    artifact = Artifact("features", STEP, {}, every)
    more = Vectors(ids, values_of(np.array(rows)), NAMES)
    workspace.make_current("features", workspace.save_grown(artifact, base, more))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Rows of the part and place of each column that is read."""
    found: list[tuple[int, int]] = []
    column = PartFile.column

    def watched(self: PartFile, number: int) -> object:
        found.append((self.part.rows, number))
        return column(self, number)

    monkeypatch.setattr(PartFile, "column", watched)
    return found


def test_placing_reads_rows_of_new_images_and_no_table_of_files(
    workspace: Workspace, read: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_spaces, "MANY", 100)
    grow(workspace, N, N + MORE)
    steps.place(workspace)  # the first keeps what others are placed among
    workspace = Workspace(workspace.root)
    grow(workspace, N + MORE, N + MORE + 7)
    read.clear()
    monkeypatch.setattr(StoredFiles, "read", lambda _: pytest.fail("the table of files is read"))
    report = steps.place(workspace)
    assert [one.new for one in report.placed] == [7, 7, 7]
    assert report.left == {}
    features = [number for rows, number in read if rows == 7 and number]
    assert set(features) >= set(range(1, 20))
    # of known images, only ids and what a clustering, a map or a model says of each
    known = [number for rows, number in read if rows in (N, MORE)]
    assert max(known) <= 3
    assert sum(number > 0 for number in known) < 25


def test_known_images_that_have_other_values_are_found_in_files_of_their_own(
    workspace: Workspace,
) -> None:
    def change(values: np.ndarray) -> None:
        values *= 3

    grow(workspace, N, N + MORE)
    measure(workspace, range(N + MORE + 3), change)
    report = steps.place(workspace)
    assert not report.placed
    assert all("measured again" in why for why in report.left.values())


def test_similar_images_and_the_queue_take_the_scale_in_use(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(workspace, N, N + MORE)
    assert "on that scale" not in steps.most_similar(workspace, image(1)).space
    steps.place(workspace)
    monkeypatch.setattr(QuantileScaling, "fit", lambda *_: pytest.fail("it was fitted anew"))
    found = steps.most_similar(workspace, image(N + 1))
    assert (found.total, "on that scale" in found.space) == (N + MORE, True)
    assert steps.label_next(workspace, 3, strategy="coverage")
    grow(workspace, N + MORE, N + MORE + 2)  # and not one that lacks the newest images
    with pytest.raises(pytest.fail.Exception, match="fitted anew"):
        steps.most_similar(workspace, image(1))


def test_what_new_images_of_very_many_are_placed_among_is_kept_with_the_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path / "w")
    measure(workspace, range(N))
    monkeypatch.setattr(frozen_spaces, "MANY", 100)
    monkeypatch.setattr(clustering, "MANY", 100)
    steps.cluster(workspace, "kmeans", options={"n_clusters": 2})
    grow(workspace, N, N + 2)
    fresh = Workspace(workspace.root)
    monkeypatch.setattr(frozen_spaces, "far_limit", lambda *_: pytest.fail("found out again"))
    assert [one.new for one in steps.place(fresh).placed] == [2]

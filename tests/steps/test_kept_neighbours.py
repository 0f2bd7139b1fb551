"""A graph of neighbours that was kept gives every step the very answer that a search gives."""

import json
import shutil
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from contrast_engine import steps
from contrast_engine.errors import WorkspaceError
from contrast_engine.features import core_names
from contrast_engine.neighbours import Graph, among, graph
from contrast_engine.neighbours.cells import by_cells
from contrast_engine.results import NearestImages
from contrast_engine.steps.output.known_images import KnownImages
from contrast_engine.steps.output.neighbours import neighbours
from contrast_engine.steps.output.table import Table
from contrast_engine.steps.structure import kept_neighbours
from contrast_engine.steps.structure.kept_neighbours import KIND, sharing
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors
from tests.test_neighbours import KINDS

N, COPIES = 120, 8


def image(row):
    return ImageId(f"{row:016x}")


def measured(root, n=N, seed=0):
    """A workspace of images, some of them equal."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, len(core_names()))) + 4 * (np.arange(n) % 3)[:, None]
    values[-COPIES:] = values[:COPIES]
    ids = tuple(map(image, range(n)))
    made = Workspace(root)
    table = Artifact("features", "measure@1", {}, ids)
    made.make_current("features", made.save(table, Vectors(ids, values, core_names())))
    return made


def mapped(method, seed=0, **options):
    def use(workspace):
        key = steps.project(workspace, method, options=options, seed=seed, use=False)
        return workspace.load(key).values.tobytes(), workspace.manifest(key).details

    return use


def exported(workspace):
    """What the format of Embedding Atlas has of every image."""
    rows = [[str(one)] for one in steps.space(workspace).vectors.ids][::-1]
    found = KnownImages(workspace, Table(("id",), rows)).neighbours(15)
    return found.near.tobytes(), found.distances.tobytes(), found.rows.tobytes(), found.search


USERS = {
    "umap": mapped("umap", n_neighbors=6),
    "umap in 3-D": mapped("umap", n_neighbors=6, n_components=3),
    "t-SNE": mapped("tsne", perplexity=5, n_iterations=100),
    "atlas": exported,
}
"""Everything that looks for the neighbours of all images of a space."""


@pytest.fixture
def searches(monkeypatch):
    """How often was searched among how many rows for how many neighbours."""
    module, found = sys.modules["contrast_engine.neighbours.graph"], []
    for name in ("among", "by_cells"):
        search = getattr(module, name)

        def counted(rows, k, *more, search=search, name=name):
            found.append((name, len(rows), k))
            return search(rows, k, *more)

        monkeypatch.setattr(module, name, counted)
    monkeypatch.setattr(kept_neighbours, "KEPT_FROM", 50)
    return found


@pytest.fixture
def in_cells(monkeypatch):
    """All pairs are too many, and cells miss some neighbours."""
    module = sys.modules["contrast_engine.neighbours.graph"]
    monkeypatch.setitem(graph.__kwdefaults__, "most", 40)
    monkeypatch.setattr(module, "AROUND", 2)
    monkeypatch.setattr(module, "FURTHER", ())
    monkeypatch.setattr(sys.modules["contrast_engine.neighbours.cells"], "SIZE", 8)


def kept(workspace):
    return workspace.artifacts(KIND)


def without_results(workspace, root):
    """The same collection with its graphs and without what was made of them."""
    shutil.copytree(workspace.root, root)
    shutil.rmtree(root / "maps", ignore_errors=True)
    return Workspace(root)


@pytest.mark.slow
@pytest.mark.parametrize("search", ["all pairs", "cells"])
@pytest.mark.parametrize("user", USERS)
def test_every_user_gives_the_same_with_and_without_a_kept_graph(
    user, search, tmp_path, searches, monkeypatch, request
):
    if search == "cells":
        request.getfixturevalue("in_cells")
    with monkeypatch.context() as never:
        never.setattr(kept_neighbours, "KEPT_FROM", 10**9)
        plain = measured(tmp_path / "plain.contrast")
        alone = USERS[user](plain)
    assert not kept(plain)
    assert len(searches) == 1
    shared = measured(tmp_path / "shared.contrast")
    assert USERS[user](shared) == alone
    (made,) = kept(shared)
    assert made.recipe["search"] == search
    assert made.inputs == (steps.space(shared).key,)
    assert shared.current(KIND) is None  # nobody chooses it
    del searches[:]
    again = without_results(shared, tmp_path / "again.contrast")
    assert USERS[user](again) == alone
    assert not searches


@pytest.mark.slow
def test_more_neighbours_serve_whoever_asks_for_fewer_where_all_pairs_were_compared(
    tmp_path, searches
):
    workspace = measured(tmp_path / "w.contrast")
    for user in ("t-SNE", "atlas", "umap", "umap in 3-D"):
        USERS[user](workspace)
    assert [k for _, _, k in searches] == [15]
    mapped("umap", seed=1, n_neighbors=9)(workspace)  # all pairs draw nothing
    assert [k for _, _, k in searches] == [15]


def in_block(workspace, k, seed=0):
    where = steps.space(workspace)
    rows = np.unique(where.vectors.values, axis=0)
    with sharing(workspace, where.key, where.vectors):
        return graph(rows, k, seed=seed)


@pytest.mark.usefixtures("in_cells")
def test_what_cells_give_depends_on_number_and_seed_and_so_does_what_is_kept(tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    for asked in ((9, 0), (5, 0), (9, 1), (9, 0), (5, 0), (9, 1)):
        in_block(workspace, *asked)
    assert [k for name, _, k in searches if name == "by_cells"] == [9, 5, 9]
    one = in_block(workspace, 9)
    assert not one.is_exact
    assert one.recall < 1  # or it would show nothing
    assert one.words == kept_words(workspace, 9, 0)


def kept_words(workspace, k, seed):
    (made,) = [m for m in kept(workspace) if (m.recipe["k"], m.seed) == (k, seed)]
    return made.details["search"]


def test_further_images_are_another_space_and_have_a_graph_of_their_own(tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    before = in_block(workspace, 5)
    measured(workspace.root, n=N + 30)
    after = in_block(workspace, 5)
    assert len(kept(workspace)) == 2
    assert len(searches) == 2
    assert (len(before.rows), len(after.rows)) == (N - COPIES, N + 30 - COPIES)
    assert np.array_equal(after.rows, in_block(measured(tmp_path / "o.contrast", n=N + 30), 5).rows)


def test_images_that_were_taken_out_are_not_in_the_graph_of_those_that_stay(tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    where = steps.space(workspace)
    few = where.vectors.take(where.vectors.ids[:90])
    for vectors in (where.vectors, few, few, where.vectors):
        rows = np.unique(vectors.values, axis=0)
        with sharing(workspace, where.key, vectors):  # under one key
            assert np.array_equal(graph(rows, 4).rows, among(rows, 4)[0])
    assert [n for _, n, _ in searches] == [N - COPIES, 90]


@pytest.mark.parametrize("fault", ["cut short", "gone", "too few", "of others", "says nothing"])
def test_a_graph_that_is_damaged_or_another_one_is_searched_again(fault, tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    true = in_block(workspace, 5)
    (made,) = kept(workspace)
    path = workspace.root / KIND / f"{made.key}.parquet"
    found = workspace.load(made.key)
    artifact = Artifact(KIND, made.step, made.recipe, tuple(made.inputs), made.seed)
    details, manifest = dict(made.details), path.with_suffix(".json")
    if fault == "cut short":
        path.write_bytes(path.read_bytes()[:100])
    elif fault == "gone":
        path.unlink()
    elif fault == "too few":
        workspace.save(artifact, NearestImages(found.ids, found.near[:, :2]), details)
    elif fault == "of others":
        others = tuple(map(image, range(1000, 1000 + len(found))))
        workspace.save(artifact, NearestImages(others, found.near), details)
    else:
        said = json.loads(manifest.read_text(encoding="utf-8"))
        manifest.write_text(json.dumps({**said, "details": {}}), encoding="utf-8")
    del found
    again = in_block(Workspace(workspace.root), 5)
    assert len(searches) == 2
    assert np.array_equal(again.rows, true.rows)
    assert np.array_equal(again.distances, true.distances)
    in_block(Workspace(workspace.root), 5)
    assert len(searches) == 2  # it was mended


@pytest.mark.parametrize("near", [[[5], [0]], [[-1], [0]], [[1], [0], [0]]])
def test_a_neighbour_that_is_no_image_is_refused(near):
    with pytest.raises(ValueError, match="nearest image"):
        NearestImages((image(0), image(1)), near)


def test_a_workspace_that_cannot_be_written_is_only_read(tmp_path, searches, monkeypatch):
    workspace = measured(tmp_path / "w.contrast")
    with monkeypatch.context() as locked:
        locked.setattr(Workspace, "is_read_only", True)
        in_block(workspace, 5)
        assert not kept(workspace)
    in_block(workspace, 5)
    monkeypatch.setattr(Workspace, "is_read_only", True)
    in_block(workspace, 5)
    assert len(searches) == 2


def test_a_graph_that_finds_no_room_on_the_disk_is_given_all_the_same(
    tmp_path, searches, monkeypatch
):
    workspace = measured(tmp_path / "w.contrast")

    def full(*given):
        raise WorkspaceError("the disk is full")

    with monkeypatch.context() as disk:
        disk.setattr(Workspace, "save", full)
        found = in_block(workspace, 5)
    assert not kept(workspace)
    assert np.array_equal(found.rows, in_block(workspace, 5).rows)
    assert len(kept(workspace)) == 1


def test_few_rows_and_rows_that_are_not_all_of_the_space_keep_nothing(tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    where = steps.space(workspace)
    with sharing(workspace, where.key, where.vectors):
        graph(where.vectors.values[:60], 4)
        graph(np.unique(where.vectors.values, axis=0)[:40], 4)
    graph(np.unique(where.vectors.values, axis=0), 4)  # outside of the block
    assert len(searches) == 3
    assert not kept(workspace)


def test_a_graph_on_the_disk_is_a_table_of_row_numbers(tmp_path, searches):
    workspace = measured(tmp_path / "w.contrast")
    found = in_block(workspace, 5)
    (made,) = kept(workspace)
    table = pq.read_table(workspace.root / KIND / f"{made.key}.parquet")
    assert table.column_names == ["id", *(f"nearest {place}" for place in range(1, 6))]
    assert np.array_equal(table["nearest 1"].to_numpy(), found.rows[:, 0])
    assert repr(workspace.load(made.key)) == "NearestImages(112 images, 5 nearest of each)"


@pytest.mark.parametrize("search", [among, by_cells])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_distances_measured_again_are_those_of_the_search_to_the_last_bit(kind, search):
    rows = np.unique(KINDS[kind](np.random.default_rng(3), 700, 7), axis=0)
    k = min(6, len(rows) - 1)
    near, distances = (search if k else among)(rows, k)  # a row alone is never looked for in cells
    assert Graph.of(rows, near).distances.tobytes() == distances.tobytes()


@pytest.mark.parametrize("copies", [1, 2, 3, 40])
@pytest.mark.parametrize("count", [1, 4, 15, 500])
def test_an_exported_image_has_its_nearest_and_its_copies_first(copies, count):
    random = np.random.default_rng(copies)
    values = np.repeat(random.normal(size=(40, 3)), copies, axis=0)
    values = values[random.permutation(len(values))]
    ids = tuple(map(image, range(len(values))))
    table = [*ids[::2], image(9_999), *ids[1::2]]
    found = neighbours(Vectors(ids, values, ("a", "b", "c")), "test", table, count)
    rows = np.array([at for at, one in enumerate(table) if one in set(ids)])
    assert np.array_equal(found.rows, rows)
    assert found.search == "exact"
    own = values[[int(table[row], 16) for row in rows]]
    apart = np.sqrt(np.square(own[:, None] - own).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    k = min(count, len(own) - 1)
    order = np.lexsort((np.broadcast_to(np.arange(len(own)), apart.shape), apart), axis=1)[:, :k]
    assert np.array_equal(found.near, rows[order])
    assert np.allclose(found.distances, np.take_along_axis(apart, order, axis=1), atol=1e-12)

"""The fine cut: kept beside the clustering, exported, undone by forgetting it."""

import numpy as np
import pytest

from contrast_engine import Workspace, steps
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.steps.output.export import parquet_bytes, table
from contrast_engine.steps.structure.taxonomy import (
    keep_fine_cut,
    name_group,
    taxonomy,
    undo_group_name,
)
from contrast_engine.store import Artifact
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.structure.taxonomy import cut_at, taxonomy_rows, tree_card

N = 80


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    workspace = Workspace(tmp_path / "w")
    ids = tuple(ImageId(f"{row:016x}") for row in range(N))
    workspace.save_files(
        [ImageFile(f"/p/{i}.jpg", "/p", id=i, width=4, height=3) for i in ids]
    )  # fmt: skip
    values = np.random.default_rng(0).normal(size=(N, 3))
    key = workspace.save(
        Artifact("features", "test@1"), Vectors(ids, values, ("c_rms", "u_dr", "gcf"))
    )
    workspace.make_current("features", key)
    return workspace


@pytest.mark.slow
def test_both_cuts_are_kept_counted_and_exported(workspace: Workspace) -> None:
    key = steps.cluster(workspace, "hierarchical", options={"n_clusters": 3})
    assert taxonomy(workspace) is None
    assert "fine_cluster" not in table(workspace).columns
    kept = keep_fine_cut(workspace, 8)
    assert kept is not None
    assert sum(branch.size for branch in kept.branches) == N
    assert sum(len(branch.groups) for branch in kept.branches) == 8
    found = table(workspace)
    place = found.columns.index("fine_cluster")
    assert place == found.columns.index("cluster") + 1
    assert {row[place] for row in found.rows} == {
        f"{branch.cluster}.{n}" for branch in kept.branches for n in range(len(branch.groups))
    }
    assert parquet_bytes(found)
    rows = taxonomy_rows(workspace, key)
    assert [row["size"] for row in rows] == [branch.size for branch in kept.branches]
    assert all(g["size"] and g["representatives"] for row in rows for g in row["groups"])
    assert keep_fine_cut(workspace, 0) is None
    assert "fine_cluster" not in table(workspace).columns


@pytest.mark.slow
def test_a_cluster_changed_by_hand_keeps_the_finer_groups(workspace: Workspace) -> None:
    steps.cluster(workspace, "hierarchical", options={"n_clusters": 4})
    keep_fine_cut(workspace, 9)
    steps.edit_clusters(workspace, "merge", clusters=(0, 1))
    kept = taxonomy(workspace)
    assert kept is not None
    assert len(kept.branches) == 3
    assert sum(branch.size for branch in kept.branches) == N


@pytest.mark.slow
def test_a_cut_that_is_no_finer_is_refused(workspace: Workspace) -> None:
    steps.cluster(workspace, "hierarchical", options={"n_clusters": 4})
    with pytest.raises(OptionError, match="5 to 80 here, got 4"):
        keep_fine_cut(workspace, 4)
    steps.cluster(workspace, "kmeans")
    with pytest.raises(NotEnoughData, match="no merge tree"):
        keep_fine_cut(workspace, 9)


@pytest.mark.slow
def test_a_click_is_a_cut_and_the_figure_has_a_line_for_each_group(workspace: Workspace) -> None:
    key = steps.cluster(workspace, "hierarchical")
    card = tree_card(workspace, key, 5, 12)
    assert len(card.chart.data) == 6, "one for each group and one for what joins them"
    assert [shape["y0"] for shape in card.chart.layout.shapes] == sorted(
        (shape["y0"] for shape in card.chart.layout.shapes), reverse=True
    )
    coarse, fine = card.chart.layout.shapes
    assert cut_at(workspace, key, coarse["y0"]) == 5
    assert cut_at(workspace, key, fine["y0"]) == 12
    assert cut_at(workspace, key, 1e9) == 2, "one group is no clustering"
    assert sum(len(branch.groups) for branch in card.branches) == 12
    assert sum(branch.whole.size for branch in card.branches) == N


@pytest.mark.slow
def test_a_finer_group_is_named_and_the_name_follows_its_part_of_the_tree(
    workspace: Workspace,
) -> None:
    key = steps.cluster(workspace, "hierarchical", options={"n_clusters": 4})
    with pytest.raises(NotEnoughData, match="keep a fine cut first"):
        name_group(workspace, "0.1", "hazy")
    keep_fine_cut(workspace, 9)
    with pytest.raises(OptionError, match=r"no group '0\.9'; there are: 0\.0, "):
        name_group(workspace, "0.9", "hazy")
    kept = name_group(workspace, "0.1", " hazy ")
    assert kept.names == {"0.1": "hazy"}
    hazy = kept.branches[0].groups[1]
    assert taxonomy_rows(workspace, key)[0]["groups"][1]["name"] == "hazy"
    assert f"hazy ({len(hazy)})" in cluster_cards(workspace, key)[0].inside

    def exported() -> set[str]:
        found = table(workspace)
        place = found.columns.index("fine_name")
        assert found.columns[place - 1] == "fine_cluster"
        return {row[0] for row in found.rows if row[place] == "hazy"}

    assert exported() == set(hazy)
    steps.edit_clusters(workspace, "merge", clusters=(0, 1))
    assert exported() == set(hazy)
    keep_fine_cut(workspace, 10)  # one more group: the others are as they were
    assert exported() in (set(hazy), set())
    keep_fine_cut(workspace, 9)
    place = next(iter(taxonomy(workspace).names))
    assert name_group(workspace, place, "misty").names == {place: "misty"}
    assert undo_group_name(workspace)
    assert taxonomy(workspace).names == {place: "hazy"}
    assert not name_group(workspace, place, "").names
    assert "fine_name" not in table(workspace).columns
    assert parquet_bytes(table(workspace))

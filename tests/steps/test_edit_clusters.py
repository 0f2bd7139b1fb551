import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.features import core_names
from contrast_engine.results import UNASSIGNED
from contrast_engine.steps import edit_clusters, undo_cluster_edit
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors

N = 60


def measured(workspace, n=N):
    """Measure n images in three groups; more images leave the first ones as they are."""
    random = np.random.default_rng(0)
    values = random.normal(size=(200, len(core_names()))) + 3 * (np.arange(200) % 3)[:, None]
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    artifact = Artifact("features", "measure@1", {}, ids)
    key = workspace.save(artifact, Vectors(ids, values[:n], core_names()))
    workspace.make_current("features", key)
    return ids


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "w.contrast")
    measured(made)
    return made


@pytest.mark.slow
def test_an_edit_makes_a_changed_clustering_current_and_undo_the_former(workspace):
    base = steps.cluster(workspace)
    before = workspace.load(base)
    merged = edit_clusters(workspace, "merge", clusters=(1, 2))
    assert workspace.current("clusterings") == merged != base
    assert workspace.load(merged).clusters == (0, 1)
    details = workspace.manifest(merged).details
    assert set(details["summary"]) == {"0", "1"}
    null = workspace.manifest(base).details["silhouette"]["null_mean"]
    assert details["silhouette"]["null_mean"] == null
    images = before.members(0)[:4]
    excluded = edit_clusters(workspace, "exclude", images=images)
    assert [workspace.load(excluded).of[i] for i in images] == [UNASSIGNED] * 4
    assert undo_cluster_edit(workspace) == merged
    assert undo_cluster_edit(workspace) == base
    assert undo_cluster_edit(workspace) is None
    assert workspace.load(base).of == before.of


@pytest.mark.slow
def test_the_id_of_a_split_that_was_taken_back_is_not_given_again(workspace):
    base = workspace.load(steps.cluster(workspace))
    first = workspace.load(edit_clusters(workspace, "split", images=base.members(0)[:3]))
    assert first.clusters == (0, 1, 2, 3)
    undo_cluster_edit(workspace)
    again = workspace.load(edit_clusters(workspace, "split", images=base.members(1)[:3]))
    assert again.clusters == (0, 1, 2, 4)
    assert again.of[base.members(1)[0]] == 4


@pytest.mark.slow
def test_names_stay_with_their_cluster_through_edits(workspace):
    base = steps.cluster(workspace)
    workspace.labels.name_cluster(base, 0, "soft")
    split = edit_clusters(workspace, "split", images=workspace.load(base).members(1)[:3])
    workspace.labels.name_cluster(split, 3, "odd")
    images = workspace.load(base).members(2)[:1]
    moved = edit_clusters(workspace, "move", images=images, into=3)
    assert workspace.labels.cluster_names(moved) == {0: "soft", 3: "odd"}


@pytest.mark.slow
def test_an_edit_that_does_not_fit_leaves_no_trace(workspace):
    with pytest.raises(NotEnoughData, match="no clustering to change"):
        edit_clusters(workspace, "merge", clusters=(0, 1))
    base = steps.cluster(workspace)
    with pytest.raises(OptionError, match="no cluster 9"):
        edit_clusters(workspace, "merge", clusters=(0, 9))
    assert workspace.current("clusterings") == base
    assert workspace.edits.events(base) == ()


@pytest.mark.slow
def test_clustering_again_with_more_images_continues_ids_and_names(workspace):
    first = steps.cluster(workspace)
    before = workspace.load(first)
    split = edit_clusters(workspace, "split", images=before.members(2)[:1])
    workspace.labels.name_cluster(split, 1, "harsh")
    measured(workspace, n=90)
    followed = steps.cluster(workspace, follows=split)
    details = workspace.manifest(followed).details["identity"]
    after = workspace.load(followed)
    assert details["follows"] == split
    assert details["kept"] == [0, 1, 2]
    assert (details["retired"], details["new"], details["next_id"]) == ([3], [], 4)
    for cluster in (0, 1, 2):
        stayed = [after.of[image] == cluster for image in before.members(cluster)]
        assert np.mean(stayed) > 0.8
    assert workspace.labels.cluster_names(followed) == {1: "harsh"}
    assert steps.cluster(workspace, follows=split) == followed
    assert steps.cluster(workspace) not in (followed, first)

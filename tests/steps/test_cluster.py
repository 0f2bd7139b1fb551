import json

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from contrast_engine.clusterings import ward
from contrast_engine.errors import NotEnoughData
from contrast_engine.features import core_names
from contrast_engine.progress import Cancelled
from contrast_engine.steps import cluster
from contrast_engine.store import Artifact, Workspace
from contrast_engine.vectors import ImageId, Vectors


def measured(folder, values):
    """A workspace whose images have been measured, without the images."""
    workspace = Workspace(folder)
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    vectors = Vectors(ids, values, core_names())
    workspace.make_current(
        "features", workspace.save(Artifact("features", "measure@1", {}, ids), vectors)
    )
    return workspace


def cloud(n=120, seed=0):
    return np.random.default_rng(seed).gamma(2, size=(n, len(core_names())))


def two_kinds(n=120):
    """Every third image has a low range and a soft texture, the rest does not differ."""
    values = cloud(n)
    soft = np.arange(n) % 3 == 0
    for name in core_names()[:16]:
        values[soft, core_names().index(name)] += 40
    for name in ("u_dr", "lc_mean"):
        values[soft, core_names().index(name)] -= 80
    return values, soft


@pytest.mark.slow
def test_a_clustering_is_saved_with_everything_a_card_needs(tmp_path):
    workspace = measured(tmp_path / "w.contrast", cloud())
    key = cluster(workspace)
    clustering, details = workspace.load(key), workspace.manifest(key).details
    assert workspace.current("clusterings") == key
    assert workspace.manifest(key).recipe == {"method": "kmeans", "options": {"n_clusters": 3}}
    assert clustering.clusters == (0, 1, 2)
    for measure, n in (("silhouette", 120), ("davies_bouldin", 120)):
        assert details[measure]["n"] == n
        assert set(details[measure]) == {"value", "null_mean", "null_sd", "z", "n", "draws"}
    assert details["verdict"].startswith("not enough images to tell")
    assert details["reading"] == "not enough images to tell"
    assert details["is_grouped"] is False
    for c in map(str, clustering.clusters):
        assert details["summary"][c]
        assert details["differences"][c][0].keys() == {"feature", "effect", "low", "high"}
        assert len(details["representatives"][c]) == 5
        back = details["stability"][c]
        assert 0 < back["low"] <= back["value"] <= back["high"] < 1, "a cloud comes back in part"
        assert set(details["representatives"][c]) <= set(clustering.members(int(c)))
    json.dumps(details, allow_nan=False)


@pytest.mark.slow
def test_planted_kinds_are_found_described_and_called_groups(tmp_path):
    values, soft = two_kinds()
    workspace = measured(tmp_path / "w.contrast", values)
    key = cluster(workspace, options={"n_clusters": 2})
    clustering, details = workspace.load(key), workspace.manifest(key).details
    assert (clustering.cluster == soft).all()
    assert details["is_grouped"] is True
    assert details["verdict"].startswith("separate groups")
    assert [one["value"] for one in details["stability"].values()] == [1, 1], "both come back"
    said = {d["feature"]: d["effect"] for d in details["differences"]["1"]}
    assert abs(next(iter(said.values()))) == 1


def test_the_merge_tree_is_kept_and_cuts_into_the_same_clusters(tmp_path):
    workspace = measured(tmp_path / "w.contrast", cloud())
    key = cluster(workspace, "hierarchical", options={"n_clusters": 4})
    arrays, recipe = workspace.models.load(key)
    assert recipe["method"] == "hierarchical"
    clustering = workspace.load(key)
    assert list(clustering.ids) == sorted(clustering.ids)
    cut = ward.cut(arrays["merges"], 4)[arrays["leaf"]]
    assert adjusted_rand_score(cut, clustering.cluster) == 1
    assert workspace.manifest(key).details["method"]["is_exact"] is True


@pytest.mark.slow
@pytest.mark.parametrize("method", ["kmeans", "hierarchical"])
def test_two_workspaces_with_the_same_images_get_the_same_bytes(tmp_path, method):
    files = []
    for name in ("a", "b"):
        workspace = measured(tmp_path / name, cloud())
        key = cluster(workspace, method, seed=4)
        files.append(
            [
                (workspace.root / "clusterings" / f"{key}{end}").read_bytes()
                for end in (".parquet", ".json")
            ]
        )
    assert files[0] == files[1]


@pytest.mark.slow
def test_the_number_of_threads_does_not_change_a_byte(tmp_path):
    files = []
    for threads in (1, 2):
        workspace = measured(tmp_path / str(threads), cloud(700))
        with threadpool_limits(limits=threads):
            key = cluster(workspace)
        files.append((workspace.root / "clusterings" / f"{key}.json").read_bytes())
    assert files[0] == files[1]


@pytest.mark.slow
def test_the_same_question_is_not_computed_again(tmp_path):
    workspace = measured(tmp_path / "w.contrast", cloud())
    key = cluster(workspace)

    class Stop:
        def tick(self, done, total, note="", **metrics):
            raise Cancelled

    assert cluster(workspace, progress=Stop()) == key
    with pytest.raises(Cancelled):
        cluster(workspace, seed=1, progress=Stop())
    assert [m.key for m in workspace.artifacts("clusterings")] == [key]


@pytest.mark.slow
def test_three_images_make_three_clusters_and_two_are_refused(tmp_path):
    workspace = measured(tmp_path / "three", cloud(3))
    key = cluster(workspace)
    assert workspace.load(key).clusters == (0, 1, 2)
    assert workspace.manifest(key).details["silhouette"]["z"] == 0
    with pytest.raises(NotEnoughData, match="at least 3 different images, got 2"):
        cluster(measured(tmp_path / "two", cloud(2)))

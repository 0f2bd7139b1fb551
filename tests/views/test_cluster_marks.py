"""A cluster has one name and one colour wherever it is shown."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.colouring import PALETTE, colouring
from contrast_engine.counterfactual import Flip
from contrast_engine.features import feature_names
from contrast_engine.map_file import map_bytes
from contrast_engine.predict.prediction import Prediction
from contrast_engine.results import Clustering, Finding, Report
from contrast_engine.steps.output.export import table
from contrast_engine.store import Artifact, Workspace
from contrast_engine.store.collection import ImageFile
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.gallery import groups
from contrast_engine.views.image.what_if import decision_boundary_words
from contrast_engine.views.labels.queue_strategies import cluster_queue
from contrast_engine.views.models.new_images import file_predictions
from contrast_engine.views.structure.cluster_marks import cluster_marks, named_report
from contrast_engine.views.structure.clusterings import clustering_comparison

IDS = tuple(ImageId(f"{row + 1:016x}") for row in range(6))
NAME = "fog banks"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two clusters of three images with a map; the second one is named."""
    made = Workspace(tmp_path_factory.mktemp("marks") / "w")
    made.save_files(ImageFile(f"/p/{i}.jpg", "/p", id=i, width=40, height=30) for i in IDS)
    names = feature_names()
    made.make_current("features", made.save(
        Artifact("features", "measure@1"), Vectors(IDS, np.ones((6, len(names))), names)
    ))  # fmt: skip
    place = Vectors(IDS, np.arange(12.0).reshape(6, 2), ("map_x", "map_y"))
    made.use("maps", made.save(
        Artifact("maps", "project@1", {"method": "pca", "options": {}}, ("space",)), place,
        {
            "space": "made up", "on": "features", "continuity": {"value": 0.9, "n": 6},
            "trustworthiness": {"value": 0.9, "n": 6, "n_neighbors": 2},
        },
    ))  # fmt: skip
    details = {
        "summary": {"0": "dark", "1": "bright"}, "representatives": {"0": [IDS[0]], "1": [IDS[5]]},
        "differences": {"0": [], "1": []}, "on": "features",
    }  # fmt: skip
    for seed in (0, 1):
        question = {"method": "kmeans", "options": {"n_clusters": 2}}
        key = made.save(
            Artifact("clusterings", "cluster@3", question, ("space",), seed),
            Clustering(IDS, np.array([0, 0, 0, 1, 1, 1]), np.zeros(6)), details,
        )  # fmt: skip
        made.labels.name_cluster(key, 1, NAME, "anna")
    made.use("clusterings", key)
    return made


def clustered(workspace: Workspace) -> str:
    return str(workspace.current("clusterings"))


def legend(workspace: Workspace) -> str:
    found = colouring(workspace, IDS, f"cluster@{clustered(workspace)}").legend
    return str([name for name, _, _ in found.entries])


def comparison(workspace: Workspace) -> str:
    found = clustering_comparison(workspace, *(m.key for m in workspace.artifacts("clusterings")))
    return f"{found.rows} {found.matches} {found.typical}"


def evidence(workspace: Workspace) -> str:
    note = "No image is labelled in cluster 0, 1: what is said about it is a guess."
    found = Report((Finding("label_coverage", 0.5, 2, "share", "warn", note),))
    inputs = (clustered(workspace),)
    return (
        named_report(workspace, workspace.save(Artifact("reports", "r@1", {}, inputs), found))
        .findings[0]
        .note
    )


PLACES: dict[str, Callable[[Workspace], str]] = {
    "legend of the map": legend,
    "file of the map": lambda w: map_bytes(
        w, str(w.current("maps")), f"cluster@{clustered(w)}"
    ).decode(),
    "group of the gallery": lambda w: groups(w, ())["cluster.1"].title,
    "queue of labels": lambda w: cluster_queue(w, clustered(w), 1)[0].why,
    "export": lambda w: str(list(table(w).rows)),
    "new images": lambda w: str(file_predictions(w, [Prediction("a.jpg", "x", 0.9, False, 1)])),
    "what if": lambda w: decision_boundary_words(
        Flip("exposure", 0, 1, "0", "1", is_verified=True), "cluster",
        w.labels.cluster_names(clustered(w)),
    ),
    "two clusterings": comparison,
    "evidence": evidence,
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_the_name_of_a_cluster_is_shown_everywhere(place: str, workspace: Workspace) -> None:
    assert NAME in PLACES[place](workspace)


def test_the_colour_of_a_cluster_is_that_of_the_map_wherever_few_of_its_images_are(
    workspace: Workspace,
) -> None:
    key = clustered(workspace)
    marks = cluster_marks(workspace, key)
    assert [(m.name, m.colour, m.is_named) for m in marks.values()] == [
        ("Cluster 0", PALETTE[0], False), (NAME, PALETTE[1], True),
    ]  # fmt: skip
    drawn = colouring(workspace, IDS[4:], f"cluster@{key}").legend.entries
    assert {name: colour for name, colour, _ in drawn} == {m.name: m.colour for m in marks.values()}


def test_of_many_clusters_the_same_keep_a_colour_on_a_part_of_the_map(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    groups_of = np.concatenate([np.full(2 + (c != 3), c) for c in range(14)])
    ids = tuple(ImageId(f"{row + 1:016x}") for row in range(len(groups_of)))
    clustering = Clustering(ids, groups_of, np.zeros(len(ids)))
    key = workspace.save(Artifact("clusterings", "cluster@3"), clustering)
    marks = {m.name: m.colour for m in cluster_marks(workspace, key).values()}
    for part in (ids, ids[:8]):
        for name, colour, _ in colouring(workspace, part, f"cluster@{key}").legend.entries:
            assert marks.get(name, colour) == colour

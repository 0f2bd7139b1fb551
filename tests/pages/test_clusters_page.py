"""The clusters page: how many there are, where they end, and what a person changes."""

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.clusterings import clusterings
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.steps.structure.edit_clusters import edit_clusters
from contrast_engine.store import Artifact
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.in_use import answering, result_name
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.structure.choose_k import choose_k_card, has_choose_k
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.structure.cluster_edits import border_images, unassigned_words
from contrast_engine.views.structure.clusterings import clustering_comparison, named_clusterings

PAGE = "structure/clusters.py"


def words(app: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*app.markdown, *app.caption, *app.error))


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.slow
def test_merging_by_hand_is_kept_through_a_reload_and_taken_back(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    computed = workspace.current("clusterings")
    app = visit(PAGE)
    menu = next(m for m in app.multiselect if m.label == "Merge clusters")
    first, second = workspace.load(computed).clusters[:2]
    app = press(menu.set_value([first, second]).run(), "Merge them")
    assert not app.exception, [e.message for e in app.exception]
    changed = workspace.current("clusterings")
    assert changed != computed
    assert len(workspace.load(changed).clusters) == 2
    assert "Edited; the computed" in words(visit(PAGE)), "opening the page again keeps the change"
    assert workspace.current("clusterings") == changed
    app = press(app, "Undo the last edit")
    assert workspace.current("clusterings") == computed
    assert "Edited; the computed" not in words(app)


def test_lasso_selected_images_are_left_out_and_the_counts_add_up(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    out = workspace.load(workspace.current("clusterings")).ids[:4]
    app = visit(PAGE)
    assert next(b for b in app.button if b.label == "Leave them out").disabled
    app.session_state["selected"] = (*out, ImageId("f" * 16))
    app = press(app.run(), "Leave them out")
    key = workspace.current("clusterings")
    assert workspace.load(key).size(UNASSIGNED) == 4
    assert "4 of 30 images (13%) belong to no cluster" in words(app)
    assert "The other 26 are in the 3 clusters below" in words(app)
    assert sum(card.size for card in cluster_cards(workspace, key)) == 26


def test_a_change_that_cannot_be_says_why_and_changes_nothing(at_stage) -> None:
    workspace = at_stage("clustered")
    before = workspace.current("clusterings")
    assert "99" in result_or_reason(edit_clusters, workspace, "merge", clusters=(0, 99))[1]
    assert workspace.current("clusterings") == before


def test_the_number_is_compared_only_when_asked_and_then_explained(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    options = {"n_clusters": 3}
    assert choose_k_card(workspace, "kmeans", options) is None
    labels = {button.label for button in visit(PAGE).button}
    assert "Compare 2 to 10 clusters" in labels


@pytest.mark.slow
@pytest.mark.usefixtures("few_draws")
def test_the_recommended_number_is_taken_with_one_press(at_stage, visit, finish) -> None:
    workspace = at_stage("clustered")
    steps.choose_k(workspace)
    card = choose_k_card(workspace, "kmeans", {"n_clusters": 9})
    assert [row["Clusters"] for row in card.rows][:2] == ["2", "3"]
    assert len(card.chart.data) == 6
    steps.cluster(workspace, options={"n_clusters": 9})
    app = visit(PAGE)
    assert card.verdict in words(app)
    app = press(app, f"Look at {card.recommended} clusters")
    finish(workspace)
    app.run()
    before = workspace.current("clusterings")
    assert workspace.manifest(before).recipe["options"]["n_clusters"] == 9, "looking is not using"
    assert "You are looking at k-means" in app.info[0].value
    assert "in use is k-means, 9 clusters" in app.info[0].value
    assert not [button for button in app.button if button.label == "Merge them"]
    elsewhere = visit(PAGE)
    assert not elsewhere.info, "another tab goes on with what is in use"
    app = press(app, "Use this")
    key = workspace.current("clusterings")
    assert workspace.manifest(key).recipe["options"]["n_clusters"] == card.recommended
    assert not app.info
    assert f"In use: **{result_name(workspace, key)}**, chosen by" in words(visit(PAGE))
    app = press(app, "Undo")
    assert workspace.current("clusterings") == before
    assert "You are looking at" in app.info[0].value


def test_a_method_that_finds_the_number_itself_is_not_asked_for_it() -> None:
    assert [name for name in clusterings if not has_choose_k(name)] == ["hdbscan"]


def test_border_and_odd_images_are_of_their_cluster_and_the_odd_ones_furthest(at_stage) -> None:
    workspace = at_stage("clustered")
    key = workspace.current("clusterings")
    clustering = workspace.load(key)
    distance = dict(zip(clustering.ids, clustering.distance, strict=True))
    for cluster, found in border_images(workspace, key, each=3).items():
        members = clustering.members(cluster)
        assert {*found.border, *found.outliers} <= set(members)
        assert distance[found.outliers[0]] == max(distance[image] for image in members)


def test_the_answer_that_stands_is_the_one_asked_for(at_stage) -> None:
    workspace = at_stage("clustered")
    assert answering(
        workspace, "clusterings", "kmeans", {"n_clusters": 3}, "features"
    ) == workspace.current("clusterings")
    assert answering(workspace, "clusterings", "kmeans", {"n_clusters": 4}, "features") is None
    assert answering(workspace, "clusterings", "hierarchical", {}, "features") is None


def test_nothing_is_said_of_unassigned_images_where_there_are_none() -> None:
    ids = tuple(ImageId(f"{row:016x}") for row in range(4))
    assert not unassigned_words(Clustering(ids, [0, 0, 1, 1], [0.0] * 4))


@pytest.mark.slow
def test_another_clustering_is_held_beside_this_one(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    first = workspace.current("clusterings")
    assert "There is no other clustering yet" in words(visit(PAGE))
    second = steps.cluster(workspace, "hierarchical", options={"n_clusters": 4})
    names = [run.name for run in named_clusterings(workspace)]
    assert names == ["Hierarchical, 4 clusters", "k-means, 3 clusters"]
    app = visit(PAGE)
    assert not app.exception, [e.message for e in app.exception]
    assert "Adjusted Rand index" in words(app)
    card = clustering_comparison(workspace, second, first)
    assert sum(len(meeting.images) for meeting in card.intersections) == 30
    assert len(card.rows) == 4
    field = next(box for box in app.text_input if box.label == "This clustering")
    field.set_value("by merging").run()
    assert named_clusterings(workspace)[0].name == "by merging"
    steps.edit_clusters(workspace, "merge", clusters=(0, 1))
    assert named_clusterings(workspace)[0].name == "Hierarchical, 3 clusters, edited by hand"


def test_runs_of_one_title_are_numbered_in_the_order_they_were_made(at_stage) -> None:
    workspace = at_stage("clustered")
    steps.cluster(workspace, seed=5)
    assert [run.name for run in named_clusterings(workspace)] == [
        "k-means, 3 clusters, no. 2", "k-means, 3 clusters, no. 1",
    ]  # fmt: skip


@pytest.mark.slow
def test_clusters_are_made_in_the_space_of_an_embedding_and_stay_there(
    at_stage, visit, finish
) -> None:
    workspace = at_stage("clustered")
    table = workspace.load(workspace.current("features"))
    own = Vectors(table.ids, table.values[:, :4] + 0.0, ("a", "b", "c", "d"))
    embedding = workspace.save(Artifact("embeddings", "brought@1"), own, {"name": "my vectors"})
    visit(PAGE, clustered=embedding)
    finish(workspace)
    app = press(visit(PAGE, clustered=embedding), "Use this")
    assert not app.exception, [e.message for e in app.exception]
    key = workspace.current("clusterings")
    assert workspace.manifest(key).details["on"] == embedding
    assert "my vectors, 4 numbers" in words(app)
    visit(PAGE)
    assert workspace.current("clusterings") == key, "opening the page makes nothing new"

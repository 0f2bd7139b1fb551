from pathlib import Path

import pytest

from tests.cli.conftest import Contrast


@pytest.mark.slow
@pytest.mark.parametrize("method", ["kmeans", "hierarchical"])
def test_cluster_keeps_the_contract(
    contrast: Contrast, workspace: Path, photos: Path, method: str
) -> None:
    said = contrast("cluster", workspace, method, "-o", "n_clusters=4", "--json").json
    assert said["key"]
    clusters = said["clusters"]
    assert [c["id"] for c in clusters] == [0, 1, 2, 3]
    assert sum(c["size"] for c in clusters) == 30
    for cluster in clusters:
        assert cluster["summary"]
        assert cluster["representatives"]
        for shown in cluster["representatives"]:
            assert len(shown["id"]) == 16
            assert Path(shown["path"]).parent == photos
    silhouette = said["silhouette"]
    assert {"value", "null_mean", "z", "n"} <= set(silhouette)
    assert -1 <= silhouette["value"] <= 1
    text = contrast("cluster", workspace, method, "-o", "n_clusters=4").out
    assert "null reference" in text


def test_k_means_with_three_clusters_is_what_one_gets_without_asking(
    contrast: Contrast, workspace: Path
) -> None:
    plain = contrast("cluster", workspace, "--json").json
    asked = contrast("cluster", workspace, "kmeans", "-o", "n_clusters=3", "--json").json
    assert plain["key"] == asked["key"]
    assert len(plain["clusters"]) == 3


def test_more_clusters_than_images_is_exit_one_with_the_numbers(
    contrast: Contrast, workspace: Path
) -> None:
    said = contrast("cluster", workspace, "kmeans", "-o", "n_clusters=40")
    assert said.code == 1
    assert "30" in said.err
    assert "40" in said.err


@pytest.mark.slow
def test_choose_k_gives_a_number_a_verdict_and_the_curve(
    contrast: Contrast, workspace: Path
) -> None:
    said = contrast("cluster", workspace, "--choose-k", "--json").json
    assert said["verdict"] in {"groups", "regions", "too few"}
    numbers = [point["k"] for point in said["curve"]]
    assert said["recommended_k"] in numbers
    for point in said["curve"]:
        assert {"stability", "silhouette", "null_mean", "z"} <= set(point)
    text = contrast("cluster", workspace, "--choose-k").out
    assert text.startswith(f"{said['recommended_k']} clusters, {said['reading']}: ")
    refused = contrast("cluster", workspace, "hdbscan", "--choose-k")
    assert refused.code == 2
    assert "finds the number of clusters itself" in refused.err


@pytest.mark.slow
def test_following_keeps_the_numbers_and_names_of_clusters(
    contrast: Contrast, workspace: Path
) -> None:
    before = contrast("cluster", workspace, "--json").json
    contrast("label", "name", workspace, "1", "soft")
    after = contrast("cluster", workspace, "--follow", "--seed", "1", "--json").json
    assert after["identity"]["follows"] == before["key"]
    names = {c["id"]: c["name"] for c in after["clusters"]}
    assert {c for c, name in names.items() if name} <= {1}
    assert set(names) == set(after["identity"]["kept"] + after["identity"]["new"])
    assert set(after["identity"]["new"]).isdisjoint({0, 1, 2})


@pytest.mark.slow
def test_the_newer_clusterings_keep_the_contract(contrast: Contrast, workspace: Path) -> None:
    for method in ("hdbscan", "mixture"):
        said = contrast("cluster", workspace, method, "--json").json
        assert sum(c["size"] for c in said["clusters"]) == round(30 * said["assigned"])
        assert {"value", "null_mean", "z", "n"} <= set(said["silhouette"])
        assert said["verdict"] in contrast("cluster", workspace, method).out


@pytest.mark.slow
def test_a_fine_cut_is_printed_inside_its_clusters(contrast: Contrast, workspace: Path) -> None:
    said = contrast("cluster", workspace, "hierarchical", "--fine", "6", "--json").json
    assert sum(len(branch["groups"]) for branch in said["taxonomy"]) == 6
    for branch in said["taxonomy"]:
        assert sum(group["size"] for group in branch["groups"]) == branch["size"]
    assert contrast("cluster", workspace, "hierarchical", "--fine", "2").code == 2
    assert contrast("label", "name", workspace, "0.0", "hazy").code == 0
    assert contrast("label", "name", workspace, "0.99", "hazy").code == 2
    assert "    0.0 hazy: " in contrast("cluster", workspace, "hierarchical").out

"""axes, similar, odd, doubles: what the pages show, for scripts."""

import shutil

from contrast_engine.store import Workspace


def test_axes_come_with_their_names_and_how_far_they_hold(contrast, workspace):
    found = contrast("axes", workspace, "--count", "3", "--json").json
    assert len(found["axes"]) == 3
    assert all(0 <= axis["name_holds"] <= 1 for axis in found["axes"])
    assert found["ratio_low"] <= found["participation_ratio"] <= found["ratio_high"]
    assert "independent directions" in contrast("axes", workspace).out


def test_a_copy_of_a_photograph_is_most_like_that_photograph(contrast, workspace, tmp_path):
    stored = Workspace(workspace)
    image = stored.images.ids[3]
    copy = shutil.copy(stored.original(image), tmp_path / "copy.jpg")
    found = contrast("similar", workspace, copy, "--count", "4", "--json").json
    assert found["near"][0] == {"id": image, "path": stored.images.paths[image], "distance": 0}
    assert len(found["near"]) == 4
    others = contrast("similar", workspace, image, "--count", "3", "--json").json["near"]
    assert [row["id"] for row in others] == [row["id"] for row in found["near"][1:]]
    assert contrast("similar", workspace, tmp_path / "none.jpg").code == 1


def test_odd_images_come_with_a_reason_and_doubles_in_groups(contrast, workspace):
    found = contrast("odd", workspace, "--count", "5", "--by", "distance", "--json").json
    distances = [row["distance"] for row in found["odd"]]
    assert distances == sorted(distances, reverse=True)
    assert all(row["reason"] for row in found["odd"])
    assert contrast("odd", workspace, "--by", "guess").code == 2
    assert isinstance(contrast("doubles", workspace, "--json").json["doubles"], list)

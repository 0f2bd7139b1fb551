import shutil

from contrast_engine.store import Workspace


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

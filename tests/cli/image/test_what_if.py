"""what-if: one image changed, for scripts."""

import pytest

from contrast_engine.store import Workspace


def test_nothing_changed_measures_the_same_and_haze_lowers_contrast(contrast, workspace):
    image = Workspace(workspace).images.ids[4]
    same = contrast("what-if", workspace, image, "--json").json
    assert same["before"]["measures"] == same["after"]["measures"]
    hazy = contrast("what-if", workspace, image, "--change", "haze=0.4", "--json").json
    assert hazy["after"]["measures"]["c_rms"] < hazy["before"]["measures"]["c_rms"]
    assert "of the collection below" in contrast("what-if", workspace, image).out


@pytest.mark.slow
def test_a_flip_is_found_and_confirmed_or_said_not_to_be(contrast, workspace):
    image = Workspace(workspace).images.ids[4]
    found = contrast("what-if", workspace, image, "--flip", "haze", "--json").json["flips"]
    assert all(flip["before"] != flip["after"] and flip["is_verified"] for flip in found)
    said = contrast("what-if", workspace, image, "--flip", "haze").out
    assert "becomes" in said or "does not flip" in said
    assert contrast("what-if", workspace, image, "--flip", "haze", "--until", "label").code == 1


def test_what_cannot_be_a_change_is_wrong_usage(contrast, workspace):
    image = Workspace(workspace).images.ids[4]
    for given in ("haze", "haze=much", "fog=1", "haze=7", "haze=nan"):
        said = contrast("what-if", workspace, image, "--change", given)
        assert said.code == 2, given
        assert len(said.err.strip().splitlines()) == 2

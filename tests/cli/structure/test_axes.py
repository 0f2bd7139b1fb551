def test_axes_come_with_their_names_and_how_far_they_hold(contrast, workspace):
    found = contrast("axes", workspace, "--count", "3", "--json").json
    assert len(found["axes"]) == 3
    assert all(0 <= axis["name_holds"] <= 1 for axis in found["axes"])
    assert found["ratio_low"] <= found["participation_ratio"] <= found["ratio_high"]
    assert "independent directions" in contrast("axes", workspace).out

"""Sentences about clusterings and maps."""

from contrast_engine.views.words import axis_words, axis_words_in_depth, fit_words, separation_words


def test_a_silhouette_is_only_ever_said_beside_its_null() -> None:
    silhouette = {"value": 0.149, "null_mean": 0.145, "null_sd": 0.004, "z": 1.0, "n": 920}
    details = {"silhouette": silhouette, "is_grouped": False, "verdict": "no separate groups",
               "space": "20 contrast features"}  # fmt: skip
    verdict, sentence = separation_words(details)
    assert verdict == "No separate groups."
    assert "0.149" in sentence
    assert "0.145 ± 0.004" in sentence
    assert "n = 920" in sentence


def test_axes_are_named_as_far_as_there_is_room_and_only_if_they_mean_something() -> None:
    assert axis_words({}) == ("", "")
    long = ", ".join(["a long description of one end"] * 3)
    x, y = axis_words({"ends": [["dark, flat", "bright, harsh"], [long, long]]})
    assert x.startswith("dark, flat")
    assert x.endswith("bright, harsh (no unit)")
    assert len(y) <= 75
    assert axis_words_in_depth({"ends": [["a", "b, c"]] * 2}) == ("", "", "")
    assert axis_words_in_depth({"ends": [["a", "b, c"]] * 3}) == ("→ b",) * 3
    measured = axis_words({"measures": [["dr_stops", "stops"], ["my_own", ""]]})
    assert measured[0].endswith("(dr_stops) (stops)")
    assert measured[1] == "my own (no unit)"


def test_clusters_say_of_how_many_images_they_were_made_where_that_is_not_all():
    assert fit_words({}, 9) == ""
    assert fit_words({"method": {"fitted_on": 300, "restarts": 10}}, 300) == ""
    assert fit_words({"method": {"is_exact": True, "leaves": 90}}, 90) == ""
    said = fit_words({"method": {"fitted_on": 20_000}}, 1_000_000)
    assert said.startswith("Fitted on 20,000 of 1,000,000 images")
    note = {"note": "30000 images were first gathered into 900 micro-clusters"}
    assert fit_words({"method": note}, 30_000) == f"{note['note']}."

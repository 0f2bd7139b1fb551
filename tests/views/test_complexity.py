"""What the page about complexity says and draws, from numbers to words and figures."""

import cv2
import numpy as np
import pytest

from contrast_engine.figures.complexity import (
    against_contrast,
    agreements,
    error_png,
    masked_entropy,
)
from contrast_engine.steps.complexity.entropy_maps import ImageEntropy
from contrast_engine.views.complexity import agreement
from contrast_engine.views.complexity.beside_contrast import together_words
from contrast_engine.views.complexity.entropy_maps import map_words, panels
from contrast_engine.views.complexity.reports import first_sentence
from contrast_engine.views.complexity.training import masked_words
from contrast_engine.views.encoders.encoder_card import TrainedEncoder
from contrast_engine.views.input_checks import table_to_read_problem


def one(srcc: float, low: float, high: float, n: int = 40) -> dict:
    return {"srcc": srcc, "pcc": srcc - 0.02, "low": low, "high": high, "n": n}


DETAILS = {
    "label_free": {**one(0.5, 0.3, 0.6), "score": "parts"},
    "label_free_scores": {"parts": one(0.5, 0.3, 0.6)},
    "models": {"ridge_features": one(0.6, 0.5, 0.7), "ridge_embedding": one(0.4, 0.2, 0.5)},
    "baselines": {"edge_density": one(0.55, 0.4, 0.65), "gcf": one(0.1, -0.2, 0.3)},
    "per_group": {
        group: {
            name: one(value, value - 0.1, value + 0.1, 20)
            for name, value in (
                ("parts", shift), ("ridge_features", 0.7), ("ridge_embedding", 0.2),
                ("edge_density", 0.3), ("gcf", 0.0),
            )
        }
        for group, shift in (("ads", 0.9), ("rooms", 0.1))
    },
    "differences": {"parts - edge_density": {"value": -0.05, "low": -0.12, "high": 0.03}},
    "verdict": "The label-free score does not beat the best naive baseline by its interval.",
}  # fmt: skip


def test_the_first_sentence_is_the_verdict_and_without_scores_what_the_score_is() -> None:
    assert first_sentence(DETAILS, 40) == DETAILS["verdict"]
    unjudged = first_sentence(None, 1200)
    assert unjudged.startswith("No person has judged how complex these 1,200 images are")
    assert "counts the parts of a picture" in unjudged
    assert "not measured yet" in first_sentence(None, 0)


def test_rows_are_the_best_of_each_kind_first_and_per_group() -> None:
    found = agreement.rows(DETAILS)
    assert [row["title"] for row in found] == [
        "label-free score (parts)", "ridge on features and measures", "ridge on embedding", "edge density",
        "global contrast factor",
    ]  # fmt: skip
    assert [row["kind"] for row in found] == ["without labels"] + 2 * ["with scores"] + 2 * [
        "baseline"
    ]
    assert agreement.groups(DETAILS) == ["all groups", "ads", "rooms"]
    assert agreement.rows(DETAILS, "ads")[0]["srcc"] == 0.9
    assert agreement.rows(DETAILS, "rooms")[0]["n"] == 20
    alone = DETAILS | {"per_group": {"all": DETAILS["per_group"]["ads"]}}
    assert agreement.groups(alone) == ["all groups"], "one group is all of them"


def test_a_difference_that_holds_zero_is_called_not_distinguishable() -> None:
    (said,) = agreement.differences(DETAILS)
    assert "Label-free score (parts) less edge density: −0.05 in SRCC" in said
    assert said.endswith("−0.12 to 0.03: not distinguishable.")
    surely = DETAILS | {
        "differences": {"parts - gcf": {"value": 0.4, "low": 0.2, "high": 0.5},
                        "gcf - parts": {"value": -0.4, "low": -0.5, "high": -0.2}}
    }  # fmt: skip
    better, worse = agreement.differences(surely)
    assert better.endswith(": better.")
    assert worse.endswith(": worse.")


def test_rows_that_were_not_used_are_counted() -> None:
    counts = {"rows": 50, "unknown": 3, "without_score": 0, "groups_left_out": {"x": 4}}
    said = agreement.unused_words({"scores": counts})
    assert said == (
        "Of 50 rows, 3 name no image of this collection, 4 are in groups that are too small."
    )
    assert agreement.unused_words({"scores": {"rows": 50}}) == ""


def test_every_score_is_drawn_with_its_interval() -> None:
    drawn = agreements(agreement.rows(DETAILS))
    assert {trace.name for trace in drawn.data} == {"without labels", "with scores", "baseline"}
    (ranked,) = (t for t in drawn.data if t.name == "without labels" and t.showlegend)
    assert ranked.error_x.array[0] == pytest.approx(0.1)
    assert ranked.error_x.arrayminus[0] == pytest.approx(0.2)
    assert list(drawn.layout.yaxis.categoryarray)[-1] == "label-free score (parts)", (
        "the first row is on top"
    )


def test_two_columns_are_called_different_only_while_they_share_little() -> None:
    random = np.random.default_rng(0)
    contrast, other = random.normal(size=(2, 80))
    said = together_words(contrast, other, "RMS contrast")
    assert said.startswith("They are different attributes: r = ")
    assert "n = 80 images" in said
    low, high = said.partition("(")[2].partition(")")[0].replace("−", "-").split(" to ")
    assert float(low) < np.corrcoef(contrast, other)[0, 1] < float(high)
    together = together_words(contrast, contrast + 0.1 * other, "RMS contrast")
    assert together.startswith("They go together in this collection")
    assert "no variation" in together_words(contrast, np.zeros(80), "RMS contrast")


def test_a_point_gives_its_image_and_the_open_one_has_a_ring() -> None:
    ids, values = ("a" * 16, "b" * 16), np.array([1.0, 2.0])
    drawn = against_contrast(ids, values, values, ["x", "<y>"], titles=("c", "d"), opened=ids[1])
    dots, ring = drawn.data
    assert list(dots.customdata) == list(ids)
    assert dots.text[1] == "&lt;y>"
    assert (list(ring.x), list(ring.customdata)) == ([2.0], [ids[1]])
    assert len(against_contrast(ids, values, values, ["x", "y"], titles=("c", "d")).data) == 1


def test_the_maps_lie_on_fixed_scales_and_the_words_name_the_worst_patch() -> None:
    measured = np.array([[1.0, 2.0], [3.0, 4.0]])
    alone = ImageEntropy(measured, None, None, 16, 32)
    assert [(p.title, p.png is None) for p in panels(alone)] == [
        ("The picture", True), ("Measured", False),
    ]  # fmt: skip
    assert map_words(alone).endswith("2.5 bits in the mean, from 1.0 to 4.0.")
    predicted = measured + np.array([[0.5, 0.0], [-1.5, 0.0]])
    found = ImageEntropy(measured, predicted, measured + 1, 16, 32)
    assert [p.is_error for p in panels(found)] == [False, False, True]
    said = map_words(found)
    assert "errs by 0.50 bits in the mean, the mean of the visible neighbours by 1.00" in said
    assert said.endswith("by 1.5, in row 2 and column 1 of the patches, where more is there than "
                         "was expected.")  # fmt: skip


def test_an_error_is_blue_below_white_at_and_brown_above_zero() -> None:
    png = error_png(np.array([[-9.0, 0.0, 2.0]]), 2.0)
    (low, none, high) = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)[0][:, ::-1]
    assert low.tolist() == [0x21, 0x66, 0xAC]
    assert none.tolist() == [0xF7, 0xF7, 0xF7]
    assert high.tolist() == [0xB2, 0x54, 0x1A]


def test_masked_entropy_is_drawn_beside_the_mean_of_the_visible_neighbours() -> None:
    drawn = masked_entropy([1, 2], np.array([0.1, 0.6]), np.array([0.5, 0.5]))
    assert {t.name: list(t.y) for t in drawn.data} == {
        "encoder": [0.1, 0.6], "mean of the visible neighbours": [0.5, 0.5],
    }  # fmt: skip


def test_an_encoder_no_better_than_its_neighbours_is_said_to_be_so() -> None:
    def run(last: dict) -> TrainedEncoder:
        return TrainedEncoder(
            "k", "t", "complexity", 9, 1, 1.0, "cpu", "", last, False, "", None, False
        )

    assert "R² 0.600, better than" in masked_words(run({"masked_r2": 0.6, "neighbours_r2": 0.5}))
    assert "no better than" in masked_words(run({"masked_r2": 0.5, "neighbours_r2": 0.5}))
    assert "predicts no hidden patches" in masked_words(run({}))


def test_a_path_of_scores_is_checked_before_anything_is_started(tmp_path) -> None:
    table = tmp_path / "scores.csv"
    table.write_text("file,score\n")
    assert table_to_read_problem(f' "{table}" ', "file") is None
    assert "not a full path" in table_to_read_problem("scores.csv", "file")
    assert "There is no file" in table_to_read_problem(str(tmp_path / "other.csv"), "file")
    assert table_to_read_problem(" ", "file") == "Give the path of a table first."

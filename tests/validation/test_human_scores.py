"""Measures against people's scores: no peeking at the content that is predicted."""

import json
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.cli import main
from contrast_engine.errors import NotEnoughData
from contrast_engine.validation.human_scores import (
    best_combination,
    order_of_amount,
    score_correlations,
    shift,
)

AMOUNTS = "contrast_change=0.9,1.2,0.75,1.45,0.5"
OF_AMOUNT = (
    "amount",
    "c_rms",
    "sigma_l",
    "gcf",
    "rammg",
    "lc_mean",
    "std_y",
    "lum_contrast",
    "c_hp",
)
"""Not u_dr: it is at its end, 1, before the strongest change is."""


def test_measures_are_listed_by_how_close_they_follow_the_scores() -> None:
    scores = np.arange(12.0)
    found = score_correlations({"up": scores**3, "down": -scores, "still": scores * 0}, scores)
    assert [(one.measure, one.rho) for one in found[:2]] == [("up", 1), ("down", -1)]
    assert found[2].rho is None
    assert found[0].n == 12


def test_amounts_are_ordered_within_a_content_and_not_across() -> None:
    amounts = np.array([1.0, 2, 3, 1, 2, 3])
    contents = ["a"] * 3 + ["b"] * 3
    assert order_of_amount(np.array([1.0, 2, 3, 101, 102, 103]), amounts, contents).value == 1
    found = order_of_amount(np.array([1.0, 2, 3, 3, 2, 1]), amounts, contents)
    assert (found.value, found.low, found.high) == (0, -1, 1)  # of two contents nothing is known


def test_a_shift_is_held_against_the_range_of_the_references() -> None:
    assert shift(np.array([[1.0, 1.5], [3.0, 2.0]]), np.array([0.0, 5.0])) == pytest.approx(
        (0.15, 0.2)
    )


def test_a_combination_that_works_is_found_and_one_that_only_knows_the_content_is_not() -> None:
    rng = np.random.default_rng(0)
    contents = [f"c{i // 6}" for i in range(60)]
    good = rng.normal(size=60)
    scores = good + 0.1 * rng.normal(size=60)
    noise = {f"n{i}": rng.normal(size=60) for i in range(20)}
    found, chosen = best_combination({"good": good, **noise}, scores, contents)
    assert found.rho is not None
    assert found.rho > 0.9
    assert chosen["good"] == 10
    # A score made of nothing but each content's own level cannot be told from other contents.
    level = np.repeat(rng.normal(size=10), 6)
    found, _ = best_combination({**noise}, level, contents)
    assert found.rho is not None
    assert found.rho < 0.4
    with pytest.raises(NotEnoughData, match="needs 3 contents, got 1"):
        best_combination({"good": good}, scores, ["a"] * 60)


@pytest.mark.slow
def test_amount_is_in_perfect_order_within_every_content_of_tid2013(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_data / "tid2013_contrast"
    assert main(["people", str(folder), "--amount", AMOUNTS, "--json"]) == 0
    groups = {
        (one["scores"], one["distortion"]): one
        for one in json.loads(capsys.readouterr().out)["groups"]
    }
    change = groups["mos_tid2013", "contrast_change"]
    assert (change["n"], change["contents"]) == (60, 12)
    assert {name: change["amount"][name] for name in OF_AMOUNT} == pytest.approx(
        dict.fromkeys(OF_AMOUNT, 1.0)
    )
    assert change["combination"]["rho"] > 0.5
    moved = groups["mos_tid2013", "mean_shift"]["moved"]
    for name in ("amount", "sigma_l", "rammg", "gcf"):
        assert moved[name]["median"] < 0.1, (name, moved[name])
    opinion = {one["measure"]: one["rho"] for one in change["measures"]}
    assert opinion["amount"] > max(0.78, opinion["u_dr"], opinion["gcf"])


def test_a_folder_without_scores_is_refused_in_words(tmp_path, capsys) -> None:
    assert main(["people", str(tmp_path)]) == 1
    assert "there is no scores.csv" in capsys.readouterr().err
    (tmp_path / "scores.csv").write_text("file,score\nx.png,1\n")
    assert main(["people", str(tmp_path)]) == 1
    assert "needs the column 'score_kind'" in capsys.readouterr().err


@pytest.mark.slow
def test_images_of_a_scene_are_drawn_together_and_without_a_name_copies_are_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import cv2

    rng, rows = np.random.default_rng(0), ["file,score,score_kind,reference,distortion,level,place"]
    for number in range(7):
        small = rng.uniform(0, 255, (6, 6)).astype(np.uint8)
        picture = cv2.resize(small, (48, 48), interpolation=cv2.INTER_CUBIC)
        for ending in ("png", "jpg"):
            cv2.imwrite(str(tmp_path / f"{number}.{ending}"), picture)
            rows.append(f"{number}.{ending},{rng.uniform():.3f},mos,,,,{number % 3}")
    (tmp_path / "scores.csv").write_text("\n".join(rows))
    contents = {}
    for group in ([], ["--group", "place"]):
        assert main(["human-scores", str(tmp_path), "--json", *group]) == 0
        (found,) = json.loads(capsys.readouterr().out)["groups"]
        contents[bool(group)] = found["contents"]
        assert {one["contents"] for one in found["measures"]} == {found["contents"]}
        assert found["best"]["looks"] > 20
        assert all(one["p"] is None or one["p"] >= found["best"]["p"] for one in found["measures"])
    assert contents == {False: 7, True: 3}
    assert (found["best"]["low"], found["best"]["high"]) == (-1, 1)  # of three places
    assert main(["human-scores", str(tmp_path), "--group", "scene"]) == 1
    assert "no column 'scene'" in capsys.readouterr().err

"""Issues: scores that mean what they say, and one calibrated limit for every collection."""

import csv
from pathlib import Path

import numpy as np
import pytest

from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.features import features, measure_image
from contrast_engine.illuminants.casts import STRONG_CAST
from contrast_engine.images import LinearImage, read_image
from contrast_engine.issues import HAZE, ISSUES, cast, find_issues
from contrast_engine.vectors import ImageId, Vectors

SAMPLES = Path(__file__).parents[1] / "sample_data"
NEEDED = ("sigma_l", "lum_contrast", "mean_y", "u_dr", "clip_shadows", "clip_highlights",
          "chroma_mean", "hue_diversity")  # fmt: skip


def table(**columns: list[float]) -> Vectors:
    n = len(next(iter(columns.values())))
    ordinary = {"sigma_l": 25, "u_dr": 0.95, "chroma_mean": 10, "hue_diversity": 0.5, "mean_y": 0.2}
    spread = columns.get("sigma_l", [25.0] * n)
    columns = {"lum_contrast": [sigma / 50 for sigma in spread]} | columns  # mean L* of 50
    values = [columns.get(name, [ordinary.get(name, 0.0)] * n) for name in NEEDED]
    return Vectors(tuple(ImageId(f"{i:016x}") for i in range(n)), np.column_stack(values), NEEDED)


def by_name(vectors: Vectors, **thresholds: float):
    return {found.issue.name: found for found in find_issues(vectors, thresholds)}


def test_scores_are_those_of_the_rules():
    found = by_name(
        table(sigma_l=[10, 50], clip_shadows=[0.25, 0], clip_highlights=[0, 1], u_dr=[0.3, 1],
              chroma_mean=[40, 0], hue_diversity=[0.25, 0])
    )  # fmt: skip
    assert found["low_contrast"].scores.tolist() == [0.2, 1]
    assert found["high_contrast"].scores.tolist() == [0.8, 0]
    assert found["clipped_shadows"].scores.tolist() == [0.75, 1]
    assert found["clipped_highlights"].scores.tolist() == [1, 0]
    assert found["flat"].scores.tolist() == [0.3, 1]
    assert found["colour_cast"].scores == pytest.approx([0.7, 1])


def test_the_cast_is_the_distance_of_the_mean_colour_from_grey():
    rng = np.random.default_rng(3)
    image = LinearImage(rng.uniform(0, [1, 0.6, 0.3], (30, 40, 3)))
    row = measure_image(image)
    vectors = Vectors((ImageId("a" * 16),), np.array([list(row.values())]), tuple(row))
    a, b = (axis.mean() for axis in image.chroma_axes)
    assert cast(vectors)[0] == pytest.approx(np.hypot(a, b), rel=1e-6)


def test_exposure_is_the_distance_of_the_mean_lightness_from_middle_grey_in_stops():
    rows = table(sigma_l=[20, 20, 20, 0], lum_contrast=[0.4, 20 / 16, 20 / 75, 0],
                 mean_y=[0.2, 0.02, 0.5, 0.184], clip_highlights=[0, 0, 0.02, 0])  # fmt: skip
    found = by_name(rows)
    under, over = found["under_exposed"], found["over_exposed"]
    stops = np.log2(lightness_inverse(np.array([16.0, 75.0])) / 0.184)
    assert under.scores == pytest.approx([1, 1 + stops[0] / 6, 1, 1], abs=1e-3)
    assert over.scores == pytest.approx([1, 1, 1 - stops[1] / 2.44, 1], abs=1e-3)
    assert under.images == (rows.ids[1],)
    assert over.images == (rows.ids[2],)
    assert under.said(rows.ids[1]) == "the picture is on average 3.1 stops darker than middle grey"


def lightness_inverse(lightness):
    return ((lightness + 16) / 116) ** 3


def test_the_same_limit_holds_whatever_the_collection_is_like():
    for low, high in ((1, 9), (1, 40), (30, 35)):
        sigma = np.linspace(low, high, 101)
        found = by_name(table(sigma_l=sigma.tolist()))["low_contrast"]
        assert found.threshold == ISSUES["low_contrast"].threshold == 0.2
        assert found.flags.sum() == (sigma < 10).sum(), "all of a bad one, none of a good one"
        assert found.is_usual


def test_a_collections_own_worst_share_is_flagged_only_where_it_is_asked_for():
    vectors = table(sigma_l=list(np.linspace(30, 40, 101)))
    own = {one.issue.name: one for one in find_issues(vectors, worst={"low_contrast": 5})}
    assert own["low_contrast"].flags.sum() == 5
    assert (own["low_contrast"].whose, own["low_contrast"].is_usual) == ("collection", False)
    assert own["flat"].whose == "calibrated"
    with pytest.raises(OptionError, match="worst share for flat must be from 0 to 100 %"):
        find_issues(vectors, worst={"flat": 101})


@pytest.mark.parametrize("issue", [*ISSUES.values(), HAZE, STRONG_CAST], ids=lambda i: i.name)
def test_a_limit_is_said_in_words_with_its_number_and_its_reason(issue):
    than = "less than" if issue.is_low else "more than"
    assert f"{than} {issue.limit:.{issue.digits}f}" in issue.limit_said(issue.threshold)
    assert issue.number(issue.threshold) == pytest.approx(issue.limit)
    assert 0 < issue.threshold < 1
    assert issue.reason


@pytest.mark.parametrize("name", ISSUES)
def test_a_collection_of_one_ordinary_picture_has_no_issue(name):
    assert by_name(table(sigma_l=[25.0]))[name].images == ()


def test_a_threshold_of_ones_own_is_used_and_the_worst_come_first():
    vectors = table(sigma_l=[20, 10, 15, 30])
    found = by_name(vectors, low_contrast=0.45)["low_contrast"]
    assert found.images == tuple(vectors.ids[i] for i in (1, 2, 0))
    assert not found.is_usual
    assert by_name(vectors)["low_contrast"].is_usual


def test_what_cannot_be_looked_for_is_refused_in_words():
    with pytest.raises(OptionError, match="no issue 'blurry'; there are: low_contrast"):
        find_issues(table(sigma_l=[20]), {"blurry": 0.5})
    with pytest.raises(OptionError, match="threshold of flat must be from 0 to 1, got 2"):
        find_issues(table(sigma_l=[20]), {"flat": 2})
    with pytest.raises(NotEnoughData, match="measured images, there are none"):
        find_issues(Vectors((), np.zeros((0, len(NEEDED))), NEEDED))


def test_issues_read_only_features_that_there_are():
    assert set(NEEDED) <= set(features)


@pytest.mark.parametrize(
    ("variant", "issue"),
    [("haze", "flat"), ("haze", "low_contrast"), ("low range", "low_contrast")],
)
def test_what_was_done_to_the_samples_shows_in_the_score_of_its_issue(variant, issue):
    with (SAMPLES / "truth.csv").open(encoding="utf-8") as file:
        done = {row["file"]: row["variant"] for row in csv.DictReader(file)}
    scores = {}
    for kind in (variant, "as is"):
        files = [name for name in done if done[name] == kind][:8]
        rows = [measure_image(read_image(SAMPLES / name, 128)) for name in files]
        values = np.array([list(row.values()) for row in rows])
        vectors = Vectors(
            tuple(ImageId(f"{n:016x}") for n in range(len(files))), values, tuple(rows[0])
        )
        scores[kind] = by_name(vectors)[issue].scores
    lower = scores[variant][:, None] <= scores["as is"][None]
    assert lower.mean() > 0.7


def test_a_strong_cast_is_an_issue_only_where_illuminants_were_estimated():
    features = table(sigma_l=[25, 25, 25, 25])
    assert "strong_cast" not in by_name(features)
    with pytest.raises(OptionError, match="no issue 'strong_cast'"):
        find_issues(features, {"strong_cast": 0.5})
    angles = Vectors(features.ids[:3], np.array([[2.0], [20.0], [54.7356]]), ("cast_angle",))
    *others, strong = find_issues(features, beside=[(STRONG_CAST, angles)])
    assert [one.issue.name for one in others] == list(ISSUES)
    assert strong.scores == pytest.approx([1 - 2 / 54.7356, 1 - 20 / 54.7356, 0])
    assert strong.images == (features.ids[2], features.ids[1]), "both are beyond 14 degrees"
    own = find_issues(features, {"strong_cast": 0.5}, [(STRONG_CAST, angles)])[-1]
    assert own.images == (features.ids[2],)
    assert features.ids[3] not in own.score_of, "nothing is known of it"

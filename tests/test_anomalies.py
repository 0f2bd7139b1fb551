"""Unlike the rest and why; one picture more than once."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.anomalies import FAR, anomalies, deviations, fingerprint
from contrast_engine.describe import ALIKE, correlations
from contrast_engine.errors import NotEnoughData
from contrast_engine.perturb import perturbations
from contrast_engine.randomness import generator
from contrast_engine.steps.structure.duplicates import find_duplicates
from contrast_engine.steps.structure.similar import most_similar
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.outcomes import result_or_reason
from contrast_engine.views.structure.duplicates import duplicates
from contrast_engine.views.structure.outliers import outliers

SAMPLE = sorted((Path(__file__).parents[1] / "sample_data").glob("*.jpg"))


def crowd(n: int = 40) -> Vectors:
    values = generator(3, "crowd").normal(size=(n, 3)) * (1.0, 10.0, 0.1)
    return Vectors(
        tuple(ImageId(f"{row:016x}") for row in range(n)), values, ("gcf", "skew", "mean_y")
    )


@pytest.mark.slow
def test_the_image_that_is_far_out_comes_first_with_the_measure_and_the_side() -> None:
    usual = crowd()
    values = usual.values.copy()
    values[17, 1] = -90.0
    found = anomalies(Vectors(usual.ids, values, usual.columns))
    assert found[0].image == usual.ids[17]
    assert [reason.feature for reason in found[0].reasons] == ["skew"]
    assert found[0].reasons[0].deviations < -5
    assert len(found) == 40
    assert found[0].isolation > found[-1].isolation


def collection(seed: int, n: int = 1000) -> tuple[Vectors, set[ImageId]]:
    """Measures as photographs have them, correlated and skewed, with ten images that differ.

    A planted image is like the others but for three measures, four deviations out.
    """
    random = generator(seed, "planted anomalies")
    mixing = random.normal(size=(6, 20))
    values = random.normal(size=(n, 6)) @ mixing / 2.5 + 0.6 * random.normal(size=(n, 20))
    planted = random.choice(n, 10, replace=False)
    for row in planted:
        few = random.choice(20, 3, replace=False)
        values[row, few] = values[:, few].mean(axis=0) + random.choice((-4, 4), 3) * values[
            :, few
        ].std(axis=0)
    values[:, ::2] = np.exp(values[:, ::2] / 3)  # half of the measures are skewed
    ids = tuple(ImageId(f"{row:016x}") for row in range(n))
    return Vectors(ids, values, tuple(f"m{k}" for k in range(20))), {ids[row] for row in planted}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_of_ten_planted_among_a_thousand_nine_are_in_the_first_twenty(seed: int) -> None:
    vectors, planted = collection(seed)
    found = [one.image for one in anomalies(vectors)[:20]]
    assert len(planted & set(found)) >= 9


@pytest.mark.slow
def test_either_judge_ranks_by_its_own_score_alone() -> None:
    vectors, planted = collection(0, 200)
    for judge, score in (("distance", "distance"), ("isolation", "isolation")):
        found = anomalies(vectors, judge)
        scores = [getattr(one, score) for one in found]
        assert scores == sorted(scores, reverse=True)
        assert planted & {one.image for one in found[:20]}


@pytest.mark.slow
def test_reasons_are_those_of_looking_at_one_image_after_the_other() -> None:
    vectors, _ = collection(1, 300)
    values = np.column_stack([vectors.values, 1 + 2 * vectors.values[:, 0]])  # says the same
    vectors = Vectors(vectors.ids, values, (*vectors.columns, "twin"))
    out = deviations(vectors.values)
    alike = np.abs(correlations(vectors.values)) > ALIKE
    found = anomalies(vectors)
    assert any(one.reasons for one in found)
    assert not all(one.reasons for one in found)
    for one in found:
        row = vectors.ids.place(one.image)
        named: list[int] = []
        for column in np.argsort(-np.abs(out[row]), kind="stable").tolist():
            is_new = not any(alike[column, known] for known in named)
            if abs(out[row, column]) >= FAR and len(named) < 3 and is_new:
                named.append(column)
        assert [vectors.columns.index(reason.feature) for reason in one.reasons] == named
        assert [reason.deviations for reason in one.reasons] == out[row, named].tolist()
    assert found[:3] == tuple(found)[:3]
    assert found[-1] == tuple(found)[-1]


def test_deviations_are_those_worked_out_by_hand() -> None:
    values = np.array([[0.0, 5.0, 1.0], [1.0, 5.0, 1.0], [2.0, 5.0, 1.0], [3.0, 5.0, 1.0],
                       [10.0, 5.0, 9.0]])  # fmt: skip
    found = deviations(values)
    assert found[:, 0] == pytest.approx((values[:, 0] - 2) / 1.4826)
    assert not found[:, 1].any(), "a constant column says nothing"
    assert found[4, 2] == pytest.approx(8 / (np.sqrt(np.pi / 2) * 1.6))


@pytest.mark.slow
def test_the_order_of_the_rows_changes_nothing() -> None:
    usual = crowd()
    turned = Vectors(usual.ids[::-1], usual.values[::-1], usual.columns)
    assert anomalies(usual) == anomalies(turned)


def test_a_handful_of_images_has_no_odd_one() -> None:
    with pytest.raises(NotEnoughData, match="8 images on, got 5"):
        anomalies(crowd(5))
    assert outliers(crowd(5)) == ()


def test_a_fingerprint_follows_the_shapes_and_not_the_contrast() -> None:
    rising = np.tile(np.arange(9.0), (8, 1))
    assert fingerprint(rising) == 2**64 - 1
    assert fingerprint(-rising) == 0
    assert fingerprint(0.1 * rising + 40) == fingerprint(rising)


def test_a_copy_and_a_hazy_version_are_found_and_a_stranger_is_not(tmp_path: Path) -> None:
    photo = cv2.imread(str(SAMPLE[40]))
    cv2.imwrite(str(tmp_path / "one.png"), photo)
    (tmp_path / "copy.png").write_bytes((tmp_path / "one.png").read_bytes())
    hazy = perturbations["haze"](photo[..., ::-1] / 255.0, 0.5)
    cv2.imwrite(str(tmp_path / "hazy.png"), np.round(255 * hazy[..., ::-1]).astype(np.uint8))
    cv2.imwrite(str(tmp_path / "other.png"), cv2.imread(str(SAMPLE[160])))
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, [tmp_path])
    exact, near = duplicates(find_duplicates(workspace))
    assert "copy.png" in exact.words
    assert "one.png" in exact.words
    wanted = {workspace.images.find(tmp_path / name) for name in ("one.png", "hazy.png")}
    assert set(near.images) == wanted
    assert "drawn at random" in near.words

    found, reason = result_or_reason(most_similar, workspace, (tmp_path / "hazy.png").read_bytes())
    assert not reason
    assert found.near[0] == (workspace.images.find(tmp_path / "hazy.png"), 0.0)
    nothing, reason = result_or_reason(most_similar, workspace, b"no picture")
    assert nothing is None
    assert reason

"""The page about illuminants in numbers: planes, swatches, relighting, tables of errors."""

import numpy as np
import pytest

from contrast_engine.arrays import Json
from contrast_engine.errors import OptionError
from contrast_engine.figures.illuminants import spread
from contrast_engine.illuminants.angles import NEUTRAL, angular_error, unit
from contrast_engine.illuminants.estimators import ESTIMATORS
from contrast_engine.illuminants.planckian import light, locus_1976
from contrast_engine.illuminants.relighting import is_saturated
from contrast_engine.steps.illuminants.one_photograph import Photograph
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.illuminants import collection, judged, learned
from contrast_engine.views.illuminants.chromaticity import MARKED, cie_1976, places, swatch
from contrast_engine.views.illuminants.one_image import (
    clipping_words,
    corrected_png,
    described,
    drawn,
    estimates,
    relight,
    typed_number,
)
from tests.illuminants.scenes import mondrian

A, B = ImageId("a" * 16), ImageId("b" * 16)


def photograph(brightest: float = 0.3) -> Photograph:
    small = mondrian(3, size=64)
    small = (small * brightest / small.max()).astype(np.float32)
    small[:4, :4] = 1.0  # a lamp
    small[-4:, -4:] = 0.0
    return Photograph(small, small, (small.sum(axis=2) > 0) & ~is_saturated(small))


def report(**changes: object) -> Json:
    """What is stored of a judgement, cut down to two methods on three images."""
    warm, cool = light(3000.0).tolist(), light(9000.0).tolist()
    part = {"median": 2.0, "trimean": 2.0, "best25": 1.0, "worst25": 3.0, "p95": 2.9, "max": 3.0,
            "low": 1.1, "high": 2.9}  # fmt: skip
    against = {"n": 3, "mean": -0.5, "low": -0.9, "high": -0.1}
    return {
        "methods": {
            "grey-world": {**part, "mean": 2.0, "reproduction_mean": 2.5,
                           "against_best_statistical": None},
            "forest": {**part, "mean": 1.5, "reproduction_mean": 1.75,
                       "against_best_statistical": against},
        },
        "best": "forest", "best_statistical": "grey-world", "verdict": "forest errs less; use it",
        "n": 3, "n_train": 0, "also_in_train": 0, "seeds": 2, "is_synthetic": False,
        "left_out": {"trees": "too few"}, "problems": [{"path": "x.png", "reason": "no file"}],
        "files": ["a.png", "far/b.png", "c.png"], "truths": [warm, cool, warm],
        "images": [A, B, None],
        "estimates": {"grey-world": [cool, cool, warm], "forest": [warm, cool, warm]},
        "errors": {"grey-world": [1.0, 3.0, 2.0], "forest": [0.5, 1.0, 3.0]},
        **changes,
    }  # fmt: skip


def test_the_locus_passes_the_known_lights() -> None:
    # CIE standard illuminant A, and 6,500 K of a black body (x = 0.3135, y = 0.3237)
    known = np.array([[0.2560, 0.5243], [0.2004, 0.4656]])
    assert locus_1976(np.array([2856.0, 6500.0])) == pytest.approx(known, abs=3e-4)
    behind = cie_1976()
    assert behind.neutral == pytest.approx((0.1978, 0.4683), abs=2e-4)  # D65
    assert behind.triangle[0] == pytest.approx([0.4507, 0.5229], abs=2e-4)  # sRGB red
    on, words = behind.marks["6,500 K"]
    assert on == pytest.approx(known[1], abs=3e-4)
    apart = (np.array(words) - on) * [1, 2 / 3]
    assert np.hypot(*apart) == pytest.approx(0.024), "a line of equal temperature, in CIE 1960"
    assert apart[1] > 0, "towards green"
    assert len(behind.marks) == len(MARKED)


def test_a_swatch_is_the_light_encoded_for_the_screen() -> None:
    assert swatch(NEUTRAL) == "#ffffff"
    assert swatch(np.array([0.2, 0.1, 0.0])) == "#ffbc00", "half of white is code 188"
    assert swatch(np.array([2.0, 1.0, 0.0])) == swatch(np.array([0.2, 0.1, 0.0]))
    assert places(np.array([2.0, 1.0, 1.0]), is_camera=True).tolist() == [[0.5, 0.25]]


def test_every_method_is_drawn_where_its_light_lies_in_the_colour_of_its_swatch() -> None:
    found = estimates(photograph())
    assert list(found) == list(ESTIMATORS)
    truth = described("True light", light(3000.0, 0.004))
    assert (truth.cct, truth.duv) == pytest.approx((3000.0, 0.004), abs=1e-3)
    figure = drawn(found, [truth])
    traces = {trace.name: trace for trace in figure.data if trace.name}
    for one in (*found.values(), truth):
        where = places(one.light)[0]
        assert (traces[one.title].x[0], traces[one.title].y[0]) == pytest.approx(tuple(where))
        assert list(traces[one.title].marker.color) == [one.colour]
    left, right = figure.layout.xaxis.range
    assert all(left < traces[one.title].x[0] < right for one in found.values())
    assert "u′" in figure.layout.xaxis.title.text
    whole = drawn(found, is_whole=True).layout.xaxis.range
    assert whole[0] < 0.175 < 0.45 < whole[1], "green and red of the screen"


def test_a_correction_makes_a_grey_thing_grey() -> None:
    import cv2

    lamp = light(3000.0)
    picture = np.full((8, 8, 3), 0.2) * lamp / lamp.max()
    shown = cv2.imdecode(np.frombuffer(corrected_png(picture, lamp.tolist()), np.uint8), 1)
    assert np.ptp(shown.reshape(-1, 3).mean(axis=0)) <= 1


@pytest.mark.parametrize(("cct", "duv"), [(2600.0, 0.0), (4000.0, -0.01), (9500.0, 0.01)])
def test_the_reproduction_error_of_grey_world_does_not_move_with_the_light(
    cct: float, duv: float
) -> None:
    found = relight(photograph(), cct, duv)
    one = found.methods["grey-world"]
    assert found.clipped == 0
    assert one.reproduction == pytest.approx(one.before, abs=1e-3)
    assert angular_error(unit(found.applied.rgb), light(cct, duv))[0] < 1e-6
    assert one.recovery == pytest.approx(
        angular_error(one.estimate.light, light(cct, duv))[0], abs=1e-9
    )
    assert "reproduction error stays" in clipping_words(found)
    assert found.masked == 16 + 16, "the lamp and the black corner are not looked at"


def test_pixels_that_a_light_saturates_are_left_out_and_said() -> None:
    found = relight(photograph(brightest=0.97), 2600.0, 0.0)
    assert found.clipped > 0
    assert f"saturates {found.clipped:,} more" in clipping_words(found)
    one = found.methods["grey-world"]
    assert one.reproduction != pytest.approx(one.before, abs=1e-3)
    assert found.picture.max() <= 1


def test_a_light_that_no_screen_has_is_refused() -> None:
    with pytest.raises(OptionError, match="outside sRGB"):
        relight(photograph(), 2500.0, 0.02)


def test_a_number_in_an_address_counts_only_within_its_bounds() -> None:
    said = [typed_number(text, 1, 5, 3) for text in ("4", "6", "nan", "x", None)]
    assert said == [4, 3, 3, 3, 3]


def test_the_table_of_errors_says_what_was_stored_best_first() -> None:
    first, second = judged.rows(report())
    assert (first["Method"], first["Offered"], first["Mean"]) == ("Forest", "use this", 1.5)
    assert first["95% interval"] == "1.10 to 2.90"
    assert first["Against the best"] == "-0.50 (-0.90 to -0.10)"
    assert (second["Method"], second["Offered"]) == ("Grey-world", "")
    assert (second["Worst 25%"], second["Reproduction"]) == (3.0, 2.5)
    basis = judged.basis_words(report(), 7)
    assert "n = 3 images of known light" in basis
    assert "3 folds" in basis
    assert "2 times (first seed 7)" in basis
    assert "12 other images" in judged.basis_words(report(n_train=12), 0)
    left = judged.left_out_words(report())
    assert "Trees was not fitted: too few." in left
    assert "x.png: no file" in left


def test_what_was_relit_is_called_synthetic() -> None:
    said = report(is_synthetic=True, verdict="use white-patch; synthetic: relit")
    assert "synthetic" in judged.basis_words(said, 0)
    assert judged.verdict(said) == "Use white-patch. Synthetic: relit."


def test_the_worst_cases_come_first_by_id_or_by_name() -> None:
    cases = judged.worst(report(), "forest", 2)
    assert [(case.file, case.image, case.error) for case in cases] == [
        ("c.png", None, 3.0), ("far/b.png", B, 1.0),
    ]  # fmt: skip
    assert judged.put_in(cases[1]) == {"cct": "9000", "tint": "0.000"}
    dots = judged.error_map(report(), "forest").data[-1]
    assert list(dots.marker.color) == [0.5, 1.0, 3.0]
    assert list(dots.customdata) == [A, B, ""]
    shares = np.array(report()["truths"])[0]
    assert dots.x[0] == pytest.approx(shares[0] / shares.sum()), "colours of a camera"
    synthetic = judged.error_map(report(is_synthetic=True), "forest").data[-1]
    assert synthetic.x[0] == pytest.approx(places(light(3000.0))[0, 0])
    ordered = judged.sorted_errors(report()).data
    assert list(ordered[0].y) == [1.0, 2.0, 3.0]


def test_a_true_light_is_known_only_from_a_table() -> None:
    known = judged.known_light(report(), A)
    assert known is not None
    truth, methods = known
    assert truth.rgb == pytest.approx(tuple(light(3000.0)))
    assert methods["forest"][1] == pytest.approx(0, abs=1e-6)
    assert methods["grey-world"][1] > 20
    assert judged.known_light(report(), ImageId("c" * 16)) is None
    assert judged.known_light(report(is_synthetic=True), A) is None


def test_a_histogram_counts_and_names_its_marks() -> None:
    drawn_bars = spread(
        np.array([2, 5]), np.array([2000.0, 4000.0, 8000.0]), {"neutral": 6504.0},
        title="temperature", unit="K", is_log=True,
    )  # fmt: skip
    steps, mark = drawn_bars.data
    assert list(steps.y) == [0, 2, 5, 0]
    assert "4,000 to 8,000 K: 5 images" in steps.text
    assert (mark.x[0], mark.text[1]) == (6504.0, "neutral")
    assert mark.textposition == "middle left", "the right half has no room on its right"
    assert drawn_bars.layout.xaxis.title.text == "temperature (K)"


def test_networks_are_compared_best_first_and_synthetic_is_said() -> None:
    row = {"head": "full", "pretraining": "none", "median": 2.0, "low": 1.0, "high": 4.0}
    details = {
        "rows": [row | {"input": "linear", "mean": 3.5}, row | {"input": "log", "mean": 3.0}],
        "verdict": "lowest mean 3.00 degrees: log", "n": 12, "is_synthetic": True,
        "used": {"folds": "scene", "seeds": 3, "epochs": 40},
    }  # fmt: skip
    rows = learned.grid_rows(details)
    assert [(one["Input"], one["Mean"]) for one in rows] == [("log", 3.0), ("linear", 3.5)]
    assert rows[0]["95% interval"] == "1.00 to 4.00"
    said = learned.grid_words(details)
    assert "n = 12 relit photographs (synthetic); folds by scene, 3 seeds, 40 epochs" in said


def test_a_plane_that_leaves_images_out_says_how_many_it_draws(monkeypatch) -> None:
    ids = tuple(ImageId(f"{row:016x}") for row in range(10))
    table = Vectors(ids, np.ones((10, 3)), ("illuminant_u", "illuminant_v", "cast_angle"))
    found = collection.Casts("Shades-of-grey", table, np.empty(0), 0, None)
    assert "each image" in collection.drawn_words(found)
    monkeypatch.setattr(collection, "MOST", 4)
    assert "4 of 10 images" in collection.drawn_words(found)

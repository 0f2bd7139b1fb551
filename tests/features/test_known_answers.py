import numpy as np
import pytest

from contrast_engine.features import measure_image
from contrast_engine.images import LinearImage
from contrast_engine.validation.known_answers import DRAWN, answers, measured


def grey(luminance) -> LinearImage:
    return LinearImage(np.repeat(np.asarray(luminance, float)[..., None], 3, axis=2))


@pytest.mark.parametrize("row", answers(), ids=lambda row: f"{row['image']}-{row['measure']}")
def test_a_known_answer_is_reproduced(row):
    value = measured()[row["image"]][row["measure"]]
    assert value == pytest.approx(float(row["value"]), abs=float(row["tolerance"]), rel=0)


def test_every_image_of_the_table_is_used():
    assert {row["image"] for row in answers()} == set(DRAWN)


def test_two_stray_pixels_are_not_contrast():
    # The counterexample: a maximum-minus-minimum score calls this the
    # strongest contrast there is.
    y = np.full((1000, 1000), 0.2)
    y[10, 10], y[20, 20] = 0.0, 1.0
    values = measure_image(grey(y[:512, :512]))
    assert values["u_dr"] == 0
    assert values["michelson"] == 0
    assert values["dr_stops"] == 0
    assert values["c_rms"] < 0.02
    assert values["gcf"] < 0.01


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_colour_as_fine_as_a_pixel_is_seen(kind):
    # Red and green in turn: their own chroma, 104.55 and 119.78, and not that of their mixture, 77.
    turns = np.indices((64, 65)).sum(axis=0) % 2 == 0
    rgb = np.stack([turns, ~turns, np.zeros_like(turns)], axis=2).astype(kind)
    values = measure_image(LinearImage(rgb))
    assert values["chroma_mean"] == pytest.approx(112.164, abs=2e-3)
    assert values["chroma_contrast"] == pytest.approx(7.612 / 112.164, abs=1e-4)
    assert values["colourfulness"] == pytest.approx(293.25, abs=5e-3)

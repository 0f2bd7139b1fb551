"""Free ground truth: on real photographs, known strength must be the order measured."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.features import features
from contrast_engine.images import LinearImage, read_image

AMOUNTS = (
    "c_rms",
    "sigma_l",
    "u_dr",
    "lc_mean",
    "gcf",
    "rammg",
    "lum_contrast",
    "dr_stops",
    "c_hp",
)
STRENGTHS = np.linspace(0.3, 1, 6)


@pytest.fixture(scope="module")
def photographs():
    samples = Path(__file__).parents[2] / "sample_data"
    files = sorted(samples.glob("*.jpg"))[::20]
    if len(files) < 8:
        pytest.skip("the sample photographs are not there; contrast samples makes them")
    return [read_image(path, 160).rgb for path in files]


def scaled(rgb: np.ndarray, strength: float) -> np.ndarray:
    return rgb.mean() + strength * (rgb - rgb.mean())


def hazy(rgb: np.ndarray, strength: float) -> np.ndarray:
    return strength * rgb + (1 - strength) * 0.8


@pytest.mark.parametrize("change", [scaled, hazy], ids=["scale", "haze"])
@pytest.mark.parametrize("name", AMOUNTS)
def test_amount_follows_known_strength(name, change, photographs):
    orders = []
    for rgb in photographs:
        values = [features[name].measure(LinearImage(change(rgb, s))) for s in STRENGTHS]
        ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
        orders.append(np.corrcoef(ranks, np.arange(len(STRENGTHS)))[0, 1])
    assert np.mean(orders) >= 0.99

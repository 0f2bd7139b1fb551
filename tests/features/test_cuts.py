"""What a row or a column more or less does to a profile: next to nothing, whatever the parity."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine.features import feature_names, features, measure_image
from contrast_engine.images import LinearImage, read_image

CUTS = {  # and how many lines each takes away
    "a column": (1, lambda rgb: rgb[:, 1:]),
    "a row and a column": (2, lambda rgb: rgb[:-1, 1:]),
    "three rows": (3, lambda rgb: rgb[:-3]),
}
PYRAMIDS = ("gcf", "rammg", "rsc")
STEADY = {
    name
    for name in feature_names()
    if not name.startswith(("peli", "clip")) and name not in ("c_hp", "michelson", "dr_stops")
}
"""Where no single row decides: the others see the border (periodic) or a few pixels (tails)."""


def cut(image: LinearImage, kind: str) -> LinearImage:
    return LinearImage(np.ascontiguousarray(CUTS[kind][1](image.rgb)))


@pytest.fixture(scope="module")
def moves():
    """By kind of cut: (pictures, features) movement in quartile ranges over pictures."""
    files = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::20]
    if len(files) < 12:
        pytest.skip("the sample photographs are not there; contrast samples makes them")
    whole = [read_image(path, 192) for path in files]  # often 128 or 144 rows, odd once cut

    def profiles(images):
        rows = map(measure_image, images)
        return np.array([[row[name] for name in feature_names()] for row in rows])

    before = profiles(whole)
    spread = np.maximum(np.subtract(*np.percentile(before, [75, 25], axis=0)), 1e-3)
    return {
        kind: np.abs(profiles([cut(image, kind) for image in whole]) - before) / spread
        for kind in CUTS
    }


@pytest.mark.parametrize("name", feature_names())
def test_a_cut_hardly_moves_a_feature(name, moves):
    for kind, (lines, _) in CUTS.items():
        moved = moves[kind][:, feature_names().index(name)]
        assert np.median(moved) <= (0.01 if name in PYRAMIDS else 0.03) * lines, kind
        if name in STEADY:
            assert moved.max() <= (0.05 if name in PYRAMIDS else 0.15) * lines, kind


@pytest.mark.parametrize("name", PYRAMIDS)
def test_nothing_jumps_as_a_picture_shrinks_row_by_row(name):
    # Past 100, 75, 72 and 64 rows: where levels and whole cells come and go.
    y, x = np.mgrid[:110, :70] / 20
    rng = np.random.default_rng(5)
    light = np.clip(0.4 + 0.3 * np.sin(x + y**1.5) + 0.05 * rng.normal(size=x.shape), 0, 1)
    picture = np.repeat(light[..., None], 3, axis=2)
    values = [features[name].measure(LinearImage(picture[:rows])) for rows in range(110, 54, -1)]
    assert np.abs(np.diff(values)).max() < 0.03 * np.mean(values)

"""What a row of the feature table says, and how numbers are written."""

import numpy as np
import pytest

from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection.feature_overview import (
    feature_title,
    number,
    overview,
    profile,
)


def image_ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{row:016x}") for row in range(n))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (None, "not measured"), (0.02124, "0.0212"), (1.2345, "1.23"),
        (99.96, "100.0"), (12345.6, "12,346"), (-0.5, "-0.500"), (3e-7, "3.00e-07"),
    ],
)  # fmt: skip
def test_a_number_is_written_with_three_digits(value: float | None, written: str) -> None:
    assert number(value) == written


def test_a_number_carries_its_unit() -> None:
    assert number(2.5, "stops") == "2.50 stops"


def test_a_feature_is_called_by_its_own_words_and_short_name() -> None:
    assert feature_title("c_rms") == "Root-mean-square contrast (c_rms)"
    assert feature_title("from_elsewhere") == "from elsewhere"


def test_the_bars_of_an_overview_count_every_image_once() -> None:
    values = np.column_stack([generator(0, "t").normal(size=200), np.full(200, 3.0)])
    spread, flat = overview(Vectors(image_ids(200), values, ("c_rms", "gcf")))
    assert sum(spread.counts) == sum(flat.counts) == spread.n == 200
    assert spread.low < spread.median < spread.high
    assert flat.low == flat.median == flat.high == 3.0
    assert max(flat.counts) == 200


def test_a_profile_says_where_an_image_stands_among_all() -> None:
    vectors = Vectors(image_ids(5), np.arange(5.0)[:, None], ("gcf",))
    (lowest,), (highest,) = (profile(vectors, vectors.ids[row]) for row in (0, 4))
    assert (lowest.percentile, highest.percentile) == (10.0, 90.0)
    assert lowest.value == 0.0

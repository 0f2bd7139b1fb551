"""Where a judgement flips, told from the photograph onwards wherever the slider stands."""

import pytest

from contrast_engine.counterfactual import Flip
from contrast_engine.views.image.what_if import decision_boundary_words


@pytest.mark.parametrize(
    ("knob", "kept", "flipped", "begins"),
    [
        ("haze", 0.8, 0.79, "Haze at 0.21: label 'low' becomes label 'high' (still label 'low' at"),
        ("haze", 0.79, 0.8, "Haze at 0.21: label 'high' became label 'low' (still label 'high' at"),
        ("exposure", 0.5, 0.51, "Exposure at 0.5: label 'high' became label 'low'"),
        ("exposure", 0.99, 0.5, "Exposure at 0.5: label 'low' becomes label 'high'"),
        ("exposure", 2.0, 1.9, "Exposure at 2: label 'high' became label 'low'"),
    ],
)
def test_a_flip_reads_from_the_photograph_onwards(knob, kept, flipped, begins) -> None:
    words = decision_boundary_words(
        Flip(knob, kept, flipped, "low", "high", is_verified=True), "label", {}
    )
    assert words.startswith(begins)
    assert ("stands beyond that already" in words) == ("became" in begins)

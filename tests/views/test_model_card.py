"""What a model said of the images, label by label."""

import numpy as np

from contrast_engine.pseudo_labels.promise import OF_BEFORE
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId
from contrast_engine.views.models.model_card import _wrong, carried


def image_ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{row:016x}") for row in range(n))


def predictions() -> Predictions:
    probability = np.array([[0.9, 0.1], [0.55, 0.45], [0.2, 0.8], [0.55, 0.45]])
    abstains = np.array([False, True, False, True])
    return Predictions(image_ids(4), ("low", "high"), probability, abstains)


def test_images_that_carry_a_label_come_surest_first_and_say_when_unsure() -> None:
    ids = image_ids(4)
    found = carried(predictions(), "low")
    assert found == ((ids[0], "90%"), (ids[1], "55%, unsure"), (ids[3], "55%, unsure"))


def test_a_model_of_before_loads_and_is_marked_as_promising_nothing_of_its_answers() -> None:
    details = {"cross_validated": {"accuracy": 0.5}, "calibration": {"coverage": 0.9, "n": 20}}
    found = _wrong(details)
    assert (found.value, found.words) == ("not measured", "train again to see it")
    assert found.help == OF_BEFORE
    now = {"error": 0.25, "high": 0.5, "n": 12.4, "words": "Of its answers."}
    found = _wrong({**details, "promise": now})
    assert (found.value, found.words) == ("25%", "at most 50%, n = 12 answers")

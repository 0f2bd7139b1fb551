"""The encoder of complexity in bfloat16, which every training tries before it begins."""

import numpy as np
import pytest

from contrast_engine.encoders import Material
from contrast_engine.encoders.model import plan_of, untrained
from contrast_engine.learning.step_cost import seconds_a_step
from contrast_engine.randomness import generator
from contrast_engine.steps.encoders.train import recipe_of


@pytest.mark.slow
def test_a_step_can_be_timed_in_either_precision() -> None:
    options = {"size": 32, "batch_size": 8, "patch": "8", "dimensions": 8}
    recipe = recipe_of("complexity", "quick", options)
    codes = generator(0, "precision").integers(0, 256, (8, 32, 32, 3), dtype=np.uint8)
    material = Material(codes)
    times = seconds_a_step(untrained(recipe, material, 0), codes, plan_of(recipe, 0), device="cpu")
    assert set(times) == {"float32", "bfloat16"}

"""Some images against the rest: what is said, and when it is warned of."""

import numpy as np
import pytest

from contrast_engine.randomness import generator
from contrast_engine.selection import togetherness
from contrast_engine.summaries import chosen_words
from contrast_engine.vectors import ImageId, Vectors


def two_groups() -> Vectors:
    """Forty images in one group, ten in another that is brighter, named by their row."""
    values = generator(1, "chosen").normal(size=(50, 3))
    values[40:, 0] += 12
    ids = tuple(ImageId(f"{row:016x}") for row in range(50))
    return Vectors(ids, values, ("mean_y", "skew", "gcf"))


def test_a_group_is_said_to_be_what_it_is_and_not_warned_of() -> None:
    space = two_groups()
    found = chosen_words(space, space.ids[40:])
    assert "other 40 images: **bright" in found.sentence
    assert "higher in 100% of pairs" in found.sentence
    assert found.warning == ""
    bars = found.bars.data[0]
    assert bars.x[0] == pytest.approx(1)
    assert len(bars.error_x.array) == len(bars.x) == 3


def test_images_from_everywhere_are_warned_of() -> None:
    space = two_groups()
    scattered = space.ids[::5]
    found = togetherness(space, scattered)
    assert found is not None
    assert found.share < 0.5 * found.possible
    assert "not in the space of all measures" in chosen_words(space, scattered).warning


def test_a_ball_around_one_image_is_a_neighbourhood_at_the_edge_too() -> None:
    space = two_groups()
    edge = space.values[np.abs(space.values[:, 1]).argmax()]
    near = np.argsort(np.square(space.values - edge).sum(axis=1))[:12]
    found = togetherness(space, [space.ids[row] for row in near])
    assert found is not None
    assert found.is_neighbourhood


def test_of_very_few_and_of_most_images_nothing_is_claimed() -> None:
    space = two_groups()
    assert togetherness(space, space.ids[:2]) is None
    assert togetherness(space, space.ids[:30]) is None
    assert chosen_words(space, space.ids).bars is None
    assert chosen_words(space, space.ids[:1]).bars is None

"""Some images against the rest: what is said, and when it is warned of."""

import numpy as np
import pytest

from contrast_engine import describe
from contrast_engine.randomness import generator
from contrast_engine.selection import togetherness
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.collection import selection_summary
from contrast_engine.views.collection.selection_summary import selection_words


def two_groups() -> Vectors:
    """Forty images in one group, ten in another that is brighter, named by their row."""
    values = generator(1, "chosen").normal(size=(50, 3))
    values[40:, 0] += 12
    ids = tuple(ImageId(f"{row:016x}") for row in range(50))
    return Vectors(ids, values, ("mean_y", "skew", "gcf"))


def test_a_group_is_said_to_be_what_it_is_and_not_warned_of() -> None:
    space = two_groups()
    found = selection_words(space, space.ids[40:])
    assert "other 40 images: **bright" in found.sentence
    assert "higher in 100% of pairs" in found.sentence
    assert found.warning == ""
    assert found.bars[0].effect == pytest.approx(1)
    assert [bar.low <= bar.effect <= bar.high for bar in found.bars] == [True] * 3


def test_images_from_everywhere_are_warned_of() -> None:
    space = two_groups()
    scattered = space.ids[::5]
    found = togetherness(space, scattered)
    assert found is not None
    assert found.share < 0.5 * found.possible
    warning = selection_words(space, scattered).warning
    assert "not a neighbourhood in the space of all features" in warning
    assert f"in a random draw of {len(scattered)} images {found.chance:.0%}" in warning


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
    assert selection_words(space, space.ids).bars == ()
    assert selection_words(space, space.ids[:1]).bars == ()


def wide(seed: int, n: int = 300) -> Vectors:
    """Images in the twenty core measures, which go together as six hidden causes make them."""
    random = generator(seed, "chosen", "wide")
    columns = tuple(describe.VOCABULARY)
    values = random.normal(size=(n, 6)) @ random.normal(size=(6, len(columns)))
    values += random.normal(size=values.shape)
    return Vectors(tuple(ImageId(f"{row:016x}") for row in range(n)), values, columns)


@pytest.mark.parametrize("size", [8, 40, 140])
def test_a_random_draw_of_any_size_is_warned_of_and_a_neighbourhood_is_not(size: int) -> None:
    space = wide(0)
    random = generator(size, "chosen", "draws")
    for _ in range(10):
        drawn = [space.ids[row] for row in random.choice(300, size, replace=False)]
        assert selection_words(space, drawn).warning
        middle = space.values[random.integers(300)]
        near = np.argsort(np.square(space.values - middle).sum(axis=1))[:size]
        assert not selection_words(space, [space.ids[row] for row in near]).warning


@pytest.mark.slow
def test_a_planted_difference_is_named_first_in_nearly_all_trials() -> None:
    first = 0
    for trial in range(40):
        space = wide(trial)
        random = generator(trial, "chosen", "planted")
        values, planted = space.values.copy(), random.integers(len(space.columns))
        rows = random.choice(300, 30, replace=False)
        values[rows, planted] += 1.5 * values[:, planted].std()
        changed = Vectors(space.ids, values, space.columns)
        sentence = selection_words(changed, [space.ids[row] for row in rows]).sentence
        name = describe.phrase(space.columns[planted], 1)
        first += sentence.startswith(f"Compared with the other 270 images: **{name}")
    assert first >= 38


@pytest.mark.slow
def test_of_images_drawn_blindly_it_is_said_that_nothing_sets_them_apart() -> None:
    said = 0
    for trial in range(100):
        space = wide(trial % 10)
        random = generator(trial, "chosen", "blind")
        size = (6, 30, 120)[trial % 3]
        rows = random.choice(300, size, replace=False)
        said += "Nothing sets" in selection_words(space, [space.ids[row] for row in rows]).sentence
    assert 88 <= said <= 100


def test_of_very_many_images_a_draw_is_compared_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection_summary, "MOST_COMPARED", 20)
    space = two_groups()
    found = selection_words(space, space.ids[40:])
    assert "other 40 images: **bright" in found.sentence
    assert found.sentence.endswith("Compared on 20 images drawn from the 50.")
    assert found.bars[0].effect == pytest.approx(1)


def test_a_large_selection_of_very_many_is_judged_among_a_draw_and_it_is_said() -> None:
    values = generator(3, "chosen").normal(size=(30_000, 3))
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    space = Vectors(ids, values, ("mean_y", "skew", "gcf"))
    near = np.argsort(np.square(values - values[0]).sum(axis=1))
    ball, blind = [ids[row] for row in near[:4000]], list(ids[::7])
    found = togetherness(space, ball)
    assert found is not None
    assert (found.is_neighbourhood, found.among) == (True, 20_000)
    found = togetherness(space, blind)
    assert found is not None
    assert (found.is_neighbourhood, found.among) == (False, 20_000)
    assert "among a draw of 20,000 images" in selection_words(space, blind).warning
    few = togetherness(space, ball[:50])  # too few of them would be in a draw
    assert few is not None
    assert (few.is_neighbourhood, few.among, few.n) == (True, 30_000, 50)

"""Options as an address has them: text there and back, and what does not fit is left out."""

from dataclasses import dataclass

import pytest

from contrast_engine.clusterings import clusterings
from contrast_engine.options import Recipe, as_texts, of_texts, option
from contrast_engine.projections import projections


@dataclass(frozen=True)
class Four(Recipe):
    """One option of every kind."""

    count: int = option(3, "How many.", low=1, high=9)
    width: float = option(0.5, "How wide.", low=0.0)
    is_fast: bool = option(False, "Whether in haste.")
    kind: str = option("a", "Which.", choices=("a", "b"))


def test_options_come_back_from_their_texts() -> None:
    values = {"count": 4, "width": 0.25, "is_fast": True, "kind": "b"}
    texts = as_texts(Four, values)
    assert texts == {"count": "4", "width": "0.25", "is_fast": "true", "kind": "b"}
    assert of_texts(Four, texts) == values
    assert of_texts(Four, as_texts(Four, {})) == Four().as_json()


def test_texts_that_do_not_fit_are_left_out() -> None:
    texts = {"count": "many", "width": "-1", "is_fast": "yes", "kind": "c", "else": "1"}
    assert of_texts(Four, texts) == {}
    assert of_texts(Four, texts | {"count": "10"}) == {}
    assert of_texts(Four, texts | {"width": "nan"}) == {}


@pytest.mark.parametrize("recipe", [*projections.values(), *clusterings.values()])
def test_every_method_takes_its_own_options_back(recipe: type[Recipe]) -> None:
    assert recipe.of(of_texts(recipe, as_texts(recipe, {}))) == recipe()

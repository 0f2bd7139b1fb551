import json
import re
from pathlib import Path

import pytest

from contrast_engine import docs
from contrast_engine.errors import ModelError
from contrast_engine.steps.encoders.text_vectors import text_pairs
from contrast_engine.zero_shot.recipe import MOST_BYTES, NEEDED, TowerRecipe
from tests.zero_shot.networks import RECIPE


@pytest.mark.parametrize("key", NEEDED)
def test_a_recipe_that_leaves_something_open_is_refused(key: str) -> None:
    left = {name: value for name, value in RECIPE.items() if name != key}
    with pytest.raises(ModelError, match=f"does not say {key}"):
        TowerRecipe.of(left)


WRONG = [
    ({"size": 0}, "size must be from 4"), ({"size": 10**9}, "size must be from 4"),
    ({"size": 22.5}, "whole number"), ({"size": True}, "whole number"), ({"size": "32"}, "whole"),
    ({"size": [32, 32]}, "whole number"), ({"crop": "top"}, "crop must be"),
    ({"crop": 64}, "cuts 64 pixels out of 32"), ({"crop": "centre", "resize": 8}, "cuts 32"),
    ({"crop": 16, "resize": 40}, "resize and a crop in pixels"), ({"resize": 40}, "squeezes"),
    ({"interpolation": "cubic"}, "one of nearest"), ({"interpolation": 3}, "one of nearest"),
    ({"mean": [0, 0]}, "3 finite"), ({"mean": [0, 0, None]}, "3 finite"), ({"mean": "0"}, "3 finite"),
    ({"mean": [123.7, 116.3, 103.5]}, "give \"value_range\""), ({"std": [0, 1, 1]}, "above 0"),
    ({"std": [1, 1, -1]}, "above 0"), ({"std": [1, 1, 10**400]}, "3 finite"),
    ({"layout": "HWC"}, "one of NCHW"), ({"channels": "GRB"}, "one of RGB"),
    ({"value_range": [1, 0]}, "rising"), ({"value_range": [0]}, "2 finite"),
    ({"output": 3}, "name of a tensor"), ({"outptu": "y"}, "did you mean 'output'"),
    ({"model_path": "/etc/passwd"}, "not known"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "words"), WRONG, ids=lambda part: str(part)[:40])
def test_a_value_that_does_not_fit_is_said(change: dict[str, object], words: str) -> None:
    with pytest.raises(ModelError) as refused:
        TowerRecipe.of({**RECIPE, **change}, "mine.json")
    assert words in str(refused.value)
    assert "mine.json" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"\xff\xfe", b"{", b"null", b"[" * 100_000, b" " * (MOST_BYTES + 1), b"\x00" * 9,
     b'{"size": NaN}', b'{"mean": [Infinity, 0, 0]}', b"\x80\x04K\x01."],
    ids=range(11),
)  # fmt: skip
def test_bytes_that_are_no_recipe_are_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(ModelError, match="a recipe is a JSON object"):
        TowerRecipe.parse(data)


@pytest.mark.parametrize("crop", ["center", "Centre", True, "none", False, None, 20])
def test_common_spellings_of_a_crop_are_read_and_a_stored_recipe_is_the_same(crop: object) -> None:
    made = TowerRecipe.parse(json.dumps({**RECIPE, "crop": crop}).encode())
    assert made.crop == ("squeeze" if crop in ("none", False, None) else "centre")
    assert TowerRecipe.of(made.as_json()) == made


def test_one_number_for_mean_and_std_is_that_of_every_channel() -> None:
    made = TowerRecipe.of({**RECIPE, "mean": 0.5, "std": 0.25, "note": "mine"})
    assert (made.mean, made.std) == ((0.5,) * 3, (0.25,) * 3)


def test_the_examples_in_the_documents_are_read(tmp_path: Path) -> None:
    part = docs.text("data-formats").partition("### Networks of your own")[2]
    recipe, texts = re.findall(r"```json\n(.+?)```", part, re.S)[:2]
    made = TowerRecipe.parse(recipe.encode())
    assert (made.size, made.output, made.interpolation) == (224, "image_embeds", "bicubic")
    (tmp_path / "texts.json").write_text(texts, encoding="utf-8")
    found = text_pairs(tmp_path / "texts.json")
    assert (found.logit_scale, found.dimensions, found.pairs[0].name) == (100, 3, "contrast")
    assert all(f"`{name}`" in part for name in TowerRecipe.__dataclass_fields__)

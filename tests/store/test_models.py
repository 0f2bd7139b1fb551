"""Fitted arrays come back exactly, without pickle, or not at all."""

import numpy as np
import pytest

from contrast_engine.errors import ModelError
from contrast_engine.store import ModelStore

KEY = "0123456789abcdef"


def test_arrays_of_any_layout_come_back_exactly(tmp_path):
    wide = np.arange(12.0).reshape(3, 4)
    arrays = {"turned": wide.T, "single": np.array(3), "some": wide[:, ::2], "n": np.arange(3)}
    models = ModelStore(tmp_path)
    models.save(KEY, arrays, {"labels": ["low", "high"]})
    back, recipe = models.load(KEY)
    assert recipe == {"labels": ["low", "high"]}
    assert set(back) == set(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        assert np.array_equal(back[name], array)


def test_the_same_model_gives_the_same_bytes(tmp_path):
    written = []
    for order in (("a", "b"), ("b", "a")):
        ModelStore(tmp_path).save(KEY, {name: np.ones(3) for name in order}, {"x": 1, "y": 2})
        written.append([p.read_bytes() for p in sorted((tmp_path / KEY).iterdir())])
    assert written[0] == written[1]


@pytest.mark.parametrize("name", ["weights.safetensors", "recipe.json"])
def test_a_model_cut_short_is_not_there(tmp_path, name):
    models = ModelStore(tmp_path)
    models.save(KEY, {"a": np.ones(5)}, {})
    path = tmp_path / KEY / name
    path.write_bytes(path.read_bytes()[:-3])
    assert not models.has(KEY)
    with pytest.raises(ModelError, match="train it again"):
        models.load(KEY)


def test_a_name_that_is_no_key_reads_and_writes_nothing(tmp_path):
    models = ModelStore(tmp_path / "models")
    with pytest.raises(ModelError, match="no model key"):
        models.load("../../../etc/passwd")
    with pytest.raises(ModelError, match="no model key"):
        models.save("../x", {}, {})
    assert list(tmp_path.iterdir()) == []

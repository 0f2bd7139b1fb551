"""Models that look at pictures with a network, in a file."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from contrast_engine.encoders import encoders
from contrast_engine.encoders.model import EncoderModel
from contrast_engine.errors import ModelError
from contrast_engine.images import LinearImage
from contrast_engine.learning.devices import seeded_weights
from contrast_engine.placing import Placer, SpacePart
from contrast_engine.predict import FULL, PredictionModel, Predictor
from contrast_engine.predict.model_file import model_bytes, model_of_bytes
from contrast_engine.predict.model_file.safe_tensors import decode, encode
from contrast_engine.pseudo_labels.logistic import LogisticModel
from contrast_engine.scaling import Standardising
from tests.predict.conftest import made_model

pytestmark = pytest.mark.slow

PICTURE = LinearImage(np.random.default_rng(1).uniform(0, 1, (48, 64, 3)).astype(np.float32))


def with_network(name: str, *, and_features: bool = False) -> PredictionModel:
    """A model on an encoder that was never trained, with or without features beside it."""
    recipe = encoders[name].of({"size": 32, "dimensions": 8})
    with seeded_weights(3):
        encoder = EncoderModel(name, recipe, recipe.objective())
    encoder.objective.eval()
    model = made_model()
    full = model.tiers[FULL]
    d = len(encoder.columns)
    spread = np.full(d, 2.0)
    spread[-1] = np.inf  # a constant column
    part = SpacePart(Standardising(encoder.columns, np.zeros(d), spread, 60), encoder)
    parts = (*full.placer.parts, part) if and_features else (part,)
    width = d + (20 if and_features else 0)
    rng = np.random.default_rng(0)
    tier = replace(
        full, placer=Placer("c" * 16, parts),
        model=LogisticModel(rng.normal(size=(3, width)), rng.normal(size=3)),
        method="logistic", labelled=rng.normal(size=(9, width)),
    )  # fmt: skip
    return replace(model, tiers={FULL: tier}, clusters=None)


@pytest.mark.parametrize("name", encoders)
def test_every_encoder_comes_back_with_its_weights_and_says_the_same(name: str) -> None:
    model = with_network(name, and_features=name in ("hybrid", "rank"))
    data = model_bytes(model)
    assert Predictor(model_of_bytes(data, "it")).judge(PICTURE) == Predictor(model).judge(PICTURE)
    assert model_bytes(model_of_bytes(data, "it")) == data


Change = Callable[[dict[str, Any], dict[str, Any]], None]


def _first_weight(arrays: dict[str, Any]) -> str:
    return next(name for name in sorted(arrays) if ".encoder." in name and arrays[name].ndim > 1)


def _reshape(_: dict[str, Any], arrays: dict[str, Any]) -> None:
    name = _first_weight(arrays)
    arrays[name] = arrays[name][:-1].copy()


def _drop(_: dict[str, Any], arrays: dict[str, Any]) -> None:
    del arrays[_first_weight(arrays)]


def _blow_up(_: dict[str, Any], arrays: dict[str, Any]) -> None:
    for name in arrays:
        if ".encoder." in name and arrays[name].dtype == np.float32:
            arrays[name] = np.full_like(arrays[name], 9e14)


def _options(**changed: Any) -> Change:
    def change(document: dict[str, Any], _: dict[str, Any]) -> None:
        document["parts"]["part1"]["encoder"]["options"].update(changed)

    return change


def _named(name: str) -> Change:
    def change(document: dict[str, Any], _: dict[str, Any]) -> None:
        document["parts"]["part1"]["encoder"]["name"] = name

    return change


SPOILT: dict[str, Change] = {
    "weights of another shape": _reshape,
    "a weight is missing": _drop,
    "weights without measure": _blow_up,
    "a network of gigabytes": _options(dimensions=10**9),
    "a picture of gigabytes": _options(size=10**6),
    "another network": _options(dimensions=16),
    "an option of none": _options(hook="import os"),
    "an encoder of none": _named("os.system"),
    "another encoder": _named("vae"),
}


@pytest.fixture(scope="module")
def whole() -> bytes:
    return model_bytes(with_network("rank", and_features=True))


@pytest.mark.parametrize("kind", SPOILT)
def test_a_network_that_does_not_fit_is_refused(kind: str, whole: bytes) -> None:
    contents = decode(whole)
    SPOILT[kind](contents.document, contents.arrays)
    data = encode(contents.document, contents.arrays)
    with pytest.raises(ModelError):
        model_of_bytes(data, "it")

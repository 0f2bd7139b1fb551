"""A person's own network as an encoder: its vector, and its zero-shot score where it has texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from contrast_engine.arrays import Floats, Json, Real
from contrast_engine.errors import ModelError
from contrast_engine.zero_shot.recipe import TowerRecipe
from contrast_engine.zero_shot.score import TextPair, TextPairs, zero_shot_score
from contrast_engine.zero_shot.tower import Tower

KIND = "own network"
SCORE = "score"


@dataclass(frozen=True, eq=False)
class OwnNetwork:
    """A tower, and the texts its score is made with.

    Args:
        tower: The network, opened.
        data: The bytes it was opened from, to store it again.
        texts: The pairs of the score; None without a score.
        name: What people call it.
    """

    tower: Tower
    data: bytes
    texts: TextPairs | None
    name: str

    def __post_init__(self) -> None:
        if self.texts is not None and self.texts.dimensions != self.tower.dimensions:
            raise ModelError(
                f"{self.name} gives {self.tower.dimensions:,} numbers for a picture and the text "
                f"vectors have {self.texts.dimensions:,}; both must come from the two towers of "
                "one model"
            )

    @property
    def has_score(self) -> bool:
        """True where the first column is a zero-shot score."""
        return self.texts is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of what `embed` gives: the score first where there is one."""
        axes = tuple(f"network_{number:03d}" for number in range(self.tower.dimensions))
        return (SCORE, *axes) if self.has_score else axes

    def embed(self, rgb: Real) -> Floats:
        """Score and vector (columns,) of one picture in linear light (h, w, 3).

        Raises:
            ImageError: The network gives no numbers for it, or a vector that points nowhere.
            ModelError: The network fails.
        """
        vector = self.tower.embed(rgb)
        if self.texts is None:
            return vector
        return np.concatenate([zero_shot_score(vector[None], self.texts), vector])

    def arrays(self) -> dict[str, Any]:
        """What is stored of it: the file as it was brought, and the vectors of the texts."""
        stored: dict[str, Any] = {"onnx": np.frombuffer(self.data, dtype=np.uint8)}
        if self.texts is not None:
            stored["high"] = np.array([pair.high_vector for pair in self.texts.pairs])
            stored["low"] = np.array([pair.low_vector for pair in self.texts.pairs])
        return stored

    def recipe(self) -> Json:
        """What is stored beside the arrays."""
        texts: Json | None = None
        if self.texts is not None:
            pairs = [{"name": p.name, "high": p.high, "low": p.low} for p in self.texts.pairs]
            texts = {"pairs": pairs, "logit_scale": self.texts.logit_scale}
        return {"kind": KIND, "name": self.name, "network": self.tower.recipe.as_json(),
                "texts": texts}  # fmt: skip

    @classmethod
    def load(cls, arrays: Mapping[str, Any], recipe: Json) -> Self:
        """The network as it was stored.

        Raises:
            ModelError: The stored parts do not belong together, or onnxruntime is not installed.
        """
        try:
            data, name = np.asarray(arrays["onnx"], np.uint8).tobytes(), str(recipe["name"])
            texts = _texts(arrays, recipe["texts"])
            prepared = TowerRecipe.of(recipe["network"])
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ModelError(
                f"the stored network is not whole ({error!r}); bring it again"
            ) from None
        return cls(Tower(data, prepared, name), data, texts, name)


def is_own_network(recipe: Json) -> bool:
    """Whether a stored model is a network that was brought along."""
    return recipe.get("kind") == KIND


def embed_all(network: OwnNetwork, pictures: Sequence[Real]) -> Floats:
    """The rows (n, columns) of several pictures."""
    return np.array([network.embed(rgb) for rgb in pictures]).reshape(-1, len(network.columns))


def _texts(arrays: Mapping[str, Any], said: Json | None) -> TextPairs | None:
    if said is None:
        return None
    pairs = tuple(
        TextPair(p["name"], p["high"], p["low"], tuple(map(float, high)), tuple(map(float, low)))
        for p, high, low in zip(said["pairs"], arrays["high"], arrays["low"], strict=True)
    )
    return TextPairs(pairs, float(said["logit_scale"]))

"""A trained encoder: train one, put pictures through it, take it apart and together again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.encoders import Encoder, Material, encoders
from contrast_engine.errors import ModelError
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed

if TYPE_CHECKING:
    from contrast_engine.learning.checkpoints import Checkpoint
    from contrast_engine.learning.objective import Objective
    from contrast_engine.learning.observer import Watcher
    from contrast_engine.learning.schedule import Plan
    from contrast_engine.learning.training import TrainingResult

SCORE = "score"
"""Name of the column that grows with contrast, where an encoder has one."""

_BATCH = 512


@dataclass(frozen=True, eq=False)
class EncoderModel:
    """An encoder with its weights.

    Args:
        name: Its name in the registry.
        recipe: Its options.
        objective: The network, on its device.
    """

    name: str
    recipe: Encoder
    objective: "Objective"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of what `embed` gives: the score first where there is one."""
        axes = tuple(f"{self.name}_{number:02d}" for number in range(self.recipe.dimensions))
        return (SCORE, *axes) if self.recipe.has_score else axes

    def embed(self, codes: Bytes, progress: Progress = SILENT) -> Floats:
        """The embedding of uint8 sRGB pictures (n, s, s, 3): (n, columns)."""
        from contrast_engine.learning.batches import Pictures, embed_all
        from contrast_engine.learning.devices import pick_device, place, repeatable

        device = pick_device()
        place(self.objective, device)
        found = [np.zeros((0, len(self.columns)))]
        with repeatable():
            for start in range(0, len(codes), _BATCH):
                progress.tick(start, len(codes), "embedding")
                part = Pictures(codes[start : start + _BATCH], device)
                found.append(embed_all(self.objective, part))
        progress.tick(len(codes), len(codes), "embedding")
        return np.concatenate(found)

    def arrays(self) -> dict[str, Any]:
        """The weights by name, for a safetensors file."""
        from contrast_engine.learning.checkpoints import weights

        return weights(self.objective)

    @classmethod
    def load(cls, name: str, options: Json, arrays: Mapping[str, Any]) -> Self:
        """Rebuild a trained encoder.

        Raises:
            ModelError: The weights are not of this encoder.
            UnknownName: There is no such encoder.
        """
        from contrast_engine.learning.checkpoints import load_weights
        from contrast_engine.learning.devices import seeded_weights

        recipe = encoders.stored({"encoder": name, "plugin": "another package"}).of(options)
        with seeded_weights(0):
            objective = recipe.objective()
        load_weights(objective, dict(arrays))
        objective.eval()
        return cls(name, recipe, objective)


def untrained(recipe: Encoder, material: Material, seed: int) -> "Objective":
    """Build an encoder's network with weights drawn from this seed."""
    from contrast_engine.learning.devices import seeded_weights

    if material.codes.shape[1:] != (recipe.size, recipe.size, 3):
        raise ModelError(
            f"this encoder sees pictures of {recipe.size} pixels, got {material.codes.shape[1:]}"
        )
    with seeded_weights(derived_seed(seed, "encoders", "weights")):
        return recipe.objective(material)


def plan_of(recipe: Encoder, seed: int, precision: str = "float32") -> "Plan":
    """The training plan that the options of an encoder ask for."""
    from contrast_engine.learning.schedule import Plan

    return Plan(recipe.epochs, recipe.batch_size, recipe.learning_rate, seed, precision=precision)


def train_encoder(
    name: str,
    recipe: Encoder,
    material: Material,
    *,
    seed: int = 0,
    precision: str = "float32",
    device: str = "auto",
    progress: Progress = SILENT,
    watcher: "Watcher | None" = None,
    start: "Checkpoint | None" = None,
) -> "tuple[EncoderModel, TrainingResult]":
    """Train an encoder on a collection.

    Args:
        name: Its name in the registry.
        recipe: Its options.
        material: Pictures of the recipe's size, and features where it uses them.
        seed: For weights, order and views.
        precision: "float32" or "bfloat16".
        device: "auto", "cpu", "cuda" or "mps".
        progress: Told after every step, with metrics after every epoch.
        watcher: Keeps checkpoints and snapshots.
        start: A checkpoint to go on from.

    Raises:
        NotEnoughData: There are too few pictures, or no features where they are needed.
        ModelError: The loss became infinite.
    """
    from contrast_engine.learning.training import fit

    objective = untrained(recipe, material, seed)
    trained = fit(objective, material.codes, plan_of(recipe, seed, precision), device=device,
                  progress=progress, watcher=watcher, start=start)  # fmt: skip
    return EncoderModel(name, recipe, objective), trained

"""A network trained on pictures of known illuminant: the article's variants, for its grid.

It is not registered as an estimator: on a few hundred pictures it errs more than `kernel`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from contrast_engine.arrays import Floats, Floats32, Json
from contrast_engine.illuminants.angles import unit
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.options import Recipe, option
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed

if TYPE_CHECKING:
    from contrast_engine.learning.objectives.illuminant import Illuminant, Settings

MOVED = 0.5
"""Share of pictures that are relit by another light of the training set (own choice)."""


@dataclass(frozen=True)
class NetworkRecipe(Recipe):
    """How a network learns the light of pictures with a known illuminant."""

    input: str = option("log", "Log or linear RGB.", choices=("log", "linear"))
    head: str = option("full", "Whether the head changes the embedding.",
                       choices=("full", "frozen"))  # fmt: skip
    pretraining: str = option("contrastive", "Whether the embedding is learnt from lights first.",
                              choices=("contrastive", "none"))  # fmt: skip
    loss: str = option("triplet", "Triplets, or easy and hard pairs.", choices=("triplet", "clcc"))
    epochs: int = option(40, "How often the pictures are gone through.", low=1, high=5000)
    batch_size: int = option(32, "Pictures a step.", low=8, high=8192)
    dimensions: int = option(64, "Length of an embedding.", low=4, high=512)
    learning_rate: float = option(0.003, "How far each step goes.", low=0.000001, high=1.0)

    def settings(self) -> "Settings":
        """The same for the objective."""
        from contrast_engine.learning.objectives.illuminant import Settings

        return Settings(
            is_log=self.input == "log",
            is_contrastive=self.pretraining == "contrastive",
            is_frozen=self.head == "frozen",
            loss=self.loss,
            moved=MOVED,
        )


@dataclass(frozen=True, eq=False)
class NetworkModel:
    """A trained network.

    Args:
        recipe: How it was trained.
        objective: The network, on its device.
    """

    recipe: NetworkRecipe
    objective: "Illuminant"

    def estimate(self, data: IlluminantSet) -> Floats:
        """The illuminants of pictures as positive unit vectors, (n, 3)."""
        import torch

        from contrast_engine.learning.batches import Pictures
        from contrast_engine.learning.devices import pick_device, place, repeatable

        device = pick_device()
        place(self.objective, device)
        self.objective.eval()
        pictures = Pictures(shown(data), device)
        found = [np.zeros((0, 3))]
        with repeatable(), torch.no_grad():
            for start in range(0, len(data), 256):
                rows = np.arange(start, min(start + 256, len(data)))
                light = self.objective.estimate(pictures.light(rows))
                found.append(light.cpu().numpy().astype(np.float64))
        lights = np.concatenate(found)
        return unit(lights) if len(lights) else lights

    def arrays(self) -> dict[str, Any]:
        """The weights by name, for a safetensors file."""
        from contrast_engine.learning.checkpoints import weights

        return weights(self.objective)

    @classmethod
    def load(cls, options: Json, arrays: Mapping[str, Any]) -> Self:
        """Rebuild a trained network.

        Raises:
            ModelError: The weights are not of such a network.
        """
        from contrast_engine.learning.checkpoints import load_weights

        recipe = NetworkRecipe.of(options)
        empty = np.zeros((0, 3), np.float32)
        objective = _untrained(recipe, empty, 0)
        load_weights(objective, dict(arrays))
        objective.eval()
        return cls(recipe, objective)


def train_network(
    data: IlluminantSet, recipe: NetworkRecipe, seed: int = 0, progress: Progress = SILENT
) -> NetworkModel:
    """Train a network on pictures of known illuminant, at full precision.

    A fifth of them is held out for the curve; training goes on to the last epoch.

    Args:
        data: The pictures, twenty or more to hold some out, eight at least.
        recipe: How.
        seed: For weights, order, crops and lights.
        progress: Told after every step.

    Raises:
        NotEnoughData: There are fewer than eight pictures.
        ModelError: The loss became infinite.
    """
    from contrast_engine.learning.schedule import Plan
    from contrast_engine.learning.training import fit

    objective = _untrained(recipe, data.truths.astype(np.float32), seed)
    plan = Plan(
        recipe.epochs, recipe.batch_size, recipe.learning_rate, seed, patience=recipe.epochs
    )
    fit(objective, shown(data), plan, progress=progress)
    return NetworkModel(recipe, objective)


def shown(data: IlluminantSet) -> Floats32:
    """What a network sees of pictures: (n, s, s, 3), 0 where nothing may be looked at."""
    return np.ascontiguousarray(data.images * data.valid[..., None], np.float32)


def _untrained(recipe: NetworkRecipe, truths: Floats32, seed: int) -> "Illuminant":
    import torch

    from contrast_engine.learning.devices import seeded_weights
    from contrast_engine.learning.objectives.illuminant import Illuminant

    lights = torch.from_numpy(truths)
    with seeded_weights(derived_seed(seed, "illuminants", "weights")):
        return Illuminant(recipe.dimensions, lights, lights.clone(), recipe.settings())

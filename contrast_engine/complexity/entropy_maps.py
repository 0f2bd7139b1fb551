"""Where a picture holds much, where that could be guessed, and where a trained encoder errs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Bytes, Floats
from contrast_engine.errors import ModelError
from contrast_engine.progress import SILENT, Progress

if TYPE_CHECKING:
    from contrast_engine.encoders.model import EncoderModel

_BATCH = 64
N_MASKS = 4
"""Random halves that are hidden of each picture, each followed by the other half."""


@dataclass(frozen=True, eq=False)
class EntropyMaps:
    """Entropies of the patches of some pictures, in bits.

    Args:
        true: (n, g, g') measured.
        predicted: (n, g, g') guessed by the encoder while a patch was hidden.
        neighbours: (n, g, g') mean of the visible neighbours of the same hidden patches.
        side: Of a patch, in pixels.
    """

    true: Floats
    predicted: Floats
    neighbours: Floats
    side: int

    @property
    def error(self) -> Floats:
        """Predicted less true, in bits: above 0 where a patch holds less than expected."""
        found: Floats = self.predicted - self.true
        return found

    @property
    def mean_predicted(self) -> Floats:
        """Mean predicted entropy of each picture, in bits, (n,): needs no label."""
        found: Floats = self.predicted.mean(axis=(1, 2))
        return found

    @property
    def mean_error(self) -> Floats:
        """Mean absolute error of each picture, in bits, (n,): how little its parts tell."""
        found: Floats = np.abs(self.error).mean(axis=(1, 2))
        return found

    def r2(self, *, of_neighbours: bool = False) -> float:
        """R² over all patches of all pictures, of the encoder or of the visible neighbours."""
        guess = self.neighbours if of_neighbours else self.predicted
        around = np.square(self.true - self.true.mean()).sum()
        return float(1 - np.square(self.true - guess).sum() / around) if around > 0 else 0.0


def entropy_maps(model: "EncoderModel", codes: Bytes, progress: Progress = SILENT) -> EntropyMaps:
    """True and predicted patch entropies of uint8 sRGB pictures (n, s, s, 3).

    Every patch is hidden as often as it is visible: four random halves of the grid, the same for
    every picture, and the other half of each; its predictions are averaged.

    Raises:
        ModelError: The encoder was not trained to guess the entropy of hidden patches.
    """
    import torch

    from contrast_engine.learning.batches import Pictures
    from contrast_engine.learning.devices import pick_device, place, repeatable
    from contrast_engine.learning.objectives.complexity import Complexity
    from contrast_engine.learning.patch_grid import LARGEST_ENTROPY

    objective = model.objective
    if not isinstance(objective, Complexity) or objective.decoder is None:
        raise ModelError(
            f"encoder {model.name} was not trained on masked entropy; "
            "train the encoder complexity with masked above 0"
        )
    device = pick_device()
    place(objective, device)
    objective.eval()
    parts = []
    with repeatable(), torch.no_grad():
        for start in range(0, len(codes), _BATCH):
            progress.tick(start, len(codes), "entropy maps")
            pictures = Pictures(codes[start : start + _BATCH], device)
            light = pictures.light(np.arange(len(pictures)))
            parts.append(objective.every_patch_hidden(light, N_MASKS).cpu().numpy())
    progress.tick(len(codes), len(codes), "entropy maps")
    bits = LARGEST_ENTROPY * np.concatenate(parts, axis=1).astype(np.float64)
    return EntropyMaps(bits[0], bits[1], bits[2], objective.side)

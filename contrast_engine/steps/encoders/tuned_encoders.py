"""One pre-trained encoder, tuned on parts of the labels: for folds, curve and result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Bools, Bytes, Floats, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.pseudo_labels import Labelled
from contrast_engine.pseudo_labels.folds import Folds, stratified
from contrast_engine.steps.collection.training_copies import copies
from contrast_engine.store import Workspace
from contrast_engine.vectors import Vectors

if TYPE_CHECKING:
    from contrast_engine.learning.fine_tuning import Choice

INNER = 3
"""Folds inside the labels that are looked at, on which depth and epochs are chosen."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """An encoder tuned on some labels: how deep, and its weights."""

    choice: "Choice"
    arrays: Json


class TunedEncoders:
    """Tunes a pre-trained encoder on parts of the labels, always from the same start.

    Args:
        workspace: With the copies of the images.
        parent: Key of the pre-trained encoder.
        labelled: The labels, in the space of its embedding.
        frozen: That embedding, not scaled.
        depths: What may be tuned.
        epochs: The most.
        seed: For views, order and inner folds.
    """

    def __init__(
        self, workspace: Workspace, parent: str, labelled: Labelled, frozen: Vectors,
        depths: tuple[str, ...], epochs: int, seed: int,
    ) -> None:  # fmt: skip
        from contrast_engine.encoders.model import EncoderModel
        from contrast_engine.learning.devices import pick_device, place
        from contrast_engine.learning.fine_tuning import Examples, FineTuning

        arrays, recipe = workspace.models.load(parent)
        self.model: EncoderModel = EncoderModel.load(recipe["encoder"], recipe["options"], arrays)
        place(self.model.objective, pick_device())
        self.labelled, self.depths, self.epochs, self.seed = labelled, depths, epochs, seed
        ids = tuple(labelled.space.ids[row] for row in labelled.rows)
        there, codes = copies(workspace, ids, self.model.recipe.size)
        if there != ids:
            raise NotEnoughData("some labelled images cannot be read any more; scan them again")
        self.pictures: Bytes = np.array(codes)
        embedding = frozen.values[:, 1:] if self.model.recipe.has_score else frozen.values
        examples = Examples.of(
            self.model.objective, self.pictures, labelled.codes, labelled.shares,
            len(labelled.classes), embedding, seed,
        )  # fmt: skip
        self._tuning: FineTuning = FineTuning(self.model.objective, examples, seed=seed)

    def tune(self, seen: Bools) -> Tuned:
        """Choose depth and epochs by inner folds of the seen labels, then tune on all of them.

        Args:
            seen: (m,) the labels that may be looked at.
        """
        choice = self._tuning.choose(seen, self._inner(seen), self.depths, self.epochs)
        return Tuned(choice, self._tuning.run(seen, choice.depth, choice.epochs)[0])

    def of_labelled(self) -> Floats:
        """(m, columns) embedding of the labelled images as the last tuned encoder sees them."""
        return self.model.embed(self.pictures)

    def _inner(self, seen: Bools) -> Bools:
        """(f, m) which of the seen labels each inner fold holds out, whole pictures at a time."""
        pictures = self.labelled.pictures[seen]
        _, first, number = np.unique(pictures, return_index=True, return_inverse=True)
        in_order = np.argsort(np.argsort(first))[number]
        codes = self.labelled.codes[seen]
        folds = _few(stratified(codes, in_order, seed=self.seed).once())
        held_out = np.zeros((len(folds), len(seen)), dtype=np.bool_)
        held_out[:, seen] = folds
        return held_out


def _few(folds: Folds) -> Bools:
    """(INNER, m) folds joined until they are few."""
    joined = [folds.held_out[number::INNER].any(axis=0) for number in range(INNER)]
    return np.array([fold for fold in joined if fold.any()])

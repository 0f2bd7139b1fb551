"""Spaces of encoders that learnt labels: what is held out must be unknown to the encoder too.

An encoder that was fine-tuned on all labels has pulled their images apart, so a classifier on its
embedding finds held-out ones where they belong, whatever there is to learn. Held-out answers are
therefore given in the spaces of other encoders, each tuned without the labels of one fold.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.pseudo_labels.classifier import Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds, stratified
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.vectors import Vectors


@dataclass(frozen=True, eq=False)
class Crossed:
    """Spaces whose encoders have each not seen the labels of one fold.

    Args:
        folds: Which labels each fold's encoder, and so its classifier, has not seen.
        space_of: The space of a fold by its number, with the images of the labelled space.
        seen: How many of the labels the encoder of the labelled space was fine-tuned on.
    """

    folds: Folds
    space_of: Callable[[int], Vectors]
    seen: int


def dealt(labelled: Labelled, *, seed: int) -> Folds:
    """The folds to judge models on: those of the encoders where they learnt labels, else dealt."""
    if labelled.crossed is not None:
        return labelled.crossed.folds
    return stratified(labelled.codes, labelled.pictures, seed=seed)


def snapshots(recipe: Classifier, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
    """Train a classifier on all labels and without each fold, as `Classifier.fit` does.

    Where the encoder learnt labels, what is held out is answered in the space of its fold, by a
    classifier trained to its end, in every snapshot.

    Args:
        recipe: The classifier.
        labelled: All labels.
        folds: As `dealt` gave them, or with further rows held back from every model.

    Raises:
        NotEnoughData: The classifier needs something these labels do not give.
    """
    if labelled.crossed is None:
        yield from recipe.fit(labelled, folds)
        return
    held_out = np.stack([_of_fold(recipe, labelled, folds, fold) for fold in range(len(folds))])
    for snapshot in recipe.fit(labelled, Folds(folds.held_out[:1], 1)):
        yield replace(snapshot, held_out=held_out)


def values_of(labelled: Labelled, fold: int) -> Floats:
    """(m, d) coordinates of the labelled images as the models of a fold see them."""
    if labelled.crossed is None:
        return labelled.values
    values: Floats = labelled.crossed.space_of(fold).values[labelled.rows]
    return values


def _of_fold(recipe: Classifier, labelled: Labelled, folds: Folds, fold: int) -> Floats:
    """(m, k) what a classifier in the space of a fold says."""
    assert labelled.crossed is not None
    there = replace(labelled, space=labelled.crossed.space_of(fold), crossed=None)
    *_, last = recipe.fit(there, Folds(folds.held_out[fold : fold + 1], 1))
    said: Floats = last.held_out[0]
    return said

"""What a classifier is: a recipe that yields ever better models, and a model that can be saved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.options import Recipe
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled

Arrays = dict[str, npt.NDArray[Any]]


class Model(Protocol):
    """A fitted classifier: plain arrays in, probabilities out."""

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) probabilities for (n, d) coordinates, rows summing to 1.

        `cluster` is the (n,) cluster of each row where it is known; most models need none.
        """

    def arrays(self) -> Arrays:
        """Everything needed to load the model again."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A model on its way, and what it would have said without each label.

    Args:
        model: Trained on every label.
        held_out: (f, m, k) what the model of each fold says about each label; only the labels
            that fold held out are read.
        loss: Mean loss of `model` on its own labels.
        done: How far the training is,
        total: of how much.
    """

    model: Model
    held_out: Floats
    loss: float
    done: int
    total: int


class Classifier(Recipe):
    """Base of every classifier: a frozen dataclass of options with `fit` and `load`."""

    title: ClassVar[str]
    uses_clusters: ClassVar[bool] = False
    """Its answer depends on the clustering, so a new clustering asks a new question."""

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Train on all labels and without each fold at once; the last snapshot is the result.

        Raises:
            NotEnoughData: What this classifier needs is not there.
        """
        raise NotImplementedError

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> Model:
        """Make the fitted model of saved arrays again."""
        raise NotImplementedError

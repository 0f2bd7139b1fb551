"""The nearest labelled image decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.abstaining import distances
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.logistic import softmax

_CHUNK = 4096
_TOUCHING = 1e-6
"""Distance below which two images count as the same: keeps the logarithm finite."""


@dataclass(frozen=True, eq=False)
class NearestModel:
    """The labelled images themselves.

    Args:
        values: (m, d) coordinates of the labelled images.
        codes: (m,) their classes.
        classes: (k,) 0..k-1; its length is the number of classes.
        power: (1,) how fast nearness counts.
    """

    values: Floats
    codes: Ints
    classes: Ints
    power: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) probabilities from the distance to the nearest image of each class."""
        parts = [self._chunk(values[at : at + _CHUNK]) for at in range(0, len(values), _CHUNK)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.classes)))

    def _chunk(self, values: Floats) -> Floats:
        apart = distances(values, self.values)  # (n, m)
        scores = np.full((len(values), len(self.classes)), -np.inf)
        for code in np.unique(self.codes):
            nearest = apart[:, self.codes == code].min(axis=1)
            scores[:, code] = -self.power[0] * np.log(np.maximum(nearest, _TOUCHING))
        return softmax(scores)

    def arrays(self) -> Arrays:
        """The labelled images' coordinates and classes."""
        return {
            "values": self.values,
            "codes": self.codes,
            "classes": self.classes,
            "power": self.power,
        }


@classifiers.add("one_nn")
@dataclass(frozen=True)
class OneNN(Classifier):
    """Every image takes the label of the nearest labelled one; for very few labels.

    Probability of a label ~ 1 / (distance to its nearest image) ^ power: what a nearest-neighbour
    density estimate gives in that many dimensions (Fix & Hodges 1951). Not calibrated.

    Source: docs/methods.md#nearest-labelled-image.
    """

    title: ClassVar[str] = "Nearest labelled image"

    # the features of photographs have about five effective dimensions
    power: float = option(
        5.0, "How fast an image's say fades with distance; higher is surer.", low=0.5, high=50.0
    )

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Keep the labelled images; every fold keeps those it sees."""
        m, k = len(labelled), len(labelled.classes)
        held_out = np.zeros((len(folds), m, k))
        for fold, hidden in enumerate(folds.held_out):
            seen = self._model(labelled.values[~hidden], labelled.codes[~hidden], k)
            held_out[fold, hidden] = seen.predict_proba(labelled.values[hidden])
        model = self._model(labelled.values, labelled.codes, k)
        own = model.predict_proba(labelled.values)[np.arange(m), labelled.codes]
        yield Snapshot(model, held_out, float(-np.log(np.maximum(own, 1e-300)).mean()), 1, 1)

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> NearestModel:
        """Make the fitted model of saved arrays again."""
        return NearestModel(arrays["values"], arrays["codes"], arrays["classes"], arrays["power"])

    def _model(self, values: Floats, codes: Ints, k: int) -> NearestModel:
        return NearestModel(values, codes, np.arange(k), np.array([float(self.power)]))

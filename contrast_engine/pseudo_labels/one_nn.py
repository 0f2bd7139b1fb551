"""The nearest labelled image decides."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.abstaining import distances, gaps
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.logistic import softmax

_CHUNK = 4096


@dataclass(frozen=True, eq=False)
class NearestModel:
    """The labelled images themselves.

    Args:
        values: (m, d) coordinates of the labelled images.
        codes: (m,) their classes.
        classes: (k,) 0..k-1; its length is the number of classes.
        width: (1,) usual gap between labelled images, the scale on which nearness counts.
    """

    values: Floats
    codes: Ints
    classes: Ints
    width: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """Give (n, k) probabilities: e^(-distance / gap) to the nearest of each class."""
        parts = [self._chunk(values[at : at + _CHUNK]) for at in range(0, len(values), _CHUNK)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.classes)))

    def _chunk(self, values: Floats) -> Floats:
        apart = distances(values, self.values)  # (n, m)
        scores = np.full((len(values), len(self.classes)), -np.inf)
        for code in np.unique(self.codes):
            scores[:, code] = -apart[:, self.codes == code].min(axis=1) / self.width[0]
        return softmax(scores)

    def arrays(self) -> Arrays:
        """Give the labelled images' coordinates and classes."""
        return {
            "values": self.values,
            "codes": self.codes,
            "classes": self.classes,
            "width": self.width,
        }


@classifiers.add("one_nn")
@dataclass(frozen=True)
class OneNN(Classifier):
    """Every image takes the label of the nearest labelled one; for very few labels.

    Its probabilities compare distances and are not calibrated.
    """

    title: ClassVar[str] = "Nearest labelled image"

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Keep the labelled images; every fold keeps those it sees."""
        m, k = len(labelled), len(labelled.classes)
        held_out = np.zeros((len(folds), m, k))
        for fold, hidden in enumerate(folds.held_out):
            seen = _model(labelled.values[~hidden], labelled.codes[~hidden], k)
            held_out[fold, hidden] = seen.predict_proba(labelled.values[hidden])
        model = _model(labelled.values, labelled.codes, k)
        own = model.predict_proba(labelled.values)[np.arange(m), labelled.codes]
        yield Snapshot(model, held_out, float(-np.log(np.maximum(own, 1e-300)).mean()), 1, 1)

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> NearestModel:
        """Make the fitted model of saved arrays again."""
        return NearestModel(arrays["values"], arrays["codes"], arrays["classes"], arrays["width"])


def _model(values: Floats, codes: Ints, k: int) -> NearestModel:
    width = float(np.median(gaps(values))) if len(values) > 1 else 1.0
    return NearestModel(values, codes, np.arange(k), np.array([width if width > 0 else 1.0]))

"""Cumulative-logit (proportional odds) regression with an L2 penalty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import OptionError
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.batched_lbfgs import minimise
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled


@dataclass(frozen=True, eq=False)
class OrdinalModel:
    """One score per image and rising cuts between the labels.

    Args:
        weights: (d,).
        cuts: (k - 1,), rising.
    """

    weights: Floats
    cuts: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) probabilities for (n, d) coordinates."""
        padded = np.concatenate([[-np.inf], self.cuts, [np.inf]])
        return _between(padded[None, :] - (values @ self.weights)[:, None])

    def arrays(self) -> Arrays:
        """Weights and cuts."""
        return {"weights": self.weights, "cuts": self.cuts}


@classifiers.add("ordinal")
@dataclass(frozen=True)
class Ordinal(Classifier):
    """One scale from the first label to the last, cut into steps; for ordered labels.

    P(label <= j) = sigmoid(cut_j - weights . x). Minimises sum of -log p(label)
    + |weights|^2 / (2 c), cuts free. A class a fold has never seen is impossible in it.

    Source: McCullagh 1980; the likelihood is concave in weights and cuts (Pratt 1981);
    docs/methods.md#ordinal-regression.
    """

    title: ClassVar[str] = "Ordered labels on one scale"

    c: float = option(0.1, "Freedom of the weights: smaller is more cautious.", low=1e-4, high=1e4)

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Train the final model and every fold's model side by side.

        Raises:
            OptionError: The labels have no order.
        """
        if not labelled.is_ordered:
            raise OptionError(
                f"the labels {', '.join(labelled.classes)} have no order; say it from least to "
                "most, or choose another method"
            )
        d = labelled.values.shape[1]
        problem = _Problem(
            labelled.values, labelled.codes, len(labelled.classes), folds.weights(), self.c
        )
        for step in minimise(problem, problem.start()):
            probability = problem.probability(step.parameters)  # (b, m, k)
            chosen = probability[0, np.arange(len(labelled)), labelled.codes]
            yield Snapshot(
                model=OrdinalModel(step.parameters[0, :d].copy(), step.parameters[0, d:].copy()),
                held_out=probability[1:],
                loss=float(-np.log(np.maximum(chosen, 1e-300)).mean()),
                done=round(100 * step.progress),
                total=100,
            )

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> OrdinalModel:
        """Make the fitted model of saved arrays again."""
        return OrdinalModel(arrays["weights"], arrays["cuts"])


class _Problem:
    """The penalised loss of b weightings of the same labels.

    Each weighting counts only the classes it has seen: codes become ranks among those, and the
    cuts behind the last of them are infinite.
    """

    def __init__(self, values: Floats, codes: Ints, k: int, weights: Floats, c: float) -> None:
        self.values, self.weights, self.c = values, weights, c
        self.share = weights @ np.eye(k)[codes] / weights.sum(axis=1)[:, None]  # (b, k)
        self.present = self.share > 0
        last = self.present.sum(axis=1) - 1  # (b,) rank of the last class seen
        self.rank = np.maximum(self.present.cumsum(axis=1) - 1, 0)  # (b, k)
        # A held-out class the fold never saw gets a neighbour's rank; it weighs nothing.
        self.code = np.minimum(self.rank[:, codes], last[:, None])  # (b, m)
        self.is_used = np.arange(k - 1)[None, :] < last[:, None]  # (b, k - 1)

    def start(self) -> Floats:
        """(b, d + k - 1): no weights, cuts at the shares of the labels."""
        order = np.argsort(~self.present, axis=1, kind="stable")  # classes seen come first
        below = np.take_along_axis(self.share, order, axis=1).cumsum(axis=1)[:, :-1]
        below = np.where(self.is_used, below, 0.5)
        cuts = np.where(self.is_used, np.log(below / (1 - below)), 0.0)
        return np.column_stack([np.zeros((len(cuts), self.values.shape[1])), cuts])

    def _edges(self, flat: Floats) -> tuple[Floats, Floats]:
        """(b, m) scores and (b, k + 1) cuts with both infinities."""
        d = self.values.shape[1]
        cuts = np.where(self.is_used, flat[:, d:], np.inf)
        edge = np.full((len(flat), 1), np.inf)
        return flat[:, :d] @ self.values.T, np.concatenate([-edge, cuts, edge], axis=1)

    def probability(self, flat: Floats) -> Floats:
        """(b, m, k) probabilities; a class not seen has 0."""
        scores, edges = self._edges(flat)
        by_rank = _between(edges[:, None, :] - scores[:, :, None])  # (b, m, k)
        picked = np.take_along_axis(by_rank, self.rank[:, None, :], axis=2)
        probability: Floats = picked * self.present[:, None, :]
        return probability

    def __call__(self, flat: Floats) -> tuple[Floats, Floats]:
        d, count = self.values.shape[1], self.weights.sum(axis=1)
        scores, edges = self._edges(flat)
        upper = np.take_along_axis(edges, self.code + 1, axis=1) - scores  # (b, m)
        lower = np.take_along_axis(edges, self.code, axis=1) - scores
        gap = np.exp(-(upper - lower))
        is_allowed = (gap < 1).all(axis=1)  # cuts rise
        room = np.where(gap < 1, 1 - gap, 1.0)
        # sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - e^(b - a)), without cancelling
        log_p = np.log(room) - np.logaddexp(0, -upper) - np.logaddexp(0, lower)
        by_upper = (_sigmoid(-upper) + gap / room) * self.weights
        by_lower = -(_sigmoid(lower) + gap / room) * self.weights
        weights = flat[:, :d]
        value = -(self.weights * log_p).sum(axis=1) + (weights**2).sum(axis=1) / (2 * self.c)
        by_weights = (by_upper + by_lower) @ self.values + weights / self.c
        by_cuts = -self._by_cut(by_upper, by_lower)
        slope = np.column_stack([by_weights, by_cuts])
        return np.where(is_allowed, value / count, np.inf), slope / count[:, None]

    def _by_cut(self, by_upper: Floats, by_lower: Floats) -> Floats:
        """Sum each label's slope onto the cut above it and the cut below it."""
        cuts = np.arange(self.is_used.shape[1])[None, None, :]
        above = self.code[:, :, None] == cuts  # (b, m, k - 1)
        below = self.code[:, :, None] - 1 == cuts
        summed = (above * by_upper[:, :, None] + below * by_lower[:, :, None]).sum(axis=1)
        slope: Floats = summed * self.is_used
        return slope


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 * (1 + np.tanh(0.5 * x))
    return result


def _between(edges: Floats) -> Floats:
    """Probability between consecutive (..., k + 1) edges on the logistic scale: (..., k)."""
    share = np.maximum(np.diff(_sigmoid(edges), axis=-1), 0)
    probability: Floats = share / share.sum(axis=-1, keepdims=True)
    return probability

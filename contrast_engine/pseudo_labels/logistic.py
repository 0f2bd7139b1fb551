"""Multinomial logistic regression with an L2 penalty."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.batched_lbfgs import minimise
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled


@dataclass(frozen=True, eq=False)
class LogisticModel:
    """Linear scores turned into probabilities by softmax.

    Args:
        weights: (k, d).
        intercept: (k,).
    """

    weights: Floats
    intercept: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) probabilities for (n, d) coordinates."""
        return softmax(values @ self.weights.T + self.intercept)

    def arrays(self) -> Arrays:
        """Weights and intercept."""
        return {"weights": self.weights, "intercept": self.intercept}


@classifiers.add("logistic")
@dataclass(frozen=True)
class Logistic(Classifier):
    """A weighted sum of the features per label; steady from about twenty labels on.

    Minimises sum of -log p(label) + |weights|^2 / (2 c), intercepts free: the convention of
    scikit-learn's LogisticRegression, including its doubled penalty for two classes (it keeps
    one weight vector there, softmax two). A class a fold has never seen is impossible in it.

    Source: docs/methods.md#logistic-regression.
    """

    title: ClassVar[str] = "Logistic regression"

    c: float = option(0.1, "Freedom of the weights: smaller is more cautious.", low=1e-4, high=1e4)

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Train the final model and every fold's model side by side."""
        k, (m, d) = len(labelled.classes), labelled.values.shape
        weights = folds.weights()  # (b, m)
        problem = _Problem(labelled.values, labelled.codes, k, weights, self.c)
        for step in minimise(problem, np.zeros((len(weights), k * (d + 1)))):
            theta = step.parameters.reshape(-1, k, d + 1)
            probability = problem.probability(theta)  # (b, m, k)
            chosen = probability[0, np.arange(m), labelled.codes]
            yield Snapshot(
                model=LogisticModel(theta[0, :, :d].copy(), theta[0, :, d].copy()),
                held_out=probability[1:],
                loss=float(-np.log(np.maximum(chosen, 1e-300)).mean()),
                done=round(100 * step.progress),
                total=100,
            )

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> LogisticModel:
        """Make the fitted model of saved arrays again."""
        return LogisticModel(arrays["weights"], arrays["intercept"])


class _Problem:
    """The penalised loss of b weightings of the same labels, per label so that scales agree."""

    def __init__(self, values: Floats, codes: Ints, k: int, weights: Floats, c: float) -> None:
        m, d = values.shape
        self.design = np.column_stack([values, np.ones(m)])  # (m, d + 1)
        self.weights = weights
        self.truth = np.eye(k)[codes]  # (m, k)
        self.codes = codes
        present: Bools = weights @ self.truth > 0  # (b, k)
        self.blocked = np.where(present, 0.0, -1e9)[:, None, :]  # (b, 1, k)
        self.penalty = np.where(present.sum(axis=1) == 2, 2.0, 1.0) / c  # (b,)
        self.penalised = np.append(np.ones(d), 0.0)  # the intercept is free
        self.count = weights.sum(axis=1)  # (b,)

    def probability(self, theta: Floats) -> Floats:
        """(b, m, k) probabilities of (b, k, d + 1) parameters."""
        return softmax(self._scores(theta))

    def _scores(self, theta: Floats) -> Floats:
        scores: Floats = self.design @ theta.transpose(0, 2, 1) + self.blocked
        return scores

    def __call__(self, flat: Floats) -> tuple[Floats, Floats]:
        k = self.truth.shape[1]
        theta = flat.reshape(len(flat), k, -1)
        scores = self._scores(theta)  # (b, m, k)
        top = scores.max(axis=2, keepdims=True)
        powers = np.exp(scores - top)
        total = powers.sum(axis=2, keepdims=True)
        log_p = (scores - top - np.log(total))[:, np.arange(len(self.codes)), self.codes]
        # A held-out label of a class its fold never saw weighs nothing, whatever its log is.
        loss = -(self.weights * log_p).sum(axis=1)
        kept = theta * self.penalised
        value = loss + 0.5 * self.penalty * (kept**2).sum(axis=(1, 2))
        error = (powers / total - self.truth) * self.weights[:, :, None]
        slope = error.transpose(0, 2, 1) @ self.design + self.penalty[:, None, None] * kept
        return value / self.count, (slope / self.count[:, None, None]).reshape(flat.shape)


def softmax(scores: Floats) -> Floats:
    """Turn (..., k) scores into probabilities."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probability: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return probability

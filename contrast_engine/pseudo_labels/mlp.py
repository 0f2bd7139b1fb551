"""A few small neural networks that vote, each with one hidden layer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Floats, Ints
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.batched_lbfgs import minimise
from contrast_engine.pseudo_labels.classifier import Arrays, Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.logistic import softmax
from contrast_engine.randomness import generator

STEPS = 40
"""Iterations at most: stopping early is half of what keeps so small a network honest."""

_CHUNK = 16_384
_IMPOSSIBLE = -1e9


@dataclass(frozen=True, eq=False)
class EnsembleModel:
    """Networks of one hidden layer of tanh units; their probabilities are averaged.

    Args:
        hidden: (e, d + 1, h) weights into the hidden layer, the last row the offsets.
        output: (e, h + 1, k) weights out of it, the last row the offsets.
    """

    hidden: Floats
    output: Floats

    def predict_proba(self, values: Floats, cluster: Ints | None = None) -> Floats:
        """(n, k) probabilities for (n, d) coordinates."""
        parts = [self._chunk(values[at : at + _CHUNK]) for at in range(0, len(values), _CHUNK)]
        return np.concatenate(parts) if parts else np.empty((0, self.output.shape[2]))

    def _chunk(self, values: Floats) -> Floats:
        inner = np.tanh(values @ self.hidden[:, :-1] + self.hidden[:, -1:])  # (e, n, h)
        probability: Floats = softmax(inner @ self.output[:, :-1] + self.output[:, -1:])
        return np.asarray(probability.mean(axis=0))

    def arrays(self) -> Arrays:
        """The weights of both layers."""
        return {"hidden": self.hidden, "output": self.output}


@classifiers.add("mlp")
@dataclass(frozen=True)
class Mlp(Classifier):
    """Small neural networks that vote; for many labels and boundaries that bend.

    Every network starts from weights of its own, so where labels are few they differ and their
    mean is unsure. Minimises the mean of -log p(label) + decay |weights|^2 / 2, offsets free.

    Source: Rumelhart, Hinton & Williams 1986; Lakshminarayanan 2017 for the ensemble;
    docs/methods.md#neural-network-ensemble.
    """

    title: ClassVar[str] = "Small neural networks"

    members: int = option(5, "How many networks vote; more vary less.", low=1, high=20)
    units: int = option(8, "Hidden units of each: more can bend the boundaries more.", low=1,
                        high=64)  # fmt: skip
    decay: float = option(
        0.03, "Pull of the weights towards zero: more is more cautious.", low=1e-5, high=10.0
    )
    seed: int = option(0, "Seed of the weights that the networks start from.", low=0)

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Train every network on all labels and without each fold, all side by side."""
        problem = _Problem(labelled, folds, self)
        own = np.arange(len(labelled)), labelled.codes
        steps = minimise(problem, problem.start(self.seed), tolerance=1e-4, limit=STEPS)
        for done, step in enumerate(steps):
            probability = problem.probability(step.parameters)  # (1 + f, m, k)
            hidden, output = problem.layers(step.parameters)
            loss = -np.log(np.maximum(probability[0][own], 1e-300)).mean()
            yield Snapshot(
                model=EnsembleModel(hidden[0].copy(), output[0].copy()),
                held_out=probability[1:],
                loss=float(loss),
                done=STEPS if step.progress == 1 else done,
                total=STEPS,
            )

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> EnsembleModel:
        """Make the fitted model of saved arrays again."""
        return EnsembleModel(arrays["hidden"], arrays["output"])


class _Problem:
    """The penalised loss of b = (1 + f) e networks, one row of parameters each."""

    def __init__(self, labelled: Labelled, folds: Folds, recipe: Mlp) -> None:
        m, d = labelled.values.shape
        self.k, self.h, self.d, self.e = len(labelled.classes), recipe.units, d, recipe.members
        self.design = np.column_stack([labelled.values, np.ones(m)])  # (m, d + 1)
        self.codes = labelled.codes
        self.truth = np.eye(self.k)[labelled.codes]  # (m, k)
        weights = np.repeat(folds.weights(), self.e, axis=0)  # (b, m)
        self.share = weights / weights.sum(axis=1, keepdims=True)
        self.blocked = np.where(weights @ self.truth > 0, 0.0, _IMPOSSIBLE)[:, None, :]
        self.decay = recipe.decay

    def start(self, seed: int) -> Floats:
        """(b, p) weights of variance 1 / inputs; every fold starts from the same ones."""
        members = []
        for number in range(self.e):
            rng = generator(seed, "pseudo_labels", "mlp", str(number))
            hidden = rng.normal(0, self.d**-0.5, (self.d + 1, self.h))
            output = rng.normal(0, self.h**-0.5, (self.h + 1, self.k))
            members.append(np.concatenate([hidden.ravel(), output.ravel()]))
        return np.tile(np.stack(members), (len(self.share) // self.e, 1))

    def layers(self, flat: Floats) -> tuple[Floats, Floats]:
        """(1 + f, e, d + 1, h) and (1 + f, e, h + 1, k) weights."""
        edge = (self.d + 1) * self.h
        hidden = flat[:, :edge].reshape(-1, self.e, self.d + 1, self.h)
        return hidden, flat[:, edge:].reshape(-1, self.e, self.h + 1, self.k)

    def probability(self, flat: Floats) -> Floats:
        """(1 + f, m, k) mean probabilities of the networks of each weighting."""
        _, _, _, scores = self._forward(flat)
        each = softmax(scores).reshape(-1, self.e, *scores.shape[1:])
        return np.asarray(each.mean(axis=1))

    def _forward(self, flat: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        hidden, output = self.layers(flat)
        first = hidden.reshape(-1, self.d + 1, self.h)
        second = output.reshape(-1, self.h + 1, self.k)
        inner = np.tanh(self.design @ first)  # (b, m, h)
        scores = inner @ second[:, :-1] + second[:, -1:] + self.blocked  # (b, m, k)
        return first, second, inner, scores

    def __call__(self, flat: Floats) -> tuple[Floats, Floats]:
        first, second, inner, scores = self._forward(flat)
        top = scores.max(axis=2, keepdims=True)
        powers = np.exp(scores - top)
        total = powers.sum(axis=2, keepdims=True)
        log_p = (scores - top - np.log(total))[:, np.arange(len(self.codes)), self.codes]
        error = (powers / total - self.truth) * self.share[:, :, None]  # (b, m, k)
        back = (error @ second[:, :-1].transpose(0, 2, 1)) * (1 - inner**2)  # (b, m, h)
        kept = first.copy(), second.copy()
        for layer in kept:
            layer[:, -1] = 0  # the offsets are free
        by_first = self.design.T @ back + self.decay * kept[0]
        by_second = np.concatenate(
            [inner.transpose(0, 2, 1) @ error, error.sum(axis=1, keepdims=True)], axis=1
        ) + self.decay * kept[1]  # fmt: skip
        value = -(self.share * log_p).sum(axis=1) + self.decay / 2 * sum(
            (layer**2).sum(axis=(1, 2)) for layer in kept
        )
        slope = np.concatenate([g.reshape(len(flat), -1) for g in (by_first, by_second)], axis=1)
        return value, slope

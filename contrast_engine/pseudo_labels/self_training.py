"""A model that also learns from its own surest answers, where the neighbours agree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.options import option
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.classifier import Classifier, Snapshot
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.logistic import LogisticModel, softmax
from contrast_engine.pseudo_labels.scores import confusion, kappa

POOL = 2_000
"""Unlabelled images at most that may be learnt from."""

ROUNDS = 3
NEIGHBOURS = 10
_IMPOSSIBLE = -1e9


@classifiers.add("self_training")
@dataclass(frozen=True)
class SelfTraining(Classifier):
    """Logistic regression that takes its surest answers as labels, three times at most.

    An unlabelled image counts as labelled where its probability, calibrated on held-out labels,
    is high and most of its nearest images are called the same. All of these together weigh as
    much as the labels of people. Rounds stop when cross-validated kappa falls, and the model
    before that is kept. Without groups that stand apart, expect no gain over plain labels.

    Source: Scudder 1965; the threshold is FixMatch's (Sohn 2020); docs/methods.md#self-training.
    Deviates: one temperature, fitted over all folds, calibrates every fold.
    """

    title: ClassVar[str] = "Self-training"

    c: float = option(0.1, "Freedom of the weights: smaller is more cautious.", low=1e-4, high=1e4)
    sureness: float = option(
        0.95, "Calibrated probability from which an answer is learnt from.", low=0.5, high=0.999
    )
    agreement: float = option(
        0.8, "Share of the nearest images that must be called the same.", low=0.0, high=1.0
    )

    def fit(self, labelled: Labelled, folds: Folds) -> Iterator[Snapshot]:
        """Train on the labels, then on labels and sure answers, each fold on its own."""
        seen = folds.weights() > 0  # (b, m)
        pool = _Pool.of(labelled)
        models = [self._model(labelled, rows, None) for rows in seen]
        held_out = _said(models[1:], labelled)
        temperature = _temperature(labelled, folds, models[1:])
        best = _kappa(labelled, folds, held_out)
        yield _snapshot(models[0], held_out, labelled, 1)
        for done in range(2, ROUNDS + 2):
            sure = [pool.sure(m, temperature, self.sureness, self.agreement) for m in models]
            if not sure[0][0].any():
                break
            tried = [
                self._model(labelled, rows, (pool.values[is_sure], codes[is_sure]))
                for rows, (is_sure, codes) in zip(seen, sure, strict=True)
            ]
            said = _said(tried[1:], labelled)
            score = _kappa(labelled, folds, said)
            if score < best:
                break
            models, held_out, best = tried, said, score
            yield _snapshot(models[0], held_out, labelled, done)
        yield _snapshot(models[0], held_out, labelled, ROUNDS + 1)

    @staticmethod
    def load(arrays: Mapping[str, npt.NDArray[Any]]) -> LogisticModel:
        """Make the fitted model of saved arrays again."""
        return LogisticModel(arrays["weights"], arrays["intercept"])

    def _model(
        self, labelled: Labelled, seen: Bools, more: tuple[Floats, Ints] | None
    ) -> LogisticModel:
        """Fit scikit-learn's logistic regression; a class without a label is impossible."""
        from sklearn.linear_model import LogisticRegression

        values, codes = labelled.values[seen], labelled.codes[seen]
        weight = np.ones(len(codes))
        if more is not None and len(more[1]):
            share = min(1.0, len(codes) / len(more[1]))
            values = np.concatenate([values, more[0]])
            codes = np.concatenate([codes, more[1]])
            weight = np.concatenate([weight, np.full(len(more[1]), share)])
        k, d = len(labelled.classes), values.shape[1]
        weights, intercept = np.zeros((k, d)), np.full(k, _IMPOSSIBLE)
        present = np.unique(codes)
        if len(present) == 1:
            intercept[present] = 0
            return LogisticModel(weights, intercept)
        model = LogisticRegression(C=self.c, max_iter=1000).fit(values, codes, weight)
        if len(present) == 2:  # one weight vector, for the second class
            weights[present[1]], intercept[present] = model.coef_[0], [0, model.intercept_[0]]
        else:
            weights[present], intercept[present] = model.coef_, model.intercept_
        return LogisticModel(weights, intercept)


@dataclass(frozen=True, eq=False)
class _Pool:
    """Unlabelled images that may be learnt from, and which of them are near each other.

    Args:
        values: (u, d).
        near: (u, q) rows of the nearest others.
    """

    values: Floats
    near: Ints

    @classmethod
    def of(cls, labelled: Labelled) -> "_Pool":
        from sklearn.neighbors import NearestNeighbors

        space = labelled.space
        taken = set(map(int, labelled.rows))
        rows = [space.rows[image] for image in sorted(space.ids) if space.rows[image] not in taken]
        if len(rows) > POOL:  # an even part by id
            rows = [rows[at] for at in np.linspace(0, len(rows) - 1, POOL).astype(int)]
        values = space.values[rows]
        count = min(NEIGHBOURS, len(rows) - 1)
        if count < 1:
            return cls(values[:0], np.empty((0, 0), dtype=np.int64))
        near = NearestNeighbors(n_neighbors=count).fit(values).kneighbors(return_distance=False)
        return cls(values, near)

    def sure(
        self, model: LogisticModel, temperature: float, sureness: float, agreement: float
    ) -> tuple[Bools, Ints]:
        """(u,) which answers may be learnt from, and (u,) the answers."""
        probability = softmax(_scores(model, self.values) / temperature)
        codes = probability.argmax(axis=1)
        if not len(codes):
            return np.zeros(0, dtype=np.bool_), codes
        alike = (codes[self.near] == codes[:, None]).mean(axis=1)
        return (probability.max(axis=1) >= sureness) & (alike >= agreement), codes


def _scores(model: LogisticModel, values: Floats) -> Floats:
    scores: Floats = values @ model.weights.T + model.intercept
    return scores


def _said(models: list[LogisticModel], labelled: Labelled) -> Floats:
    """(f, m, k) what the model of each fold says about each label."""
    return np.stack([model.predict_proba(labelled.values) for model in models])


def _temperature(labelled: Labelled, folds: Folds, models: list[LogisticModel]) -> float:
    """The temperature that makes held-out labels most probable (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    scores = folds.assemble(np.stack([_scores(m, labelled.values) for m in models]))
    own = np.arange(len(labelled)), labelled.codes

    def loss(log_temperature: float) -> float:
        probability = softmax(scores / np.exp(log_temperature))
        return float(-np.log(np.maximum(probability[:, *own], 1e-6)).mean())

    # never sharper than twice: with few labels all of them may be right by chance
    return float(np.exp(minimize_scalar(loss, bounds=(-np.log(2), 3), method="bounded").x))


def _kappa(labelled: Labelled, folds: Folds, held_out: Floats) -> float:
    predicted = folds.assemble(held_out).argmax(axis=2)
    table = confusion(labelled.codes, predicted, len(labelled.classes), labelled.shares)
    return float(kappa(table, is_ordered=labelled.is_ordered))


def _snapshot(model: LogisticModel, held_out: Floats, labelled: Labelled, done: int) -> Snapshot:
    own = model.predict_proba(labelled.values)[np.arange(len(labelled)), labelled.codes]
    loss = float(-np.log(np.maximum(own, 1e-300)).mean())
    return Snapshot(model, held_out, loss, done, ROUNDS + 1)

"""Labelling of planted collections by each queue, for tests and benchmarks."""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm, rankdata

from contrast_engine.pseudo_labels import classifiers, gather, recommended
from contrast_engine.pseudo_labels.active_learning import (
    active_queue,
    coverage_queue,
    doubt_queue,
    random_queue,
    spread_queue,
)
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId, Vectors

FIRST = 20
BATCH = 10

WAYS = {
    "random": (lambda space, count, seed: random_queue(space, (), count, seed=seed), None),
    "recommended": (
        lambda space, count, seed: coverage_queue(space, (), count, seed=seed), active_queue
    ),
    "coverage": (
        lambda space, count, seed: coverage_queue(space, (), count, seed=seed),
        lambda space, _, asked, count, seed: coverage_queue(space, asked, count, seed=seed),
    ),
    "medoids": (
        lambda space, count, seed: spread_queue(space, space, (), count, seed=seed),
        lambda space, _, asked, count, seed: spread_queue(space, space, asked, count, seed=seed),
    ),
    "before": (
        lambda space, count, seed: spread_queue(space, space, (), count, seed=seed), doubt_queue
    ),
}  # fmt: skip
"""How the first twenty labels are chosen, and the others given a model."""


def scaled(values: np.ndarray) -> Vectors:
    """Normal scores of every column, as the app scales features."""
    scores = [norm.ppf((rankdata(column) - 0.5) / len(column)) for column in values.T]
    ids = tuple(ImageId(f"{(row * 7919) % 2**20:016x}") for row in range(len(values)))
    return Vectors(ids, np.column_stack(scores), tuple(f"c{i}" for i in range(len(scores))))


def planted(kind: str, seed: int, n: int = 500, d: int = 18) -> tuple[Vectors, np.ndarray, bool]:
    """Correlated columns, a class of each image, and whether the classes have an order."""
    rng = np.random.default_rng([seed, n])
    turn = rng.normal(size=(d, d)) * (np.arange(1, d + 1) ** -0.5)[:, None]
    values = rng.normal(size=(n, d)) @ turn
    if kind == "crowds":
        truth = rng.choice(4, n, p=[0.5, 0.25, 0.15, 0.1])
        middle = rng.normal(size=(4, d)) * 0.9
        return scaled(rng.normal(size=(n, d)) + middle[truth]), truth, False
    space = scaled(values)
    if kind == "unordered":
        scores = space.values @ rng.normal(size=(d, 4))
        return space, (scores / scores.std(axis=0) + 0.3 * rng.gumbel(size=(n, 4))).argmax(1), False
    along = space.values @ rng.normal(size=(d, 2))
    along /= along.std(axis=0)
    noise = rng.normal(size=n)
    score = along[:, 0] + (0.6 * noise if kind == "order" else 0.7 * along[:, 1] ** 2 + 0.4 * noise)
    return space, thirds(score), True


def thirds(score: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.quantile(score, [1 / 3, 2 / 3]), score)


def learnt(
    space: Vectors, truth: np.ndarray, asked: list[ImageId], is_ordered: bool
) -> Predictions:
    """What the recommended classifier says, without held-out scores, which take the time."""
    names = tuple("abcdefgh"[: truth.max() + 1])
    labels = {image: names[truth[space.rows[image]]] for image in asked}
    if len(set(labels.values())) == 1:
        only = np.array([[float(name in labels.values()) for name in names]])
        return Predictions(space.ids, names, only.repeat(len(space), 0), np.zeros(len(space), bool))
    data = gather(space, labels, names, is_ordered=is_ordered)
    none = Folds(np.zeros((0, len(data)), bool), 1)
    *_, last = classifiers[recommended(data)]().fit(data, none)
    p = last.model.predict_proba(space.values)
    return Predictions(space.ids, data.classes, p, np.zeros(len(space), bool))


def reached(
    way: str,
    space: Vectors,
    truth: np.ndarray,
    is_ordered: bool,
    *,
    budget: int,
    seed: int,
    pool: list[ImageId] | None = None,
    score: Callable[[Predictions, list[ImageId]], float] | None = None,
) -> dict[int, float]:
    """Accuracy on the images without a label after each batch of labels.

    Args:
        way: One of `WAYS`.
        space: The scaled images.
        truth: (n,) class of each.
        is_ordered: Whether the classes have an order.
        budget: Labels in all.
        seed: For the queues.
        pool: Images that may be asked for; all without it.
        score: Judges predictions given the images asked for, instead.
    """
    first, then = WAYS[way]
    here = space if pool is None else space.take(pool)
    asked = [wanted.image for wanted in first(here, min(FIRST, budget), seed)]
    right = score or (lambda said, asked: unlabelled_accuracy(said, asked, space, truth))
    found = {}
    while True:
        said = learnt(space, truth, asked, is_ordered)
        found[len(asked)] = right(said, asked)
        more = min(BATCH, budget - len(asked))
        if more <= 0:
            return found
        queue = (
            random_queue(here, asked, more, seed=seed) if then is None
            else then(here, said, asked, more, seed=seed)
        )  # fmt: skip
        asked += [wanted.image for wanted in queue]


def unlabelled_accuracy(
    said: Predictions, asked: list[ImageId], space: Vectors, truth: np.ndarray
) -> float:
    names = "abcdefgh"
    right = {i: names[truth[space.rows[i]]] == label
             for i, label in zip(said.ids, said.label, strict=True)}  # fmt: skip
    return float(np.mean([right[i] for i in space.ids if i not in set(asked)]))

"""What models say about images they have not seen: ridge and logistic regression, folds by picture.

Every image is predicted by models that saw neither it nor an image of nearly the same picture, and
whose penalties were chosen without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.randomness import generator

FOLDS, INNER = 5, 3
"""Folds that images are predicted in, and folds of the others that choose a penalty."""

PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e4)
"""Penalties tried, for each image learnt from: the last all but leaves the inputs out."""

_REPEATS = ((200, 3), (500, 2))  # own choice: few images are dealt anew, many need it not
_STEPS, _SURE, _FLAT = 15, 30.0, 1e-9


@dataclass(frozen=True, eq=False)
class Target:
    """What is to be predicted.

    Args:
        values: (n, k) numbers (k = 1), or 1 for the kind an image is of and 0 for the others.
        pictures: (n,) images of nearly one picture share a number, 0 up.
        is_number: One column of numbers; else kinds.
    """

    values: Floats
    pictures: Ints
    is_number: bool

    @property
    def fitted(self) -> Floats:
        """The columns that models are fitted to: of two kinds the second decides."""
        return self.values[:, 1:] if self.values.shape[1] == 2 else self.values


def deal(target: Target, seed: int) -> Ints:
    """(repeats, n) the fold each image is predicted in; a picture is in one fold, kinds evenly."""
    n = int(target.pictures.max()) + 1
    repeats = next((times for up_to, times in _REPEATS if n <= up_to), 1)
    random = generator(seed, "downstream", "folds")
    level = _of_pictures(target)
    return np.array([_dealt(level, FOLDS, random)[target.pictures] for _ in range(repeats)])


class Unseen:
    """Predictions of images by models that have not seen them, all on the same folds.

    Args:
        target: What to predict.
        seed: Deals the folds.
    """

    def __init__(self, target: Target, seed: int) -> None:
        self._target, self._folds = target, deal(target, seed)
        self._chosen: dict[tuple[int, ...], float] = {}

    def predicted(self, blocks: Sequence[Floats]) -> Floats:
        """(n, k) what is said of each image, mean of the repeats.

        Args:
            blocks: (n, d) each. The penalty of the first is chosen by itself, that of each next
                with those before kept, so that inputs which do not help can be left out and harm
                little. None at all: the mean of the others.
        """
        said = np.zeros_like(self._target.values)
        for repeat, fold in enumerate(self._folds):
            for number in range(FOLDS):
                unseen = fold == number
                if unseen.any():
                    said[unseen] += self._one_fold(blocks, unseen, repeat * FOLDS + number)
        return said / len(self._folds)

    def _one_fold(self, blocks: Sequence[Floats], unseen: Bools, place: int) -> Floats:
        target, seen = self._target, ~unseen
        y = target.fitted[seen]
        if not blocks:
            return np.tile(target.values[seen].mean(axis=0), (int(unseen.sum()), 1))
        inputs, width = _standardised(blocks, seen)
        model, inner = _Model(target.is_number), _inner(target, seen)
        chosen: list[float] = []
        for upto in range(1, len(blocks) + 1):
            known = (place, *map(id, blocks[:upto]))  # models often begin with the same blocks
            if known not in self._chosen:
                x = inputs[seen, : 1 + sum(width[:upto])]
                each = [_each(width, [*chosen, penalty]) for penalty in PENALTIES]
                errors = sum(model.errors(x, y, inner == f, each) for f in range(INNER))
                self._chosen[known] = PENALTIES[int(np.argmin(errors))]
            chosen.append(self._chosen[known])
        weights = model.fit(inputs[seen], y, _each(width, chosen))
        return _kinds(model.say(inputs[unseen], weights), target)


@dataclass(frozen=True)
class _Model:
    """Least squares, or a logistic regression for each kind, with a penalty for each column."""

    is_number: bool

    def fit(self, x: Floats, y: Floats, penalty: Floats, start: Floats | None = None) -> Floats:
        """(d, k) weights; the first column of x is ones and its penalty 0."""
        if self.is_number:
            return np.asarray(np.linalg.solve(x.T @ x + np.diag(penalty * len(x)), x.T @ y))
        begun = np.zeros((x.shape[1], y.shape[1])) if start is None else start
        fitted = [_logistic(x, c, penalty * len(x), b) for c, b in zip(y.T, begun.T, strict=True)]
        return np.column_stack(fitted)

    def say(self, x: Floats, weights: Floats) -> Floats:
        """(n, k) numbers, or the probability of each kind by itself."""
        linear = x @ weights
        return linear if self.is_number else _probability(linear)

    def errors(self, x: Floats, y: Floats, unseen: Bools, penalties: Sequence[Floats]) -> Floats:
        """(t,) sum over unseen rows of the squared error, or of the log loss, by penalty."""
        found, weights = np.zeros(len(penalties)), None
        for place in reversed(range(len(penalties))):  # the strongest first: near to the start
            weights = self.fit(x[~unseen], y[~unseen], penalties[place], weights)
            said = self.say(x[unseen], weights)
            if self.is_number:
                found[place] = np.square(y[unseen] - said).sum()
            else:
                sure = np.clip(said, 1e-6, 1 - 1e-6)
                right = np.where(y[unseen] > 0, sure, 1 - sure)
                found[place] = -np.log(right).sum()
        return found


def _logistic(x: Floats, y: Floats, ridge: Floats, start: Floats) -> Floats:
    """(d,) weights by Newton's method."""
    weights = start.copy()
    for _ in range(_STEPS):
        p = _probability(x @ weights)
        slope = x.T @ (y - p) - ridge * weights
        curve = (x * np.maximum(p * (1 - p), 1e-5)[:, None]).T @ x
        curve[np.diag_indices(len(ridge))] += ridge + 1e-6  # a fold of one kind alone has no end
        step = np.linalg.solve(curve, slope)
        size = float(np.abs(step).max())
        weights += step * min(1.0, 4.0 / max(size, 1e-12))
        if size < 1e-2:
            break
    return weights


def _probability(linear: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-np.clip(linear, -_SURE, _SURE)))
    return found


def _kinds(said: Floats, target: Target) -> Floats:
    """Rows that sum to 1 from the probability of each kind; numbers stay."""
    if target.is_number:
        return said
    if target.values.shape[1] == 2:
        return np.column_stack([1 - said, said])
    whole: Floats = said / said.sum(axis=1, keepdims=True)
    return whole


def _standardised(blocks: Sequence[Floats], seen: Bools) -> tuple[Floats, list[int]]:
    """Ones, then all blocks in units of the deviation among the seen; and the blocks' widths."""
    inputs = np.hstack(blocks)
    centre, scale = inputs[seen].mean(axis=0), inputs[seen].std(axis=0)
    scale = np.where(scale > _FLAT * (np.abs(centre) + _FLAT), scale, np.inf)
    found = np.clip((inputs - centre) / scale, -5, 5)  # no image is an outlier a model can hang on
    return np.column_stack([np.ones(len(inputs)), found]), [b.shape[1] for b in blocks]


def _each(width: Sequence[int], penalties: Sequence[float]) -> Floats:
    """(1 + d,) the penalty of each column; that of the ones is 0."""
    return np.concatenate([[0.0], *(np.full(w, p) for w, p in zip(width, penalties, strict=False))])


def _inner(target: Target, seen: Bools) -> Ints:
    """(m,) the fold of each seen image among the seen, pictures kept together."""
    _, pictures = np.unique(target.pictures[seen], return_inverse=True)
    part = Target(target.values[seen], pictures, target.is_number)
    # fixed: which fold chooses the penalty is no question of the seed
    return _dealt(_of_pictures(part), INNER, generator(0, "downstream", "inner"))[pictures]


def _of_pictures(target: Target) -> Floats:
    """(pictures,) what stands for the outcome of each picture when folds are dealt evenly."""
    counts = np.bincount(target.pictures)
    ordering = target.values @ np.arange(1, target.values.shape[1] + 1)
    mean: Floats = np.bincount(target.pictures, weights=ordering) / counts
    return mean


def _dealt(level: Floats, folds: int, random: np.random.Generator) -> Ints:
    """Each picture a fold: those of like outcome are spread over all folds."""
    order = np.lexsort((random.random(len(level)), level))
    fold = np.empty(len(level), np.int64)
    for start in range(0, len(order), folds):
        some = order[start : start + folds]
        fold[some] = random.permutation(folds)[: len(some)]
    return fold

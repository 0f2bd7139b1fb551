"""Which labels are held back from which model, so that scores come from unseen labels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Floats, Ints
from contrast_engine.randomness import generator

FOLDS = 5
LEAVE_ONE_OUT_UP_TO = 10
"""Different pictures up to which each is held out on its own."""

# Own choice: repeats calm the scores of few labels, where training is quick; many labels need none.
_REPEATS = ((200, 5), (1000, 2))


@dataclass(frozen=True, eq=False)
class Folds:
    """The labels each of f models does not see; over one repeat every label is held out once.

    Args:
        held_out: (f, m) true where the model of that fold does not see that label.
        repeats: How many times the labels were dealt anew; f = repeats x folds.
    """

    held_out: Bools
    repeats: int

    def __len__(self) -> int:
        return len(self.held_out)

    def assemble(self, values: Floats) -> Floats:
        """Pick from (f, m, ...) each label's own held-out value: (repeats, m, ...)."""
        by_repeat = self.held_out.reshape(self.repeats, -1, self.held_out.shape[1])
        fold = by_repeat.argmax(axis=1)  # (repeats, m): the fold that held the label out
        start = np.arange(self.repeats)[:, None] * by_repeat.shape[1]
        picked: Floats = values[start + fold, np.arange(self.held_out.shape[1])[None, :]]
        return picked

    def once(self) -> "Folds":
        """The folds of the first repeat alone."""
        return Folds(self.held_out[: len(self.held_out) // self.repeats], 1)

    def weights(self) -> Floats:
        """(1 + f, m) weight of each label: all ones for the final model, then one row a fold."""
        seen = (~self.held_out).astype(np.float64)
        return np.concatenate([np.ones((1, self.held_out.shape[1])), seen])


def stratified(codes: Ints, pictures: Ints | None = None, *, seed: int) -> Folds:
    """Deal the labels into folds, each class evenly; leave-one-out up to ten pictures.

    Labels of nearly one picture go into one fold: a model is never judged on what it has seen.

    Args:
        codes: (m,) class of each label.
        pictures: (m,) which picture each label is of, 0 up in the order they come; without it
            no two are of one.
        seed: Shuffles.
    """
    m = len(codes)
    pictures = np.arange(m) if pictures is None else pictures
    n = int(pictures.max()) + 1 if m else 0
    if n <= LEAVE_ONE_OUT_UP_TO:
        return Folds(pictures[None, :] == np.arange(n)[:, None], 1)
    repeats = next((times for up_to, times in _REPEATS if m <= up_to), 1)
    rng = generator(seed, "pseudo_labels", "folds")
    kind = _commonest(codes, pictures)
    rows = [_deal(kind, rng)[pictures] for _ in range(repeats)]
    held_out: npt.NDArray[np.bool_] = np.concatenate(
        [fold[None, :] == np.arange(FOLDS)[:, None] for fold in rows]
    )
    return Folds(held_out, repeats)


def _commonest(codes: Ints, pictures: Ints) -> Ints:
    """(pictures,) the class most of a picture's labels are of, the lowest of several."""
    counts = np.zeros((int(pictures.max()) + 1, int(codes.max()) + 1), dtype=np.int64)
    np.add.at(counts, (pictures, codes), 1)
    kind: Ints = counts.argmax(axis=1)
    return kind


def _deal(codes: Ints, rng: np.random.Generator) -> Ints:
    """Each picture a fold: shuffled within its class, dealt on from class to class."""
    shuffled = rng.permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
    fold = np.empty(len(codes), dtype=np.int64)
    fold[by_class] = np.arange(len(codes)) % FOLDS
    return fold

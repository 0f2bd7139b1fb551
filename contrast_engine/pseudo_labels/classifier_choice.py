"""Which classifier these labels deserve: the usual one, unless another is better beyond chance."""

from dataclasses import asdict, dataclass

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.progress import SILENT, Progress
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.pseudo_labels.crossed import dealt, snapshots
from contrast_engine.pseudo_labels.folds import Folds
from contrast_engine.pseudo_labels.labelled import Labelled
from contrast_engine.pseudo_labels.policy import VERY_ROUGH_UP_TO, recommended
from contrast_engine.pseudo_labels.scores import kappa, kappa_interval
from contrast_engine.randomness import generator
from contrast_engine.results import UNASSIGNED

NETWORK_FROM = 41
"""Labels from which a network is worth trying; below, linear models do better."""

DRAWS = 1000
_LEVEL = 0.05


@dataclass(frozen=True)
class Candidate:
    """How one classifier did on labels that its models had not seen.

    Args:
        method: Its name.
        kappa: Cross-validated kappa, quadratic weights where the labels are ordered,
        low, high: and its 95 % interval.
        gain: Its kappa less that of the usual classifier on the same folds,
        gain_low, gain_high: and an interval of it over labels, those of nearly one picture drawn
            together, that allows for so many rivals.
    """

    method: str
    kappa: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


@dataclass(frozen=True)
class ClassifierChoice:
    """The classifier that is recommended, why, and everything that was compared, best first."""

    method: str
    reason: str
    candidates: tuple[Candidate, ...] = ()

    def as_json(self) -> Json:
        """The choice as it is stored."""
        return {**asdict(self), "candidates": [asdict(one) for one in self.candidates]}


def choose(labelled: Labelled, *, seed: int = 0, progress: Progress = SILENT) -> ClassifierChoice:
    """The classifier with the best cross-validated kappa, all compared on the same folds.

    The usual one for this number and kind of labels (`recommended`) stays unless the interval of
    another's gain, by a bootstrap over the labels and divided among all rivals (Bonferroni), lies
    above 0, and so does the interval of its kappa: the best of several always looks better than it
    is, and less bad than guessing is not good. Labels of nearly one picture are dealt and drawn
    together, and count once. Up to ten are too few to compare anything.
    """
    usual = recommended(labelled)
    if labelled.effective <= VERY_ROUGH_UP_TO:
        return ClassifierChoice(
            usual,
            f"{_amount(labelled)} are too few to compare methods; {_named(usual)} "
            f"is taken up to {VERY_ROUGH_UP_TO} labels, and what it says is very rough",
        )
    names = [usual, *(name for name in _rivals(labelled) if name != usual)]
    folds = dealt(labelled, seed=seed)
    cells = {}
    for done, name in enumerate(names):
        progress.tick(done, len(names), f"comparing methods: {classifiers[name].title}")
        cells[name] = _cells(labelled, folds, name)
    progress.tick(len(names), len(names), "comparing methods")
    found = _compared(cells, usual, labelled, seed)
    return _decided(found, usual)


def _rivals(labelled: Labelled) -> list[str]:
    """Label spreading never beat a logistic model from 20 labels on: not tried."""
    names = ["logistic", "one_nn", "self_training"]
    if labelled.is_ordered:
        names.append("ordinal")
    if labelled.cluster is not None and (labelled.cluster != UNASSIGNED).any():
        names.append("cluster_vote")
    if labelled.effective >= NETWORK_FROM:
        names.append("mlp")
    return names


def _cells(labelled: Labelled, folds: Folds, name: str) -> Floats:
    """(pictures, k k) for each picture the share of its labels in each cell of the table."""
    *_, final = snapshots(classifiers[name](), labelled, folds)
    predicted = folds.assemble(final.held_out).argmax(axis=2)  # (repeats, m)
    k = len(labelled.classes)
    each = np.eye(k * k)[labelled.codes[None, :] * k + predicted].mean(axis=0)  # (m, k k)
    cells = np.zeros((labelled.effective, k * k))
    np.add.at(cells, labelled.pictures, each * labelled.shares[:, None])
    return cells


def _compared(
    cells: dict[str, Floats], usual: str, labelled: Labelled, seed: int
) -> tuple[Candidate, ...]:
    n, k, is_ordered = labelled.effective, len(labelled.classes), labelled.is_ordered
    rng = generator(seed, "pseudo_labels", "recommending")
    weights = rng.multinomial(n, np.full(n, 1 / n), size=DRAWS).astype(np.float64)

    def kappas(of: Floats) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):  # a draw of one label only
            return kappa((weights @ of).reshape(DRAWS, k, k), is_ordered=is_ordered)

    tail = _LEVEL / 2 / max(len(cells) - 1, 1)
    base, drawn = float(kappa(_table(cells[usual], k), is_ordered=is_ordered)), kappas(cells[usual])
    found = []
    for name, own in cells.items():
        table = _table(own, k)
        value = float(kappa(table, is_ordered=is_ordered))
        low, high = kappa_interval(table, is_ordered=is_ordered, seed=seed)
        gain = kappas(own) - drawn
        ends = np.nanquantile(gain, [tail, 1 - tail]) if name != usual else (0.0, 0.0)
        found.append(Candidate(name, value, low, high, value - base, *map(float, ends)))
    return tuple(sorted(found, key=lambda one: (-one.kappa, one.method)))


def _table(cells: Floats, k: int) -> Floats:
    table: Floats = cells.sum(axis=0).reshape(k, k)
    return table


def _decided(found: tuple[Candidate, ...], usual: str) -> ClassifierChoice:
    better = [one for one in found if one.gain_low > 0 and one.low > 0]
    own = next(one for one in found if one.method == usual)
    title = _named(usual)
    if better:
        best = better[0]
        return ClassifierChoice(
            best.method,
            f"{_named(best.method)} reached kappa {best.kappa:.2f} where {title}, usual "
            f"for such labels, reached {own.kappa:.2f}: a gain of {best.gain:.2f}"
            f" ({best.gain_low:.2f} to {best.gain_high:.2f}), more than chance gives",
            found,
        )
    rest = [one for one in found if one is not own]
    words = f"{title} is usual for such labels and reached kappa {own.kappa:.2f}"
    if rest and rest[0].gain > 0:
        near = rest[0]
        why = (
            "which may be no better than guessing"
            if near.gain_low > 0
            else f"a difference that may be chance ({near.gain_low:+.2f} to {near.gain_high:+.2f})"
        )
        words += f"; {_named(near.method)} reached {near.kappa:.2f}, {why}"
    elif rest:
        words += f"; none of the {len(rest)} others reached more"
    return ClassifierChoice(usual, words, found)


def _named(method: str) -> str:
    return f"'{classifiers[method].title}'"


def _amount(labelled: Labelled) -> str:
    n = labelled.effective
    some = f" of {n} different picture{'' if n == 1 else 's'}" if n < len(labelled) else ""
    return f"{len(labelled)} labels{some}"

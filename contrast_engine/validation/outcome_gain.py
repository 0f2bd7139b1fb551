"""How much of a later result models explain that know brightness and bytes, and what more adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.progress import SILENT, Progress
from contrast_engine.validation.correlation import ranks
from contrast_engine.validation.paired import holm, resampled, swap_p
from contrast_engine.validation.unseen import Target, Unseen

SURE = 0.05
"""Corrected p below which a difference is said to be more than chance."""

BRIGHTNESS, BYTES, BASELINE, NOTHING = (
    "brightness", "bytes", "brightness and bytes", "no information",
)  # fmt: skip

_KNOTS = 6  # own choice: bends of the curve by which brightness or bytes may act


@dataclass(frozen=True)
class Explained:
    """How well one model predicts images it has not seen.

    Args:
        name: What it knows.
        value: R2: share of the outcome's variation explained; 0 for no information.
        low, high: Its 95 % bootstrap interval over pictures.
        n: Images.
        pictures: Different pictures among them.
        auc: Area under the ROC curve, mean over kinds; None where the outcome is a number.
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    pictures: int
    auc: float | None = None


@dataclass(frozen=True)
class Gain:
    """One model against another on the same folds.

    Args:
        source: What is asked about.
        model: What the first model knows.
        against: What the second knows.
        value: R2 of the first less that of the second.
        low, high: Its 95 % bootstrap interval over pictures.
        n: Images.
        pictures: Different pictures among them.
        p: Of the paired permutation test.
        p_holm: The same, corrected for all comparisons made.
    """

    source: str
    model: str
    against: str
    value: float
    low: float
    high: float
    n: int
    pictures: int
    p: float
    p_holm: float = 1.0

    @property
    def is_sure(self) -> bool:
        """The first is better, and that is more than chance."""
        return self.low > 0 and self.p_holm < SURE


@dataclass(frozen=True)
class Gains:
    """All models and comparisons of one set of images."""

    models: tuple[Explained, ...]
    gains: tuple[Gain, ...]


def gains(
    target: Target,
    sources: Mapping[str, Sequence[Floats]],
    baseline: Mapping[str, Floats],
    *,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Gains:
    """What each source adds to the baseline, and is worth alone; p not yet corrected.

    Args:
        target: The outcome.
        sources: (n, d) blocks of each, of the same images; a later block may be left out.
        baseline: What is no contrast, as `flexible` gives it: brightness and bytes.
        seed: Deals folds, draws permutations and resamples.
        progress: Told before each model.
    """
    known: dict[str, list[Floats]] = {NOTHING: []}
    known |= {name: [columns] for name, columns in baseline.items()}
    known[BASELINE] = [_together(list(baseline.values()))]
    pairs: list[tuple[str, str, str]] = []
    for name, columns in sources.items():
        both = f"{BASELINE} + {name}"
        known |= {name: list(columns), both: [*known[BASELINE], *columns]}
        pairs += [(name, both, BASELINE), (name, name, BASELINE), (name, name, NOTHING)]
    models_of, said = Unseen(target, seed), {}
    for done, (name, blocks) in enumerate(known.items()):
        progress.tick(done, len(known), f"predicting from {name}")
        said[name] = models_of.predicted(blocks)
    loss = {name: np.square(target.values - p).sum(axis=1) for name, p in said.items()}
    table = _Losses(target, loss, seed)
    models = tuple(Explained(name, *table.share(name, NOTHING), _auc(target, said[name]))
                   for name in known)  # fmt: skip
    found = tuple(
        Gain(source, model, against, *table.share(model, against),
             swap_p(loss[against] - loss[model], target.pictures, seed))
        for source, model, against in pairs
    )  # fmt: skip
    return Gains(models, found)


class _Losses:
    """The squared errors of every model on the same images, and on the same resamples of them."""

    def __init__(self, target: Target, loss: Mapping[str, Floats], seed: int) -> None:
        self._names, self._size = list(loss), (len(target.values), int(target.pictures.max()) + 1)
        columns = np.column_stack(list(loss.values()))
        drawn = resampled(columns, target.pictures, seed)
        self._sums = np.vstack([columns.sum(axis=0), drawn])  # (1 + resamples, models)

    def share(self, model: str, against: str) -> tuple[float, float, float, int, int]:
        """How much more of the variation one explains than another, interval, images, pictures."""
        one, other, whole = (self._sums[:, self._names.index(n)] for n in (model, against, NOTHING))
        share = (other - one) / np.maximum(whole, 1e-12)
        low, high = np.quantile(share[1:], [0.025, 0.975])
        value = float(share[0])
        return value, min(float(low), value), max(float(high), value), *self._size


def corrected(found: Sequence[Gain]) -> tuple[Gain, ...]:
    """Comparisons with p corrected for all of them."""
    after = holm([one.p for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, after, strict=True))


def flexible(columns: Floats) -> Floats:
    """Columns through which each of (n, q) may act by any smooth or bent curve.

    What contrast features add must not be what a straight line misses of brightness.
    """
    parts = []
    for column in columns.T:
        z = normal_scores(column)
        knots = np.quantile(z, np.arange(1, _KNOTS + 1) / (_KNOTS + 1))
        parts.append(np.column_stack([z, z**2, np.maximum(z[:, None] - knots, 0)]))
    return np.hstack(parts)


def _together(parts: Sequence[Floats]) -> Floats:
    """The columns of all parts, and the products of the first of each two."""
    first = [part[:, 0] for part in parts]
    products = [a * b for place, a in enumerate(first) for b in first[place + 1 :]]
    return np.column_stack([*parts, *products])


def normal_scores(column: Floats) -> Floats:
    """(n,) values as quantiles of the normal distribution."""
    from scipy.special import ndtri

    scores: Floats = ndtri((ranks(column) - 0.5) / len(column))
    return scores


def _auc(target: Target, said: Floats) -> float | None:
    """Area under the ROC curve by ranks, mean over kinds."""
    if target.is_number:
        return None
    areas = []
    for truth, probability in zip(target.values.T, said.T, strict=True):
        of = truth > 0.5
        n, m = int(of.sum()), int((~of).sum())
        areas.append((float(ranks(probability)[of].sum()) - n * (n + 1) / 2) / (n * m))
    return float(np.mean(areas))

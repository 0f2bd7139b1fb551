"""The article's grid of networks: input, head and pre-training, over folds and seeds.

Every combination is trained on the same folds from the same seeds, so that any two are compared
image by image.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from contrast_engine.arrays import Bools, Floats, Ints, Json
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.illuminants.angles import angular_error
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.learned import LEAST
from contrast_engine.illuminants.learned.network import NetworkRecipe, train_network
from contrast_engine.illuminants.summary import difference, summarise
from contrast_engine.progress import SILENT, Progress

FACTORS: dict[str, tuple[str, str]] = {
    "input": ("linear", "log"),
    "head": ("frozen", "full"),
    "pretraining": ("contrastive", "none"),
}
"""What is varied, and the two kinds of each."""

N_FOLDS = 3
PARTS = ("mean", "median", "trimean", "best25", "worst25", "p95", "max", "low", "high")


class Cell(NamedTuple):
    """One combination."""

    input: str
    head: str
    pretraining: str


CELLS = tuple(Cell(*kinds) for kinds in itertools.product(*FACTORS.values()))


class Run(NamedTuple):
    """One training: of a combination, from a seed, without a fold."""

    seed: int
    cell: Cell
    fold: int


@dataclass(frozen=True)
class Budget:
    """What a grid may cost.

    Args:
        seeds: How often each combination is trained.
        first_seed: The first of them.
        folds: "scene" for three folds of blocks or scenes, "camera" to leave out each camera.
        epochs: Of every training.
        loss: "triplet" or "clcc".
    """

    seeds: int = 3
    first_seed: int = 0
    folds: str = "scene"
    epochs: int = 40
    loss: str = "triplet"

    def __post_init__(self) -> None:
        if self.folds not in ("scene", "camera"):
            raise OptionError(f"folds are by scene or camera, got {self.folds!r}")


Results = dict[Run, Floats]
"""Angular errors, (images of the fold,) in degrees, of every training that is done."""


def folds_of(data: IlluminantSet, budget: Budget) -> Ints:
    """Which fold each picture is in, (n,).

    Raises:
        NotEnoughData: A training would have too few pictures, or there is only one camera.
    """
    if budget.folds == "camera":
        cameras = list(dict.fromkeys(data.cameras))
        if len(cameras) < 2:
            raise NotEnoughData(
                f"folds by camera need at least 2 cameras, got {len(cameras)}; take folds by scene"
            )
        found = np.array([cameras.index(name) for name in data.cameras], np.int64)
    else:
        found = data.folds(N_FOLDS)
    smallest = len(data) - int(np.bincount(found).max(initial=0))
    if smallest < LEAST:
        raise NotEnoughData(
            f"a grid needs at least {LEAST} images outside every fold, got {smallest}; add images"
        )
    return found


def runs_of(folds: Ints, budget: Budget) -> Iterator[Run]:
    """Every training, one seed after the other, so that an early table has all combinations."""
    for seed in range(budget.first_seed, budget.first_seed + budget.seeds):
        for cell in CELLS:
            for fold in np.unique(folds).tolist():
                yield Run(seed, cell, fold)


def run_grid(
    data: IlluminantSet,
    budget: Budget,
    *,
    done: Results | None = None,
    keep: Callable[[Run, Floats], None] | None = None,
    progress: Progress = SILENT,
) -> Results:
    """Train every combination that is not done yet.

    Args:
        data: Pictures of known illuminant.
        budget: Folds, seeds and epochs.
        done: What an earlier run has done.
        keep: Told of every result as soon as it is there.
        progress: Told before every training, and during it, so that it can be stopped.
    """
    folds = folds_of(data, budget)
    results = dict(done or {})
    every_run = list(runs_of(folds, budget))
    for number, run in enumerate(every_run):
        note = f"{', '.join(run.cell)}, seed {run.seed}, fold {run.fold + 1}"
        progress.tick(number, len(every_run), note)
        if run in results:
            continue
        recipe = NetworkRecipe(*run.cell, loss=budget.loss, epochs=budget.epochs)
        inside = _Inside(progress, number, len(every_run), note)
        model = train_network(data.take(folds != run.fold), recipe, run.seed, inside)
        test = data.take(folds == run.fold)
        results[run] = angular_error(model.estimate(test), test.truths)
        if keep is not None:
            keep(run, results[run])
    progress.tick(len(every_run), len(every_run), "done")
    return results


def rows_of(data: IlluminantSet, budget: Budget, results: Results) -> list[Json]:
    """One row for each combination with results: its errors, means over the seeds that are done.

    A row in the making covers the images of the folds that are done, and says how many.
    """
    folds, rows = folds_of(data, budget), []
    for cell in CELLS:
        errors, seeds = errors_of(folds, budget, results, cell)
        known = np.isfinite(errors)
        if not known.any():
            continue
        scenes = _scenes(data, known)
        found = asdict(summarise(errors[known], scenes=scenes, seed=budget.first_seed))
        rows.append({**cell._asdict(), **{part: found[part] for part in PARTS},
                     "n": int(known.sum()), "seeds": seeds})  # fmt: skip
    return rows


def differences(data: IlluminantSet, budget: Budget, results: Results) -> dict[str, Json]:
    """For each factor, the second kind's errors less the first's, paired image by image.

    The mean is over the other factors and the seeds; `within` has it for each kind of the others,
    since an answer may hold for some only. Only a whole grid is compared.
    """
    folds = folds_of(data, budget)
    every = {cell: errors_of(folds, budget, results, cell)[0] for cell in CELLS}
    if not all(np.isfinite(errors).all() for errors in every.values()):
        return {}
    return {
        name: _difference(data, budget, every, at, kinds)
        for at, (name, kinds) in enumerate(FACTORS.items())
    }


def errors_of(folds: Ints, budget: Budget, results: Results, cell: Cell) -> tuple[Floats, int]:
    """Errors (n,) of a combination, means over seeds, NaN where none is done; and those seeds."""
    found: list[Floats] = []
    for seed in range(budget.first_seed, budget.first_seed + budget.seeds):
        errors = np.full(len(folds), np.nan)
        for fold in np.unique(folds).tolist():
            if (run := Run(seed, cell, fold)) in results:
                errors[folds == fold] = results[run]
        if np.isfinite(errors).all() or (not found and np.isfinite(errors).any()):
            found.append(errors)
    return (np.mean(found, axis=0) if found else np.full(len(folds), np.nan)), len(found)


def _difference(
    data: IlluminantSet, budget: Budget, every: Mapping[Cell, Floats], at: int,
    kinds: tuple[str, str],
) -> Json:  # fmt: skip
    def compared(cells: Mapping[Cell, Floats]) -> Json:
        first, second = (
            np.mean([errors for cell, errors in cells.items() if cell[at] == kind], axis=0)
            for kind in kinds
        )
        scenes = _scenes(data, np.ones(len(data), bool))
        return asdict(difference(second, first, scenes=scenes, seed=budget.first_seed))

    found, within = compared(every), []
    others = [name for name in FACTORS if name != Cell._fields[at]]
    for rest in itertools.product(*(FACTORS[name] for name in others)):
        cells = {
            cell: errors
            for cell, errors in every.items()
            if tuple(getattr(cell, name) for name in others) == rest
        }
        within.append({**dict(zip(others, rest, strict=True)), **compared(cells)})
    return {
        "first": kinds[0],
        "second": kinds[1],
        **found,
        "words": _in_words(kinds, found),
        "within": within,
    }


def _in_words(kinds: tuple[str, str], found: Json) -> str:
    first, second = kinds
    interval = (
        f"{found['mean']:+.2f} degrees ({found['low']:+.2f} to {found['high']:+.2f}, "
        f"n = {found['n']})"
    )
    if found["low"] <= 0 <= found["high"]:
        return f"{second} against {first}: no difference beyond its interval, {interval}"
    return f"{second} errs {'less' if found['mean'] < 0 else 'more'} than {first}, {interval}"


def _scenes(data: IlluminantSet, rows: Bools) -> list[str] | None:
    kept = [name for name, is_kept in zip(data.scenes, rows, strict=False) if is_kept]
    return kept or None


class _Inside:
    """The progress of a training, told as part of the grid's own."""

    def __init__(self, progress: Progress, number: int, total: int, note: str) -> None:
        self._progress, self._number, self._total, self._note = progress, number, total, note

    def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
        """Say which training it is; what it measures of itself is not the grid's."""
        self._progress.tick(self._number, self._total, self._note)

"""Methods judged on pictures of known illuminant, and whether a learned one may be offered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import NotEnoughData
from contrast_engine.illuminants.angles import angular_error, reproduction_error
from contrast_engine.illuminants.datasets import IlluminantSet
from contrast_engine.illuminants.datasets.synthetic import SYNTHETIC
from contrast_engine.illuminants.estimators import (
    ESTIMATORS,
    Setting,
    best_setting,
    estimate,
    tuned,
)
from contrast_engine.illuminants.learned import LEAST, Fit
from contrast_engine.illuminants.summary import Difference, ErrorSummary, difference, summarise

N_FOLDS = 3
"""Folds where no other images are given to learn from."""

Tick = Callable[[int, int, str], None]


@dataclass(frozen=True, eq=False)
class Judged:
    """One method on some images.

    Args:
        name: Of the method.
        is_learned: Whether it was fitted on pictures, beyond the choice of options.
        estimates: (seeds, n, 3) unit vectors; one seed for what nothing is drawn in.
        errors: (n,) recovery angular error in degrees, mean over seeds.
        reproduction: (n,) reproduction error in degrees, mean over seeds.
        summary: Each number is the mean over seeds; the interval is of the mean.
        seed_means: Mean error of each seed.
        settings: Options chosen, one for each fold or one for all; empty for a learned one.
        against: Its errors less those of the best statistical method, if it is learned.
    """

    name: str
    is_learned: bool
    estimates: Floats
    errors: Floats
    reproduction: Floats
    summary: ErrorSummary
    seed_means: tuple[float, ...]
    settings: tuple[Setting, ...] = ()
    against: Difference | None = None


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Every method on the same images.

    Args:
        methods: By name: statistical ones, then learned ones.
        best_statistical: The statistical method with the lowest mean error on these images.
        best: What to use: a learned method only where it is better beyond its interval.
        verdict: In one or two sentences.
        n: Images that were judged on.
        n_train: Images that options and models were fitted on; 0 where by folds of the same.
        is_synthetic: Whether the illuminants were put in by relighting photographs.
        left_out: Learned methods that were not fitted, and why.
    """

    methods: Mapping[str, Judged]
    best_statistical: str
    best: str
    verdict: str
    n: int
    n_train: int
    is_synthetic: bool
    left_out: Mapping[str, str] = field(default_factory=dict)


def evaluate(
    test: IlluminantSet,
    train: IlluminantSet | None = None,
    *,
    fits: Mapping[str, Fit] | None = None,
    seeds: int = 3,
    seed: int = 0,
    tick: Tick | None = None,
) -> Evaluation:
    """Judge the statistical methods, and learned ones beside them, on the same images.

    Options and models are fitted on the training images; without any, on the other folds of the
    images themselves (blocks in file order within each camera).

    Args:
        test: Images to judge on.
        train: Images to fit on, none of them among the others.
        fits: Ways to learn by name; none for only the statistical methods.
        seeds: How often each learned method is fitted; its numbers are means over these.
        seed: First of these seeds, and of the bootstrap.
        tick: Told after every fit.

    Raises:
        NotEnoughData: There are fewer than three images.
    """
    if len(test) < N_FOLDS:
        raise NotEnoughData(
            f"an evaluation needs at least {N_FOLDS} images of known illuminant, got {len(test)}"
        )
    fits, left_out = _possible(fits or {}, test, train)
    total, done = len(ESTIMATORS) + len(fits) * seeds, 0

    def told(note: str) -> None:
        nonlocal done
        done += 1
        if tick is not None:
            tick(done, total, note)

    methods: dict[str, Judged] = {}
    for name in ESTIMATORS:
        estimates, settings = _statistical(name, test, train)
        methods[name] = _judged(name, estimates[None], test, seed, settings)
        told(name)
    best = min(methods, key=lambda name: methods[name].summary.mean)
    for name, fit in fits.items():
        runs = []
        for draw in range(seed, seed + seeds):
            runs.append(_learned(fit, test, train, draw))
            told(f"{name}, seed {draw}")
        methods[name] = _judged(
            name, np.stack(runs), test, seed, is_learned=True, rival=methods[best],
            looks=len(fits),
        )  # fmt: skip
    chosen, verdict = _verdict(methods, best, test)
    return Evaluation(
        methods, best, chosen, verdict, len(test), len(train) if train else 0,
        test.is_synthetic or bool(train and train.is_synthetic), left_out,
    )  # fmt: skip


def by_camera(evaluation: Evaluation, test: IlluminantSet) -> dict[str, Json]:
    """Images and mean error of every method for each camera."""
    found: dict[str, Json] = {}
    for camera in dict.fromkeys(test.cameras):
        rows = np.array([name == camera for name in test.cameras])
        means = {name: float(one.errors[rows].mean()) for name, one in evaluation.methods.items()}
        found[camera] = {"n": int(rows.sum()), "mean": means}
    return found


def _possible(
    fits: Mapping[str, Fit], test: IlluminantSet, train: IlluminantSet | None
) -> tuple[dict[str, Fit], dict[str, str]]:
    smallest = len(train) if train is not None else len(test) - -(-len(test) // N_FOLDS)
    if smallest >= LEAST:
        return dict(fits), {}
    why = f"learning needs at least {LEAST} images to learn from, got {smallest}"
    return {}, dict.fromkeys(fits, why)


def _statistical(
    name: str, test: IlluminantSet, train: IlluminantSet | None
) -> tuple[Floats, tuple[Setting, ...]]:
    if train is None:
        found = tuned(name, test.images, test.valid, test.truths, test.folds(N_FOLDS))
        return found.estimates, found.settings
    setting = best_setting(name, train.images, train.valid, train.truths)
    return estimate(name, test.images, test.valid, setting), (setting,)


def _learned(fit: Fit, test: IlluminantSet, train: IlluminantSet | None, seed: int) -> Floats:
    if train is not None:
        return fit(train, seed).estimate(test)
    folds, made = test.folds(N_FOLDS), np.empty((len(test), 3))
    for fold in range(N_FOLDS):
        here = folds == fold
        made[here] = fit(test.take(~here), seed).estimate(test.take(here))
    return made


def _judged(
    name: str, estimates: Floats, test: IlluminantSet, seed: int,
    settings: tuple[Setting, ...] = (), *, is_learned: bool = False, rival: Judged | None = None,
    looks: int = 1,
) -> Judged:  # fmt: skip
    scenes = test.scenes or None
    runs = [angular_error(one, test.truths) for one in estimates]
    each = [summarise(one, scenes=scenes, seed=seed) for one in runs]
    errors = np.mean(runs, axis=0)
    reproduction = np.mean([reproduction_error(one, test.truths) for one in estimates], axis=0)
    of_mean = summarise(errors, scenes=scenes, seed=seed)
    over = {
        part: float(np.mean([getattr(one, part) for one in each]))
        for part in ("mean", "median", "trimean", "best25", "worst25", "p95", "max")
    }
    summary = ErrorSummary(n=len(test), low=of_mean.low, high=of_mean.high, **over)
    against = None
    if rival is not None:
        against = difference(errors, rival.errors, scenes=scenes, seed=seed, looks=looks)
    means = tuple(one.mean for one in each)
    return Judged(
        name, is_learned, estimates, errors, reproduction, summary, means, settings, against
    )  # fmt: skip


def _verdict(methods: Mapping[str, Judged], best: str, test: IlluminantSet) -> tuple[str, str]:
    """What to use, and why in words."""
    learned = [one for one in methods.values() if one.is_learned]
    better = [one for one in learned if one.against is not None and one.against.is_better]
    first = min(better, key=lambda one: one.summary.mean, default=None)
    chosen = best if first is None else first.name
    words = [_of_learned(one, best) for one in learned]
    if not learned:
        mean = methods[best].summary.mean
        words = [f"{best} errs least of the statistical methods, {mean:.2f} degrees in the mean"]
    words += [f"use {chosen}"]
    if test.is_synthetic:
        words += [SYNTHETIC]
    return chosen, "; ".join(words)


def _of_learned(one: Judged, best: str) -> str:
    found = one.against
    assert found is not None, "a learned method is compared with the best statistical one"
    interval = f"{found.mean:+.2f} degrees ({found.low:+.2f} to {found.high:+.2f})"
    if found.is_better:
        return f"{one.name} errs less than {best} by {interval}"
    return f"{one.name} is not offered: against {best} it has {interval}"

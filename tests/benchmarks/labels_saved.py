"""How many labels do the recommended queues save against labels drawn at random?

    PYTHONPATH=. python tests/benchmarks/labels_saved.py SEEDS [FOLDER OF IMAGES ...]

Twenty labels of the first queue, then ten more at a time given the model. A quarter of the images
is held out and never asked for; accuracy is theirs, and that of the images left without a label.
Targets of photographs are thirds of a measure whose whole family no method sees; without a folder
the collections are planted: an order along a line, a curved one, crowds, classes without order.
Intervals are 95 %, bootstrapped over seeds, for the targets of a seed share its held-out images.
"Saved" is 1 - n / m for the n labels that reach what m random ones do. Not part of the test suite.
"""

import sys
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from contrast_engine.features import core_names, features
from contrast_engine.vectors import Vectors
from tests.benchmarks.labelling_proof import measured
from tests.pseudo_labels.simulated_labelling import (
    planted,
    reached,
    scaled,
    thirds,
    unlabelled_accuracy,
)

TARGETS = ("gcf", "lc_mean", "spectral_slope", "colourfulness", "dr_stops", "sigma_l")
WAYS = ("random", "recommended", "coverage", "medoids")
BUDGET = 80
DRAWS = 1000


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    with threadpool_limits(limits=1):
        for folder in map(Path, sys.argv[2:]):
            table = measured(folder)
            report(folder.name, [[curves(*of_photographs(table, target), seed)
                                  for target in TARGETS] for seed in range(seeds)])  # fmt: skip
        for kind in () if sys.argv[2:] else ("order", "curve", "crowds", "unordered"):
            report(kind, [[curves(*planted(kind, seed), seed)] for seed in range(seeds)])


def of_photographs(table: Vectors, target: str) -> tuple[Vectors, np.ndarray, bool]:
    """The other families' core features, scaled, and thirds of the target."""
    family = features[target].family
    inputs = [name for name in core_names() if features[name].family != family]
    space = scaled(table.select(inputs).values)
    return space, thirds(table.column(target)), True


def curves(space: Vectors, truth: np.ndarray, is_ordered: bool, seed: int) -> np.ndarray:
    """(ways, batches, 2) accuracy on held-out images and on those left without a label."""
    order = np.random.default_rng([seed, 1]).permutation(len(space))
    held_out, pool = np.split(order, [len(space) // 4])
    held_out, pool = [space.ids[r] for r in held_out], [space.ids[r] for r in pool]
    budget = min(BUDGET, len(pool) // 10 * 10 - 10)

    def both(said, asked):
        return (unlabelled_accuracy(said, pool, space, truth),
                unlabelled_accuracy(said, [*asked, *held_out], space, truth))  # fmt: skip

    return np.array([
        [*reached(way, space, truth, is_ordered, budget=budget, seed=seed, pool=pool,
                  score=both).values()] for way in WAYS
    ])  # fmt: skip


def report(name: str, runs: list) -> None:
    found = np.array(runs)  # (seeds, targets, ways, batches, 2)
    counts = 20 + 10 * np.arange(found.shape[3])
    n = found.shape[0] * found.shape[1]
    print(f"\n**{name}**, {n} runs of {len(found)} seeds\n\n| way | images | labels | against random"
          " | saved |\n|---|---|---|---|---|")  # fmt: skip
    for place, way in enumerate(WAYS[1:], 1):
        for which, images in enumerate(("held out", "without a label")):
            curve = found[..., which][:, :, [0, place]].mean(axis=1)  # (seeds, 2, batches)
            for at in (c for c in (20, 40, 80) if c in counts):
                spot = int(np.flatnonzero(counts == at)[0])
                gain = shown(curve, lambda part, s=spot: float(part[1, s] - part[0, s]), "{:+.3f}")
                share = shown(curve, lambda part, a=at: saved(part, counts, a), "{:.0%}")
                print(f"| {way} | {images} | {at} | {gain} | {share if at > 20 else ''} |",
                      flush=True)  # fmt: skip


def shown(curve: np.ndarray, measure, words: str) -> str:
    rng = np.random.default_rng(0)
    draws = [measure(curve[rng.integers(len(curve), size=len(curve))].mean(axis=0))
             for _ in range(DRAWS)]  # fmt: skip
    low, high = np.quantile(draws, [0.025, 0.975])
    mean = measure(curve.mean(axis=0))
    return f"{words.format(mean)} ({words.format(low)} to {words.format(high)})"


def saved(pair: np.ndarray, counts: np.ndarray, at: int) -> float:
    """The share of labels saved, interpolated on the mean curves made rising."""
    random, chosen = np.maximum.accumulate(pair, axis=1)
    return 1 - float(np.interp(random[counts == at][0], chosen, counts)) / at


if __name__ == "__main__":
    main()

"""What is promised of clusters, labels and pairs, measured, as one small table.

    python tests/benchmarks/proof.py [FOLDER OF IMAGES ...]

Runs the benchmarks beside it with ten seeds and holds each number against its promise; without a
folder the sample photographs are used. About three minutes for each folder and three for the
rest. Not part of the test suite; the table stands in CONTRIBUTING.md.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from contrast_engine.clusterings import clusterings
from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.pseudo_labels import classifiers, gather, train
from contrast_engine.validation.cluster_count import choose_k
from tests.benchmarks.groups_and_pairs import PAIRS, is_found, mean, planted, table
from tests.benchmarks.labelling_proof import (
    SEEDS,
    WAYS,
    half_width,
    measured,
    run,
    scaled,
    shown,
)
from tests.ranking.simulated_people import budget_for, judged_by_simulation

Row = tuple[str, str, bool]
SPREADS = (1.5, 2.0)
"""Deviations of the true scores, in logits; the closer the scores, the less a choice can save."""


def main() -> None:
    folders = [Path(given) for given in sys.argv[1:]]
    print("| promise | measured | kept |\n|---|---|---|", flush=True)
    with threadpool_limits(limits=1):
        for folder in folders or [Path(__file__).parents[2] / "sample_data"]:
            show(labels(folder))
        show(clusters())
        show(sets())
        show(pairs())


def show(rows: Iterator[Row]) -> None:
    for promise, found, is_kept in rows:
        print(f"| {promise} | {found} | {'yes' if is_kept else '**no**'} |", flush=True)


def labels(folder: Path) -> Iterator[Row]:
    images = measured(folder)
    name = f"{folder.parent.name if folder.name == 'images' else folder.name}, {len(images)} images"
    found = {(way, count): np.array([run(WAYS[way], images, count, seed) for seed in range(SEEDS)])
             for way in WAYS for count in (20, 40)}  # fmt: skip
    gain = found["corrected", 20] - found["article", 20]
    yield f"20 labels beat the article by .15 ({name})", shown(gain), gain.mean() >= 0.15
    for count in (20, 40):
        less = found["active", count] - found["random", count]
        yield (f"active no worse than random, {count} labels ({name})", shown(less),
               less.mean() + half_width(less) >= 0)  # fmt: skip


def clusters() -> Iterator[Row]:
    found = sum(is_found(k, seed) for k in (3, 4, 5) for seed in range(SEEDS))
    tried = 3 * SEEDS
    yield "planted groups found, 9 of 10", f"{found} of {tried}", found >= 0.9 * tried
    noise = [np.random.default_rng(seed).uniform(size=(300, d))
             for d in (2, 5, 20) for seed in range(SEEDS)]  # fmt: skip
    right = sum(choose_k(table(v), KMeans).verdict == "regions" for v in noise)
    yield "noise called regions, 9 of 10", f"{right} of {len(noise)}", right >= 0.9 * len(noise)
    space, same, tries = scaled(table(planted(4, 0)[0])), 0, 0
    for name in clusterings:
        first = clusterings[name]().cluster(space).of
        for seed in range(SEEDS):
            order = np.random.default_rng(seed).permutation(len(space))
            again = clusterings[name]().cluster(space.take([space.ids[r] for r in order])).of
            same, tries = same + (again == first), tries + 1
    yield "permuted rows, identical ids", f"{same} of {tries}", same == tries


def sets() -> Iterator[Row]:
    held = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        truth = random.integers(0, 3, 700)
        space = table(random.normal(size=(700, 3)) + np.outer(truth, [1.6, 0, 0]))
        given = {space.ids[row]: "xyz"[truth[row]] for row in range(100)}
        data = gather(space, given, "xyz", is_ordered=True)
        trained = train(classifiers["ordinal"](), data, drawn=set(space.ids))
        assert not isinstance(trained.sets, str)
        inside = trained.sets.members(trained.predictions.probability[100:])
        held.append(inside[np.arange(600), truth[100:]].mean())
    share = float(np.mean(held))
    yield "stated 90 % sets hold the truth in 87 to 93 %", f"{share:.1%}", 0.87 <= share <= 0.93


def pairs() -> Iterator[Row]:
    for spread in SPREADS:
        curves = {
            strategy: [judged_by_simulation(strategy, seed, budget=PAIRS, spread=spread)
                       for seed in range(4 * SEEDS)]
            for strategy in ("random", "active")
        }  # fmt: skip
        of = f"true scores of spread {spread:g}"
        for name, runs in curves.items():
            rho = mean(runs, 1)[PAIRS]
            yield f"30 images, 300 {name} pairs: Spearman .90 ({of})", f"{rho:.3f}", rho >= 0.9
        needs = budget_for(mean(curves["active"], 0), mean(curves["random"], 0)[PAIRS])
        share = needs / PAIRS
        yield f"active needs 70 % of the random pairs ({of})", f"{share:.0%}", share <= 0.7


if __name__ == "__main__":
    main()

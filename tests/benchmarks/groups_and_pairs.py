"""Are planted groups found, noise called noise, and pairs chosen well? Over many seeds.

    python tests/benchmarks/groups_and_pairs.py [SEEDS]

Planted: 3 to 5 round groups in 8 dimensions, 300 images, found when the recommended number is the
planted one and the clusters agree with the truth (ARI above .9). Noise: 300 rows of a uniform cube
of 2, 5 and 20 dimensions, right when called regions. Pairs: simulated people, 30 images, true
scores of four spreads in logits; the budget of active choice for the rank agreement (tau) that
300 random pairs reach. Prints small markdown tables. Not part of the test suite.
"""

import sys

import numpy as np
from sklearn.metrics import adjusted_rand_score
from threadpoolctl import threadpool_limits

from contrast_engine.clusterings.kmeans import KMeans
from contrast_engine.validation.cluster_count import choose_k
from contrast_engine.vectors import ImageId, Vectors
from tests.ranking.simulated_people import budget_for, judged_by_simulation

PAIRS = 300


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with threadpool_limits(limits=1):
        groups(seeds)
        noise(seeds)
    pairs(4 * seeds)


def groups(seeds: int) -> None:
    print("| planted | found | called groups | n |\n|---|---|---|---|")
    for k in (3, 4, 5):
        found = called = 0
        for seed in range(seeds):
            found += is_found(k, seed)
            called += choose_k(table(planted(k, seed)[0]), KMeans, seed=seed).verdict == "groups"
        print(f"| {k} groups | {found} | {called} | {seeds} |", flush=True)


def planted(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of 300 images in k round groups, and which group each is in."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, k, 300)
    return random.normal(size=(300, 8)) + 4 * random.normal(size=(k, 8))[truth], truth


def is_found(k: int, seed: int) -> bool:
    values, truth = planted(k, seed)
    choice = choose_k(table(values), KMeans, seed=seed)
    cluster = KMeans(n_clusters=choice.recommended_k).cluster(table(values)).cluster
    return choice.recommended_k == k and adjusted_rand_score(truth, cluster) > 0.9


def noise(seeds: int) -> None:
    print("\n| uniform noise | called regions | n |\n|---|---|---|")
    for d in (2, 5, 20):
        right = 0
        for seed in range(seeds):
            values = np.random.default_rng(seed).uniform(size=(300, d))
            right += choose_k(table(values), KMeans, seed=seed).verdict == "regions"
        print(f"| {d} dimensions | {right} | {seeds} |", flush=True)


def pairs(seeds: int) -> None:
    print("\n| spread | rho at 300, random | active | tau at 300, random | active needs | share |"
          "\n|---|---|---|---|---|---|")  # fmt: skip
    for spread in (1.0, 1.5, 2.0, 3.0):
        curves = {
            strategy: [
                judged_by_simulation(strategy, seed, budget=PAIRS, spread=spread)
                for seed in range(seeds)
            ]
            for strategy in ("random", "active")
        }
        tau = {name: mean(runs, 0) for name, runs in curves.items()}
        rho = {name: mean(runs, 1)[PAIRS] for name, runs in curves.items()}
        needs = budget_for(tau["active"], tau["random"][PAIRS])
        print(f"| {spread:g} | {rho['random']:.3f} | {rho['active']:.3f} |"
              f" {tau['random'][PAIRS]:.3f} | {needs} | {needs / PAIRS:.0%} |", flush=True)  # fmt: skip


def mean(runs: list, which: int) -> dict[int, float]:
    return {n: float(np.mean([run[n][which] for run in runs])) for n in runs[0]}


def table(values: np.ndarray) -> Vectors:
    ids = tuple(ImageId(f"{row:016x}") for row in range(len(values)))
    return Vectors(ids, values, tuple(f"c{i}" for i in range(values.shape[1])))


if __name__ == "__main__":
    main()

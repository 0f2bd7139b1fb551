"""Are groups found, and continua called regions? Over many shapes, sizes, methods and seeds.

    PYTHONPATH=. python tests/benchmarks/groups_or_regions.py N SEEDS [METHOD ...]

Continua: skewed, heavy-tailed and curved ones; planted: separate groups, also unequal, elongated,
and along one of eight columns. In 2, 8 and 20 dimensions, cut into 2, 3 and 5 clusters, in turn.
Prints how often each is called groups, how often there were not enough images to tell, and seconds
of the processor. Not part of the test suite.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from contrast_engine.arrays import Floats
from contrast_engine.clusterings import Clusterer, clusterings, numbered
from contrast_engine.validation.gaps import Gaps, gaps

METHODS = ("kmeans", "hierarchical", "hdbscan")
Random = np.random.Generator


def main() -> None:
    n, seeds = int(sys.argv[1]), int(sys.argv[2])
    print("| shape | method | n | groups | too few | s |\n|---|---|---|---|---|---|")
    with threadpool_limits(limits=1):
        for name in (*CONTINUA, *PLANTED):
            for method in sys.argv[3:] or METHODS:
                row(name, method, n, seeds)


def row(name: str, method: str, n: int, seeds: int) -> None:
    began = time.process_time()
    found = []
    for seed in range(seeds):
        d, k = size(name, method, seed)
        found.append(judged(made(name, n, d, k, seed), method, k, seed))
    grouped = sum(one.is_grouped for one in found)
    untold = sum(not one.is_told for one in found)
    each = (time.process_time() - began) / seeds
    print(f"| {name} | {method} | {n:,} | {grouped}/{seeds} | {untold}/{seeds} | {each:.1f} |",
          flush=True)  # fmt: skip


def size(name: str, method: str, seed: int) -> tuple[int, int]:
    """Dimensions and number of clusters, in turn from seed to seed."""
    ks, turn = (2, 3, 5), METHODS.index(method)
    if name in CONTINUA:
        return (2, 8)[seed % 2], ks[(seed // 2 + turn) % 3]
    d = 8 if name == "one of eight" else (2, 8, 20)[seed % 3]
    return d, ks[(seed + turn) % 3]


def judged(values: Floats, method: str, k: int, seed: int) -> Gaps:
    recipe: Clusterer = clusterings[method].of({} if method == "hdbscan" else {"n_clusters": k})
    cluster = numbered(recipe.assign(values, seed=seed).cluster)
    return gaps(values, cluster, recipe, seed=seed)


def made(name: str, n: int, d: int, k: int, seed: int) -> Floats:
    """One collection of a shape, (n, d); `k` is how many groups are planted."""
    random = np.random.default_rng([seed, n, d, k])
    if name in CONTINUA:
        return CONTINUA[name](random, n, d)
    return PLANTED[name](random, n, d, k)


def curved(random: Random, n: int, d: int, x: Floats, y: Floats, noise: float) -> Floats:
    """A curve in the first two columns, and noise around it in all."""
    values = noise * random.normal(size=(n, d))
    values[:, :2] += np.column_stack([x, y])
    return values


def ring(random: Random, n: int, d: int) -> Floats:
    turn = random.uniform(0, 2 * np.pi, n)
    return curved(random, n, d, np.cos(turn), np.sin(turn), 0.1)


def arc(random: Random, n: int, d: int) -> Floats:
    turn = random.uniform(0, 1.2 * np.pi, n)
    return curved(random, n, d, np.cos(turn), np.sin(turn), 0.08)


def s_curve(random: Random, n: int, d: int) -> Floats:
    turn = random.uniform(-1.5 * np.pi, 1.5 * np.pi, n)
    return curved(random, n, d, np.sin(turn), np.sign(turn) * (np.cos(turn) - 1), 0.08)


def parabola(random: Random, n: int, d: int) -> Floats:
    x = random.normal(size=n)
    return curved(random, n, d, x, x**2, 0.1)


CONTINUA: dict[str, Callable[[Random, int, int], Floats]] = {
    "Gaussian": lambda random, n, d: random.normal(size=(n, d)),
    "uniform": lambda random, n, d: random.uniform(size=(n, d)),
    "exponential": lambda random, n, d: random.exponential(size=(n, d)),
    "lognormal": lambda random, n, d: np.exp(random.normal(size=(n, d))),
    "t": lambda random, n, d: random.standard_t(3, size=(n, d)),
    "ring": ring,
    "arc": arc,
    "S-curve": s_curve,
    "parabola": parabola,
}


def centres(random: Random, k: int, d: int, apart: float) -> Floats:
    """(k, d) places that are at least so far apart."""
    while True:
        places = apart * random.normal(size=(k, d)) * np.sqrt(2 / d if d > 2 else 1.5)
        away = np.linalg.norm(places[:, None] - places, axis=2)
        if away[np.triu_indices(k, 1)].min() >= apart:
            return places


def round_groups(random: Random, n: int, d: int, k: int) -> Floats:
    return random.normal(size=(n, d)) + centres(random, k, d, 6.0)[np.arange(n) % k]


def unequal(random: Random, n: int, d: int, k: int) -> Floats:
    share = np.array([0.5, 0.25, 0.15, 0.12, 0.1])[:k]
    kind = random.choice(k, n, p=share / share.sum())
    return random.normal(size=(n, d)) + centres(random, k, d, 7.0)[kind]


def elongated(random: Random, n: int, d: int, k: int) -> Floats:
    values = random.normal(size=(n, d)) * np.where(np.arange(d) == 0, 2.5, 1.0)
    values[:, 1] += 8.0 * (np.arange(n) % k)
    return values


def one_of_eight(random: Random, n: int, d: int, k: int) -> Floats:
    values = random.normal(size=(n, d))
    values[:, 0] += 7.0 * (np.arange(n) % k)
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    scaled: Floats = (values - middle) / (high - low)
    return scaled


PLANTED: dict[str, Callable[[Random, int, int, int], Floats]] = {
    "round": round_groups,
    "unequal": unequal,
    "elongated": elongated,
    "one of eight": one_of_eight,
}

if __name__ == "__main__":
    main()

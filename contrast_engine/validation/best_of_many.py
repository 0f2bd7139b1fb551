"""The best of many always looks better than it is: by how much, and is it more than chance?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.randomness import generator
from contrast_engine.validation.correlation import ranks
from contrast_engine.validation.intervals import cluster_bootstrap, codes, spearman_of

PERMUTATIONS = 999
FOLDS, REPEATS = 5, 4
_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Best:
    """The best of many features, and what is left of it where it was not chosen.

    Args:
        measure: Its name.
        rho: Its rank correlation on the images it was chosen on.
        looks: How many features were looked at.
        p: Share of permutations in which any feature reaches as much.
        held_out: The rank correlation where the best is chosen on other contents alone; None
            of fewer than three contents.
        low, high: The 95 % interval of that, over contents.
        optimism: How much less it is than `rho` in its direction.
        contents: How many contents there are.
    """

    measure: str
    rho: float
    looks: int
    p: float
    held_out: float | None
    low: float | None
    high: float | None
    optimism: float | None
    contents: int

    @property
    def words(self) -> str:
        """The best in one sentence."""
        found = (
            f"{self.measure} is the closest of {self.looks:,} features ({self.rho:+.2f}; by chance "
            f"the closest of so many reaches that with p = {self.p:.3f})"
        )
        if self.held_out is None:
            return f"{found}; what of it is choice cannot be told of fewer than 3 contents."
        return (
            f"{found}; chosen with its sign on other contents it reaches {self.held_out:+.2f} "
            f"({self.low:+.2f} to {self.high:+.2f} over {self.contents:,} contents)."
        )


def best_of_many(
    values: Mapping[str, Floats], scores: Floats, contents: Sequence[str], seed: int = 0
) -> Best | None:
    """The feature closest to the scores, corrected for having been chosen; None without any.

    Args:
        values: (n,) each.
        scores: (n,) what they are held against.
        contents: (n,) what each image shows.
        seed: Permutes the scores and deals the folds.

    Source: Westfall & Young 1993; Varma & Simon 2006; docs/methods.md#best-of-many.
    """
    names = [name for name, column in values.items() if np.ptp(column) > 0]
    if not names or np.ptp(scores) == 0:
        return None
    rows, columns = codes(contents), np.column_stack([ranks(values[name]) for name in names])
    own = _correlations(columns, scores)
    at = int(np.abs(own).argmax())
    p = corrected_p(values, scores, contents, seed)[names[at]]
    rho, g = float(own[at]), int(rows.max()) + 1
    if g < 3:
        return Best(names[at], rho, len(names), p, None, None, None, None, g)
    runs = [spearman_of(run, scores) for run in _held_out(columns, scores, rows, seed)]
    found = cluster_bootstrap(
        lambda counts: np.mean([run(counts) for run in runs], axis=0), contents, seed=seed
    )
    return Best(names[at], rho, len(names), p, found.value, found.low, found.high,
                abs(rho) - found.value, g)  # fmt: skip


def corrected_p(
    values: Mapping[str, Floats], scores: Floats, contents: Sequence[str], seed: int = 0
) -> dict[str, float]:
    """For each feature the share of permutations in which any feature reaches as much.

    Scores are permuted within contents, and whole contents with others of as many images: so a
    correlation within contents and one between them are both taken away, and what images of one
    content have in common stays. A feature that does not vary has 1.
    """
    names = list(values)
    columns = np.column_stack([ranks(values[name]) for name in names])
    own = np.abs(_correlations(columns, scores))
    rows, ranked, above = codes(contents), ranks(scores), np.zeros(len(names))
    random = generator(seed, "validation", "best of many", "permutations")
    step = max(1, _AT_ONCE // len(rows))
    for at in range(0, PERMUTATIONS, step):
        orders = permutations(rows, random, min(step, PERMUTATIONS - at))
        reached = np.abs(_products(columns, ranked[orders])).max(axis=1)
        above += (reached[:, None] >= own - 1e-12).sum(axis=0)
    return dict(zip(names, ((1 + above) / (1 + PERMUTATIONS)).tolist(), strict=True))


def permutations(rows: Ints, random: np.random.Generator, count: int) -> Ints:
    """(count, n) orders of rows that keep contents (n,) 0..g-1 together.

    A content takes the place of one of its size, its rows in any order.

    Source: Winkler et al. 2015, whole blocks and within blocks.
    """
    members = [np.flatnonzero(rows == content) for content in range(int(rows.max()) + 1)]
    found = np.empty((count, len(rows)), dtype=np.int64)
    for size in sorted({len(own) for own in members}):
        block = np.array([own for own in members if len(own) == size])  # (contents, size)
        whole = random.permuted(np.tile(np.arange(len(block)), (count, 1)), axis=1)
        moved = random.permuted(block[whole], axis=2)  # (count, contents, size)
        found[:, block.ravel()] = moved.reshape(count, -1)
    return found


def holm(p: Mapping[str, float]) -> dict[str, float]:
    """Correct p of several tests for being several (Holm 1979): never above Bonferroni's."""
    found, least = {}, 0.0
    for place, name in enumerate(sorted(p, key=lambda name: p[name])):
        least = max(least, min(1.0, (len(p) - place) * p[name]))
        found[name] = least
    return {name: found[name] for name in p}


def _held_out(columns: Floats, scores: Floats, rows: Ints, seed: int) -> list[Floats]:
    """What the best on the other contents says of each content: `REPEATS` times (n,)."""
    random, g = generator(seed, "validation", "best of many", "folds"), int(rows.max()) + 1
    runs = []
    for _ in range(REPEATS):
        fold = (random.permutation(g) % FOLDS)[rows]
        said = np.zeros(len(rows))
        for number in np.unique(fold):
            seen = fold != number
            inside = np.column_stack([ranks(column) for column in columns[seen].T])
            found = _correlations(inside, scores[seen])
            at = int(np.abs(found).argmax())
            said[~seen] = np.sign(found[at]) * (columns[~seen, at] - columns[:, at].mean())
        runs.append(said)
    return runs


def _correlations(columns: Floats, scores: Floats) -> Floats:
    """(k,) rank correlation of ranked columns (n, k) with scores (n,); 0 where one is flat."""
    found: Floats = _products(columns, ranks(scores)[None])[0]
    return found


def _products(columns: Floats, ranked: Floats) -> Floats:
    """(b, k) correlation of columns (n, k) with (b, n) rows."""
    one, two = columns - columns.mean(axis=0), ranked - ranked.mean(axis=1, keepdims=True)
    size = np.linalg.norm(two, axis=1)[:, None] * np.linalg.norm(one, axis=0)
    varies = size > 1e-9
    return np.asarray(np.where(varies, two @ one / np.where(varies, size, 1), 0.0), np.float64)

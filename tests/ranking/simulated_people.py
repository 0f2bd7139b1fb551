"""People who compare images by a true score, for tests and benchmarks."""

import numpy as np
from scipy.stats import kendalltau, spearmanr

from contrast_engine.randomness import generator
from contrast_engine.ranking import PairAnswer, next_pairs, rank
from contrast_engine.vectors import ImageId


def images(n: int) -> list[ImageId]:
    return [ImageId(f"{row:016x}") for row in range(n)]


def judged_by_simulation(
    strategy: str, seed: int, *, n: int = 30, budget: int = 300, spread: float = 2.0, batch: int = 5
) -> dict[int, tuple[float, float]]:
    """Compare `budget` pairs, `batch` at a time; give (tau, rho) with the truth after each batch.

    True scores are normal with deviation `spread`, in logits; answers follow Bradley-Terry.
    """
    ids = images(n)
    truth = dict(zip(ids, generator(seed, "simulated", "truth").normal(0, spread, n), strict=True))
    rng = generator(seed, "simulated", "answers")
    judged: list[PairAnswer] = []
    reached = {}
    while len(judged) < budget:
        count = min(batch, budget - len(judged))
        for pair in next_pairs(ids, judged, count, strategy=strategy, seed=seed):  # type: ignore[arg-type]
            wins = rng.random() < 1 / (1 + np.exp(truth[pair.right] - truth[pair.left]))
            judged.append(PairAnswer(pair.left, pair.right, "left" if wins else "right"))
        scores, true = rank(ids, judged).score, [truth[image] for image in ids]
        reached[len(judged)] = (
            float(kendalltau(scores, true).statistic),
            float(spearmanr(scores, true).statistic),
        )
    return reached


def budget_for(reached: dict[int, float], tau: float) -> int:
    """The first budget from which the smoothed curve stays at this tau or above."""
    budgets = sorted(reached)
    for start, budget in enumerate(budgets):
        if all(reached[later] >= tau for later in budgets[start : start + 3]):
            return budget
    return budgets[-1] + 1

"""Which two images to show next: the most informative pair."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.randomness import generator
from contrast_engine.ranking.bradley_terry import PairAnswer, answers, matched_posterior
from contrast_engine.vectors import ImageId

Strategy = Literal["active", "random"]

REPEAT_EVERY = 10
"""One pair of so many was judged by this person before: their own consistency."""

FORGOTTEN = 5
"""A pair is repeated after so many other ones at the earliest."""

SHORTLIST = 60
"""Pairs with the largest information gain among which the most telling one is looked for."""

_NODES = 15
_FEW_NODES = 7


@dataclass(frozen=True, slots=True)
class Pair:
    """Two images to compare, the sides drawn at random, and why these two."""

    left: ImageId
    right: ImageId
    reason: str
    is_repeat: bool = False


def next_pairs(
    ids: Sequence[ImageId],
    judged: Sequence[PairAnswer],
    count: int,
    *,
    who: str = "me",
    strategy: Strategy = "active",
    seed: int = 0,
    waiting: Sequence[Pair] = (),
    elsewhere: Collection[tuple[ImageId, ImageId]] = (),
) -> tuple[Pair, ...]:
    """The next pairs for one person; the same answers so far give the same pairs.

    "active" first connects all images, by pairs of the largest expected information gain. Then
    it takes, of the pairs with the largest gain, the one after whose answer the fewest pairs are
    expected to stand in the wrong order; each pair counts on the answers to those before it.
    "random" draws any two images. Every tenth pair is one this person judged before.

    Source: Mikhailiuk et al. 2020 for the gain. Deviates: the posterior is the Gaussian
    approximation of the Bradley-Terry model, not TrueSkill, with the full covariance and a prior
    as wide as the answers say (the N(0, 1) of the scores that are shown takes images that are
    far apart for doubtful pairs, which costs answers); and a batch counts on the answers
    to its own earlier pairs instead of being a minimum spanning tree of the gains at its start:
    that needed a tenth more answers for the same order.

    Args:
        ids: The images to compare.
        judged: All answers so far, oldest first.
        count: How many pairs.
        who: Who will be asked.
        strategy: "active" or "random".
        seed: Draws sides, repeats and random pairs.
        waiting: Pairs this person was given and has not answered yet; the new ones follow them
            and count on the answers to them.
        elsewhere: Pairs that others are asked about now: they are not asked about twice, and their
            answers are counted on. Where nothing else is left to ask, there are fewer pairs.

    Raises:
        NotEnoughData: There are fewer than two images.
        OptionError: There is no such strategy, or the count is not positive.
    """
    if strategy not in get_args(Strategy):
        raise OptionError(f"no strategy {strategy!r}; there are: {', '.join(get_args(Strategy))}")
    if count < 1:
        raise OptionError(f"the number of pairs must be at least 1, got {count}")
    ids = tuple(sorted(set(ids)))
    if len(ids) < 2:
        raise NotEnoughData(f"comparing needs at least 2 images, got {len(ids)}; add images")
    known = set(ids)
    judged = [j for j in judged if j.left in known and j.right in known]
    mine = [frozenset((j.left, j.right)) for j in judged if j.who == who]
    choose = _active if strategy == "active" else _random
    waiting = [pair for pair in waiting if pair.left in known and pair.right in known]
    others = [(one, two) for one, two in elsewhere if one in known and two in known]
    taken = {frozenset(pair) for pair in others}
    sides = [(pair.left, pair.right) for pair in waiting]
    fresh = iter(choose(ids, judged, count, seed, sides, others))
    chosen = list(waiting)
    for place in range(len(mine) + len(waiting), len(mine) + len(waiting) + count):
        again = _repeat(mine, chosen, taken, place, seed) if place % REPEAT_EVERY == 9 else None
        if again is not None:
            one, two = sorted(again)
            reason, is_repeat = "asked before: how consistent are you?", True
        else:
            found = next(fresh, None)
            if found is None:
                break
            (one, two), reason, is_repeat = *found, False
        if generator(seed, "ranking", "sides", who, str(place)).random() < 0.5:
            one, two = two, one
        chosen.append(Pair(one, two, reason, is_repeat))
    return tuple(chosen[len(waiting) :])


def expected_gain(score: Floats, covariance: Floats) -> Floats:
    """(n, n) information, in nats, that the answer about each pair is expected to give.

    The mutual information of the answer and the difference d of the two scores: entropy of the
    mean probability less the mean entropy, d being normal (Gauss-Hermite quadrature).
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    variance = np.diag(covariance)
    spread = np.sqrt(np.maximum(variance[:, None] + variance - 2 * covariance, 0))
    middle = score[:, None] - score
    mean_p, mean_entropy = np.zeros_like(middle), np.zeros_like(middle)
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        p = 0.5 * (1 + np.tanh(0.5 * (middle + node * spread)))
        mean_p += weight * p
        mean_entropy += weight * _entropy(p)
    gain = np.maximum(_entropy(mean_p) - mean_entropy, 0)
    np.fill_diagonal(gain, 0)
    return (gain + gain.T) / 2  # the same in both directions but for rounding


def _entropy(p: Floats) -> Floats:
    p = np.clip(p, 1e-15, 1 - 1e-15)
    entropy: Floats = -p * np.log(p) - (1 - p) * np.log(1 - p)
    return entropy


Sides = Sequence[tuple[ImageId, ImageId]]
Chosen = list[tuple[tuple[ImageId, ImageId], str]]


def _active(
    ids: tuple[ImageId, ...], judged: Sequence[PairAnswer], count: int, seed: int, waiting: Sides,
    elsewhere: Sides,
) -> Chosen:  # fmt: skip
    n, (score, covariance) = len(ids), matched_posterior(len(ids), *answers(ids, judged))
    rng = generator(seed, "ranking", "even", str(len(judged) + len(waiting)))
    row = {image: place for place, image in enumerate(ids)}
    group = np.arange(n)  # which images are connected by answers, or soon will be
    for one in judged:
        _connect(group, row[one.left], row[one.right])
    is_taken = np.zeros((n, n), bool)
    for left, right in elsewhere:
        is_taken[row[left], row[right]] = is_taken[row[right], row[left]] = True
    for left, right in (*waiting, *elsewhere):
        _connect(group, row[left], row[right])
        covariance = _once_answered(score, covariance, row[left], row[right])
    chosen: Chosen = []
    for _ in range(count if is_taken.sum() < n * (n - 1) else 0):
        gain = expected_gain(score, covariance)
        # equal gains (nothing is known yet) must not always start at the first images
        even = rng.uniform(0, 1e-9, (n, n))
        even[is_taken] = -np.inf
        is_connected = (group == group[0]).all()
        a, b = (
            _most_telling(score, covariance, gain + even) if is_connected else _largest(gain + even)
        )
        _connect(group, a, b)
        chosen.append(((ids[a], ids[b]), _why(gain[a, b])))
        covariance = _once_answered(score, covariance, a, b)
    return chosen


def _connect(group: Ints, a: int, b: int) -> None:
    group[group == group[a]] = group[b]


def _largest(gain: Floats) -> tuple[int, int]:
    best = np.triu(gain, 1).argmax()
    a, b = np.unravel_index(best, gain.shape)
    return int(a), int(b)


def _most_telling(score: Floats, covariance: Floats, gain: Floats) -> tuple[int, int]:
    """The pair whose answer is expected to leave the fewest pairs in the wrong order.

    Of the `SHORTLIST` pairs with the largest information gain. Either answer shrinks what is not
    known of every difference of two scores, and moves it; what an answer weighs, and how probable
    it is, are means over what is not known of the two images, for at their most probable scores
    all pairs look doubtful while there are few answers.
    """
    from scipy.special import ndtr

    one, two = np.triu_indices(len(score), 1)
    near = np.argsort(-gain[one, two], kind="stable")[:SHORTLIST]
    near = near[gain[one[near], two[near]] > -np.inf]
    a, b = one[near], two[near]  # (s,)
    apart, place = covariance[:, a] - covariance[:, b], np.arange(len(near))  # (n, s)
    doubt = apart[a, place] - apart[b, place]  # (s,) variance of the difference of the two
    p, weight = _expected_answer(score[a] - score[b], doubt)
    learnt = np.sqrt(weight / (1 + weight * doubt)) * (apart[one] - apart[two])  # (pairs, s)
    own = np.diag(covariance)
    before = own[one] + own[two] - 2 * covariance[one, two]
    rest = np.sqrt(np.maximum(before[:, None] - learnt**2, 1e-12))
    middle = (score[one] - score[two])[:, None]
    odds = np.sqrt((1 - p) / p)  # moves of mean 0 and the variance that was learnt
    won, lost = (ndtr(-np.abs(middle + move) / rest).sum(axis=0)
                 for move in (learnt * odds, -learnt / odds))  # fmt: skip
    best = int((p * won + (1 - p) * lost).argmin())
    return int(a[best]), int(b[best])


def _expected_answer(middle: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """(s,) probability that the first wins and information of the answer, means over the scores."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_FEW_NODES)
    apart = middle[:, None] + np.sqrt(np.maximum(variance, 0))[:, None] * nodes
    wins = np.clip(0.5 * (1 + np.tanh(0.5 * apart)), 1e-12, 1 - 1e-12)
    shares = weights / weights.sum()
    return wins @ shares, (wins * (1 - wins)) @ shares


def _once_answered(score: Floats, covariance: Floats, a: int, b: int) -> Floats:
    """The covariance when one more pair is answered, whatever the answer (Sherman-Morrison)."""
    apart = covariance[:, a] - covariance[:, b]
    p = 0.5 * (1 + np.tanh(0.5 * (score[a] - score[b])))
    weight = p * (1 - p)
    share = weight / (1 + weight * (apart[a] - apart[b]))
    after: Floats = covariance - share * np.outer(apart, apart)
    return after


def _why(gain: float) -> str:
    return f"the most informative answer expected ({gain / np.log(2):.2f} bit)"


def _random(
    ids: tuple[ImageId, ...], judged: Sequence[PairAnswer], count: int, seed: int, waiting: Sides,
    elsewhere: Sides,
) -> Chosen:  # fmt: skip
    rng = generator(seed, "ranking", "random", str(len(judged) + len(waiting)))
    taken = {frozenset(pair) for pair in elsewhere}
    chosen: Chosen = []
    while len(chosen) < count and len(taken) < len(ids) * (len(ids) - 1) // 2:
        a, b = rng.choice(len(ids), 2, replace=False)
        if frozenset((ids[a], ids[b])) not in taken:
            chosen.append(((ids[a], ids[b]), "drawn at random"))
    return chosen


def _repeat(
    mine: Sequence[frozenset[ImageId]], chosen: Sequence[Pair], taken: set[frozenset[ImageId]],
    place: int, seed: int,
) -> frozenset[ImageId] | None:  # fmt: skip
    """Draw an earlier pair of this person, one judged the fewest times; None without any."""
    times = Counter(mine)
    waiting = {frozenset((pair.left, pair.right)) for pair in chosen}
    recent = set(mine[len(mine) - max(FORGOTTEN - len(chosen), 0) :])
    candidates = [pair for pair in times if pair not in waiting | recent | taken]
    if not candidates:
        return None
    fewest = min(times[pair] for pair in candidates)
    candidates = sorted((p for p in candidates if times[p] == fewest), key=sorted)
    return candidates[
        int(generator(seed, "ranking", "repeat", str(place)).integers(len(candidates)))
    ]

"""One label per image from several people, each trusted as far as they deserve."""

from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.ranking.agreement import Ratings
from contrast_engine.ranking.patterns import Patterns

_ROUNDS = 200
_TOLERANCE = 1e-8
_PRIOR = 0.5
"""Labels' worth of doubt in every cell of a person's table, so that few labels prove nothing."""

_SKILL = 1.0
"""Further labels' worth in the right cells: without them nothing says which label is which."""


@dataclass(frozen=True, eq=False)
class Consensus:
    """What an image most probably is, and how each person labels.

    Args:
        probability: (n, k) of the labels of each image.
        confusion: (q, k, k) how probably each person calls an image of one label by another.
        share: (k,) how common each label is.
    """

    probability: Floats
    confusion: Floats
    share: Floats


def dawid_skene(ratings: Ratings) -> Consensus:
    """Estimate the true label of each image together with the errors of each person.

    Expectation maximisation from the majority vote, until nothing changes.

    Source: Dawid & Skene 1979.
    Deviates: every person's table has a weak prior that favours the right label, so that
    somebody with few labels is neither perfect nor hopeless.

    Raises:
        NotEnoughData: Nobody has labelled anything.
    """
    if not ratings.ids:
        raise NotEnoughData("a consensus needs at least 1 labelled image, got 0; label some")
    k = len(ratings.labels)
    alike = Patterns.among(ratings.codes)  # n rows below are different ways of labelling an image
    said = np.stack([alike.codes == code for code in range(k)], axis=2)  # (n, q, k)
    heard = said.astype(np.float64)
    counts, times = said.sum(axis=1), alike.times[:, None]
    probability = counts / counts.sum(axis=1, keepdims=True)
    for _ in range(_ROUNDS):
        share = (probability * times).sum(axis=0) / times.sum()
        table = np.einsum("nj,nqk->qjk", probability * times, heard) + _PRIOR + _SKILL * np.eye(k)
        confusion = table / table.sum(axis=2, keepdims=True)
        fits = np.einsum("nqk,qjk->nj", heard, np.log(confusion)) + np.log(np.maximum(share, 1e-12))
        after = np.exp(fits - fits.max(axis=1, keepdims=True))
        after /= after.sum(axis=1, keepdims=True)
        change = np.abs(after - probability).max()
        probability = after
        if change < _TOLERANCE:
            break
    return Consensus(probability[alike.of], confusion, share)

"""How many clusters? What comes back, what stands out from chance, and the plain verdict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer
from contrast_engine.errors import NotEnoughData
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import generator
from contrast_engine.validation.numbers_compared import Cut, NumbersCompared
from contrast_engine.validation.separation import (
    GROUPS,
    REGIONS,
    TOO_FEW,
    Evidence,
    Separation,
    gaussian_like,
    verdict,
)
from contrast_engine.validation.stability import STABLE, UNSTABLE
from contrast_engine.vectors import Vectors

NUMBERS = tuple(range(2, 11))
DRAWS = 20
PAIRS = 10
MOST = 2000
"""Images the numbers are compared on at most; above, a sample that the answer names, and no more
null collections than it takes to tell how a number stands out."""

EACH = 4
"""Images a cluster has on average at least; with fewer, a number is not tried."""

VERDICTS: dict[str, Literal["groups", "regions", "too few"]] = {
    GROUPS: "groups", REGIONS: "regions", TOO_FEW: "too few",
}  # fmt: skip
"""The readings as the verdict on a number of clusters names them."""

ALIKE = 0.02
"""Difference of two stabilities that means nothing (own choice)."""


def null_question(n: int) -> Json:
    """What the question says of its null: that it ends when it is decided, where it may."""
    return {"null": "until decided"} if n > MOST else {}


@dataclass(frozen=True)
class ClusterCount:
    """A recommended number of clusters, why, and whether they are groups at all.

    Args:
        recommended_k: The number.
        verdict: "groups" where valleys of density part them, "regions" where none does, "too few"
            where there are not enough images to tell.
        reading: The same in the words used everywhere.
        reason: Why this number, in a sentence or two.
        cuts: The evidence for every number tried.
        uniform: Silhouette of the candidate beside a uniform box, where one was looked at.
        n: How many images were compared,
        total: of how many.
    """

    recommended_k: int
    verdict: Literal["groups", "regions", "too few"]
    reading: str
    reason: str
    cuts: tuple[Cut, ...]
    uniform: Separation | None
    n: int
    total: int


def choose_k(
    space: Vectors,
    make: Callable[[int], Clusterer],
    *,
    numbers: Sequence[int] = NUMBERS,
    draws: int = DRAWS,
    pairs: int = PAIRS,
    seed: int = 0,
    progress: Progress = SILENT,
) -> ClusterCount:
    """The recommended number of clusters, with the evidence for every number tried.

    A number whose clusters are all parted by valleys of density stands for *groups*; of several
    the one whose silhouette is furthest above that of Gaussian data of the same covariance, then
    held against a uniform box too. Where groups are there but no number fits them all, the one
    that shows most of them is recommended. Without a valley at any number, that which returns
    best is recommended, as *regions*; of those that return as well as the best the largest,
    because it says more.

    Source: docs/methods.md#number-of-clusters; Hennig 2007; Tibshirani, Walther & Hastie 2001 for
    the uniform box.

    Args:
        space: The scaled images.
        make: Gives the clusterer of a number.
        numbers: Those to compare.
        draws: Null collections per number at most; of more than `MOST` images none is drawn once
            `is_decided` says how the silhouette stands out, as for a clustering. `draws` of each
            index says how many there were.
        pairs: Pairs of four fifths per number.
        seed: For all of it.
        progress: Told after every null collection and pair.

    Raises:
        NotEnoughData: There are too few different images for two clusters.
    """
    total = len(space)
    rows = np.argsort(space.numbers, kind="stable")  # not the order of a scan
    if total > MOST:
        drawn = generator(seed, "choosing", "sample").choice(total, MOST, replace=False)
        rows = rows[np.sort(drawn)]
    values = space.values[rows]
    n_different = len(np.unique(values, axis=0))
    tried = [k for k in numbers if k * EACH <= n_different]
    if not tried:
        raise NotEnoughData(
            f"choosing a number of clusters needs at least {EACH * min(numbers)} different"
            f" images, got {n_different}; add images"
        )
    work = NumbersCompared(
        values, seed, draws, pairs, progress, len(tried) * (draws + pairs) + draws,
        may_stop=total > MOST,
    )  # fmt: skip
    clusterers = {k: make(k) for k in tried}
    known, found = work.known(clusterers)
    null = work.null(clusterers, found, gaussian_like)
    cuts = tuple(
        work.cut(k, clusterers[k], known[k], found[k], null[k], is_power_asked=k == tried[0])
        for k in tried
    )
    candidate = _candidate(cuts)
    uniform = None if candidate is None else work.against_uniform(candidate, make(candidate.k))
    work.finish()
    if candidate is not None:
        return ClusterCount(
            candidate.k, "groups", GROUPS, _why_groups(candidate), cuts, uniform, len(rows), total
        )
    most = max(cut.stability for cut in cuts)
    best = [cut for cut in cuts if cut.stability >= most - ALIKE][-1]
    reading = REGIONS if cuts[0].gaps.is_told else TOO_FEW
    return ClusterCount(
        best.k, VERDICTS[reading], reading, _why_regions(best, cuts[0]), cuts, uniform, len(rows),
        total,
    )  # fmt: skip


def _candidate(cuts: Sequence[Cut]) -> Cut | None:
    """The number that shows most groups, one cluster each where there is such a number."""
    grouped = [cut for cut in cuts if cut.gaps.is_grouped]
    whole = [cut for cut in grouped if len(cut.gaps.groups) == cut.k]
    if whole:
        return max(whole, key=lambda cut: _excess(cut.silhouette))
    return max(grouped, key=lambda cut: (len(cut.gaps.groups), -cut.k), default=None)


def _excess(found: Separation) -> float:
    return found.value - found.null_mean


def _why_groups(cut: Cut) -> str:
    return (
        f"{verdict(_evidence(cut))}. {cut.k} clusters stand furthest out from the null reference"
        f" (silhouette {cut.silhouette.value:.2f}, chance {cut.silhouette.null_mean:.2f}; agreement"
        f" when a fifth of the images is left out {cut.stability:.2f})"
    )


def _why_regions(cut: Cut, fewest: Cut) -> str:
    if cut.stability >= STABLE:
        trust = "which is stable"
    elif cut.stability >= UNSTABLE:
        trust = "which is only half stable, so treat the borders as soft"
    else:
        trust = "which is unstable: better name single images than clusters"
    return (
        f"{verdict(_evidence(fewest))}. {cut.k} of them come back as well as"
        f" any when a fifth of the images is left out (agreement {cut.stability:.2f}), {trust}"
    )


def _evidence(cut: Cut) -> Evidence:
    return Evidence({"silhouette": cut.silhouette}, cut.gaps)

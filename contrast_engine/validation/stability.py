"""Would other images of the same kind have given the same clusters?"""

from collections.abc import Iterator

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import Clusterer
from contrast_engine.errors import NotEnoughData
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.progress import SILENT, Progress
from contrast_engine.randomness import derived_seed, drawn, generator
from contrast_engine.results import UNASSIGNED, Clustering, Finding, Verdict
from contrast_engine.validation import checks
from contrast_engine.validation.context import Context, unknown
from contrast_engine.validation.same_verdict import SURE, same_verdict, same_words
from contrast_engine.vectors import Vectors

CHECK = "stability"
PAIRS = 50
SHARE = 0.8
STABLE, UNSTABLE = 0.75, 0.6  # Hennig 2007, for the Jaccard of a cluster; used for ARI as well
DRAWS = 10
SEEDS = 10
MOST = 2000
"""Images it is computed on at most; a larger collection is sampled and the finding says so."""


@checks.add(CHECK)
def stability(context: Context) -> list[Finding]:
    """Whether the clusters return when a fifth of the images is left out.

    Source: Hennig 2007 for the Jaccard of each cluster; Hubert & Arabie 1985 for the index.
    """
    from sklearn.metrics import adjusted_rand_score

    space, clustering = context.space, context.clustering
    if "clusters" in context.outdated:
        return unknown(CHECK, "The clusters were made before images were measured anew; "
                       "cluster again to judge them.")  # fmt: skip
    if space is None or clustering is None or context.clusterer is None:
        return unknown(CHECK, "There are no clusters yet; cluster the collection to see whether "
                       "they would come back.")  # fmt: skip
    if not clustering.clusters:
        return unknown(CHECK, "The method found no clusters, so there is nothing that could come "
                       "back.")  # fmt: skip
    images = clustering.ids.images & space.images
    total = len(images)
    rows = drawn(total, MOST, context.seed, "validation", CHECK, "sample")
    images = ImageSet(images.numbers[rows])
    part = space.take(images)
    known = clustering.cluster[clustering.ids.places(images)]
    agreement, jaccard = [], []
    try:
        for done, (one, two) in enumerate(_pairs(context, part)):
            context.progress.tick(done, PAIRS, "stability")
            both = (one != UNASSIGNED) & (two != UNASSIGNED)
            agreement.append(adjusted_rand_score(one[both], two[both]))
            jaccard += [recovered(known, side, clustering.clusters) for side in (one, two)]
    except NotEnoughData as error:
        return unknown(CHECK, f"There are too few images to leave some out: {error}.")
    n = len(images)
    drawn_words = f"{n:,} images" + (f" drawn from {total:,}" if n < total else "")
    space_words = f"{context.space_name}; 50 pairs of 80 % samples of {drawn_words}"
    return [
        _overall(np.array(agreement), space_words, context.seed),
        _other_seeds(context, part, drawn_words),
        *_each(clustering, np.array(jaccard), space_words),
    ]


def _pairs(context: Context, space: Vectors) -> Iterator[tuple[Ints, Ints]]:
    """Yield two clusterings of two samples as (n,) arrays, `UNASSIGNED` outside the sample."""
    assert context.clusterer is not None
    rng = generator(context.seed, "validation", CHECK)
    for pair in range(PAIRS):
        sides = []
        for side in range(2):
            seed = derived_seed(context.seed, CHECK, str(pair), str(side))
            sides.append(_without_a_fifth(space, context.clusterer, rng, seed))
        yield sides[0], sides[1]


def _without_a_fifth(
    space: Vectors, clusterer: Clusterer, rng: np.random.Generator, seed: int
) -> Ints:
    """(n,) the clusters of four fifths of the images, `UNASSIGNED` for the others."""
    n = len(space)
    rows = np.sort(rng.choice(n, max(round(SHARE * n), 1), replace=False))
    part = Vectors(ImageIds(space.numbers[rows]), space.values[rows], space.columns)
    found = np.full(n, UNASSIGNED)
    found[rows] = clusterer.cluster(part, seed=seed).cluster
    return found


def each_comes_back(
    space: Vectors,
    clustering: Clustering,
    clusterer: Clusterer,
    *,
    seed: int,
    draws: int = DRAWS,
    progress: Progress = SILENT,
) -> dict[int, tuple[float, float, float]]:
    """For each cluster how much of it comes back without a fifth of the images.

    The mean of its best Jaccard index over `draws` samples with their lowest and highest; empty
    where there are too few images to leave some out. Above `MOST` images a sample of them stands
    for all.

    Args:
        space: The clustered space.
        clustering: The clusters.
        clusterer: What made them.
        seed: Draws the samples.
        draws: How many samples.
        progress: Told after every sample.
    """
    rng = generator(seed, "stability", "of each")
    images = clustering.ids.images
    if len(images) > MOST:
        images = ImageSet(images.numbers[np.sort(rng.choice(len(images), MOST, replace=False))])
    part = space.take(images)
    known = clustering.cluster[clustering.ids.places(images)]
    there = [c for c in clustering.clusters if (known == c).any()]
    found = []
    for draw in range(draws):
        try:
            own = derived_seed(seed, "stability", str(draw))
            again = _without_a_fifth(part, clusterer, rng, own)
        except NotEnoughData:
            return {}
        found.append(recovered(known, again, tuple(there)))
        progress.tick(draw + 1, draws, "seeing which clusters come back")
    values = np.array(found)
    return {
        cluster: (float(v.mean()), float(v.min()), float(v.max()))
        for cluster, v in zip(there, values.T, strict=True)
    }


def recovered(known: Ints, found: Ints, clusters: tuple[int, ...]) -> list[float]:
    """Largest Jaccard of each known cluster with a found one, within the sample."""
    inside = found != UNASSIGNED
    known, found = known[inside], found[inside]
    best = []
    for cluster in clusters:
        own = known == cluster
        others = np.unique(found[own])
        shared = [
            np.count_nonzero(own & (found == c)) / np.count_nonzero(own | (found == c))
            for c in others
        ]
        best.append(max(shared, default=0.0))
    return best


def _other_seeds(context: Context, space: Vectors, drawn_words: str) -> Finding:
    """Whether the same images give the same clusters from other seeds.

    Every seed is held against the next: of 11 seeds 10 comparisons.
    """
    from sklearn.metrics import adjusted_rand_score

    assert context.clusterer is not None
    found, agreement = [], []
    for number in range(SEEDS + 1):
        context.progress.tick(number, SEEDS + 1, "stability of other seeds")
        seed = derived_seed(context.seed, CHECK, "seed", str(number))
        found.append(context.clusterer.cluster(space, seed=seed).cluster)
        if number:
            agreement.append(float(adjusted_rand_score(found[-2], found[-1])))
    values = np.array(agreement)
    verdict = _judge(float(values.mean()))
    same = sum(_judge(one) == verdict for one in agreement)
    words = {
        "pass": "give nearly the same clusters",
        "warn": "move part of the borders, on the same images",
        "fail": "give other clusters of the same images: what is shown is one of several answers",
    }[verdict]
    note = (
        f"Other seeds {words}: the same verdict in {same} of {len(values)} runs. Seeds share the "
        "images; this says nothing about other images."
    )
    low, high = float(values.min()), float(values.max())
    words = f"{context.space_name}; {len(values)} other seeds on {drawn_words}"
    return Finding(CHECK, float(values.mean()), len(values), words, verdict, note, low, high,
                   null=0.0, next=_next(verdict))  # fmt: skip


def _next(verdict: Verdict) -> str:
    return "" if verdict == "pass" else "Fewer clusters usually return more often."


def _overall(agreement: Floats, space: str, seed: int) -> Finding:
    value = float(agreement.mean())
    low, high = (float(q) for q in np.quantile(agreement, [0.025, 0.975]))
    verdict, same = _judge(value), same_verdict(agreement, _judge, seed)
    if verdict == "pass" and same < SURE:
        verdict = "warn"
    words = {
        "pass": "Leaving out a fifth of the images gives nearly the same clusters.",
        "warn": "Leaving out a fifth of the images moves part of the borders; name what is "
        "typical, not every image.",
        "fail": "Leaving out a fifth of the images gives different clusters; use fewer of them.",
    }[verdict]
    note = (
        f"{words} {same_words(same)} The range holds 95 % of the repetitions, which share the "
        "images; it is no interval over other images."
    )
    return Finding(CHECK, value, len(agreement), space, verdict, note, low, high, null=0.0,
                   next=_next(verdict))  # fmt: skip


def _each(clustering: Clustering, jaccard: Floats, space: str) -> list[Finding]:
    """One finding a cluster: how much of it comes back on average."""
    findings = []
    for cluster, values in zip(clustering.clusters, jaccard.T, strict=True):
        value = float(values.mean())
        low, high = (float(q) for q in np.quantile(values, [0.025, 0.975]))
        verdict = _judge(value)
        words = {
            "pass": "comes back when images are left out",
            "warn": "comes back only in part; treat its border as soft",
            "fail": "does not come back; do not build on it",
        }[verdict]
        note = f"Cluster {cluster} ({clustering.size(cluster):,} images) {words}."
        findings.append(Finding(CHECK, value, len(values), space, verdict, note, low, high,
                                next=_next(verdict)))  # fmt: skip
    return findings


def _judge(value: float) -> Verdict:
    return "pass" if value >= STABLE else "warn" if value >= UNSTABLE else "fail"

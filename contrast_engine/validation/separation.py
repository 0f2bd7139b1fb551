"""Are there groups at all? Valleys between clusters, and their silhouette beside a null.

Three answers, in the same words everywhere: separate groups, regions of one continuum, or not
enough images to tell.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Floats, Ints, Json
from contrast_engine.clusterings import Clusterer, numbered
from contrast_engine.progress import OVERALL, SILENT, Progress, in_parts
from contrast_engine.randomness import derived_seed, generator
from contrast_engine.results import UNASSIGNED, Clustering
from contrast_engine.validation.gaps import Gaps, gaps
from contrast_engine.validation.planted_groups import PLANTED
from contrast_engine.validation.separation_indices import davies_bouldin, silhouette
from contrast_engine.vectors import Vectors

GROUPS, REGIONS, TOO_FEW = (
    "separate groups", "regions of one continuum", "not enough images to tell",
)  # fmt: skip
"""The three readings of a clustering."""

MISSED = "the images fall into groups, but this method does not find them"
ACROSS = "the images fall into groups, but these clusters cut across them"
"""How the verdict ends where there are groups, but the clusters are not them."""

SURE = 3.0
"""Null standard deviations from which chance is no explanation (own choice)."""

LARGE = 0.05
"""Excess over the null's silhouette that can be seen (own choice): with thousands of images an
invisible one is many standard deviations, because no real collection is exactly Gaussian."""

MOST_ASSIGNED = 0.5
"""Share of images that must be in a cluster before clusters are an order of them (own choice)."""

SUBSTANTIAL = 0.25
"""Silhouette below which there is "no substantial structure" (Kaufman & Rousseeuw 1990)."""

DRAWS = 20
"""Null collections a clustering is held against."""

MANY = 2_000
"""Images above which no more of them are drawn once the verdict is decided (own choice)."""

NULL = 20_000
"""Images that a null collection has at most: silhouettes of 2,000 of them tell no more of more."""

LOOKS = (5, 10)
"""Draws after which it is seen whether that is so; few looks, so that luck seldom decides."""

DOUBT = 0.005
"""Chance, on either side, that the null's true mean or deviation lies beyond what is allowed."""

RESOLUTION = 0.01
"""Difference of two silhouettes worth a word, where the null gives no scale (own choice)."""


SHARES = 10, 10
"""Time of the null collections and of looking for valleys (10,000 images, k-means)."""


@dataclass(frozen=True)
class Separation:
    """One index of how separate clusters are, beside the same of the null reference.

    Args:
        value: The index of the clustering.
        null_mean, null_sd: The same on Gaussian data of equal size and covariance, clustered
            by the same method.
        z: Null standard deviations by which the clustering is *more* separate, whichever way
            the index counts. Where the null does not vary at all, as for a method that finds
            nothing in it, `RESOLUTION` stands for its deviation.
        n: How many images the index used.
        draws: How many null collections there were.
    """

    value: float
    null_mean: float
    null_sd: float
    z: float
    n: int
    draws: int = DRAWS


def null_question(n: int) -> Json:
    """What the question of a clustering says of its null: its size, where it is a smaller one."""
    return {"null_images": NULL} if n > NULL else {}


class Evidence(dict[str, Separation]):
    """The indices of a clustering beside their null, with the valleys between its clusters."""

    def __init__(self, indices: Mapping[str, Separation], found: Gaps | None = None) -> None:
        super().__init__(indices)
        self.gaps = found


def against_null(
    space: Vectors,
    clustering: Clustering,
    clusterer: Clusterer,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    sample: int = 2000,
    progress: Progress = SILENT,
) -> Evidence:
    """The "silhouette" and "davies_bouldin" indices beside a Gaussian null, and the valleys.

    A silhouette alone says little: continuous data has one too, and a clustering of unscaled
    features a higher one (docs/methods.md#null-reference). Every null draw has the covariance of
    the clustered rows and their number, at most `NULL`, and is clustered by the same recipe,
    restarts included. Of more than `MANY` images no further ones are drawn once the verdict would
    stay what it is whatever the null's mean and deviation, within their 99 % intervals; `draws`
    says how many there were.

    Args:
        space: The space that was clustered.
        clustering: The result to judge; unassigned images are left out.
        clusterer: The recipe that made it.
        seed: Draws the null and the sample.
        draws: How many null collections at most.
        sample: At most so many images for the silhouette, the same number in every draw.
        progress: Told after every draw.
    """
    values, cluster = _by_id(space, clustering)
    found, n = _indices(values, cluster, sample, seed)
    nulls = []
    drawing, halving = in_parts(progress, *SHARES)
    mean, axes = _spread(values)
    for draw in range(draws):
        null = _gaussian(mean, axes, min(len(values), NULL), seed, draw)
        drawn_seed = derived_seed(seed, "null", "cluster", str(draw))
        null_cluster = numbered(clusterer.assign(null, seed=drawn_seed).cluster)
        nulls.append(_indices(null, null_cluster, sample, seed)[0])
        far = _far(draw + 1, draws, may_stop=len(values) > MANY)
        drawing.tick(draw + 1, draws, "comparing with the null reference", **{OVERALL: far})
        if len(values) > MANY and draw + 1 in LOOKS:
            silhouettes = np.array(nulls)[:, 0]
            if is_decided(found[0], silhouettes, assigned_share(clustering)):
                break
    spread = np.array(nulls)  # (draws, 2)
    valleys = gaps(values, cluster, clusterer, seed=seed, progress=halving)
    indices = {
        "silhouette": beside(found[0], spread[:, 0], 1.0, min(n, sample)),
        "davies_bouldin": beside(found[1], spread[:, 1], -1.0, n),
    }
    return Evidence(indices, valleys)


def _far(done: int, draws: int, *, may_stop: bool) -> float:
    """How far the null draws are, 0 to 1, where most often they end at the first look."""
    first = LOOKS[0]
    if not may_stop or draws <= first:
        return done / draws
    return 0.7 * min(done, first) / first + 0.3 * max(0, done - first) / (draws - first)


def measured_again(
    space: Vectors,
    clustering: Clustering,
    before: Mapping[str, Separation],
    *,
    seed: int = 0,
    sample: int = 2000,
) -> Evidence:
    """The indices of a clustering that people changed, beside the null of the one it came from.

    Nobody edits the clusters of a null reference, so it stays that of the method. Valleys are
    looked for between the clusters as people left them.
    """
    values, cluster = _by_id(space, clustering)
    found, n = _indices(values, cluster, sample, seed)
    signs = (("silhouette", 1.0, min(n, sample)), ("davies_bouldin", -1.0, n))
    indices = {
        name: _placed(value, before[name], sign, rows)
        for value, (name, sign, rows) in zip(found, signs, strict=True)
    }
    return Evidence(indices, gaps(values, cluster, None, seed=seed))


def is_decided(value: float, null: Floats, assigned: float) -> bool:
    """Whether the few null draws there are decide how a silhouette stands out.

    They do where that stays the same at both ends of the 99 % intervals of the null's mean
    (Student) and deviation (chi-squared). Draws that are all alike decide nothing: the next may
    differ.
    """
    from scipy.stats import chi2, t

    if assigned < MOST_ASSIGNED:
        return True
    few, sd = len(null) - 1, float(null.std(ddof=1))
    if sd < 1e-12:
        return False
    off = float(t.ppf(1 - DOUBT, few)) * sd / np.sqrt(len(null))
    sds = sd * np.sqrt(few / chi2.ppf([DOUBT, 1 - DOUBT], few))
    ends = [
        {"silhouette": _placed(value, Separation(value, mean, float(s), 0.0, 0), 1.0, 0)}
        for mean in (null.mean() - off, null.mean() + off)
        for s in sds
    ]
    return len({(stands_out(end), end["silhouette"].z >= SURE) for end in ends}) == 1


def assigned_share(clustering: Clustering) -> float:
    """The share of images that belong to a cluster."""
    return float((clustering.cluster != UNASSIGNED).mean()) if len(clustering) else 0.0


def stands_out(found: Mapping[str, Separation]) -> bool:
    """Whether the silhouette is substantial, and surely and visibly above its null.

    Evidence, and no verdict: skewed and curved continua stand out as well.
    """
    silhouette = found["silhouette"]
    is_visible = silhouette.value - silhouette.null_mean >= LARGE
    return silhouette.z >= SURE and is_visible and silhouette.value >= SUBSTANTIAL


def is_grouped(found: Mapping[str, Separation], assigned: float = 1.0) -> bool:
    """Whether valleys of density part the images into groups.

    Args:
        found: What `against_null` or `measured_again` gave; without valleys nothing is grouped.
        assigned: Share of the images in a cluster; where it is 0 there is nothing to part.
    """
    return reading(found, assigned) == GROUPS


def reading(found: Mapping[str, Separation], assigned: float = 1.0) -> str:
    """`GROUPS`, `REGIONS` or `TOO_FEW`."""
    seen = getattr(found, "gaps", None)
    if seen is None:
        return REGIONS
    if seen.is_grouped and (assigned or seen.is_across):
        return GROUPS
    return REGIONS if seen.is_told else TOO_FEW


def verdict(found: Mapping[str, Separation], assigned: float = 1.0) -> str:
    """How the clusters may be read, in one sentence."""
    said, seen = reading(found, assigned), getattr(found, "gaps", None)
    if said == GROUPS and seen is not None:
        return f"{GROUPS}: {_groups_words(seen)}"
    if said == TOO_FEW and seen is not None:
        return (
            f"{TOO_FEW}: two groups as large as the largest clusters and {PLANTED:g} of their"
            f" deviations apart would be found {seen.power or 0:.0%} of the time"
        )
    if not assigned:
        return f"{REGIONS}: no separate groups, nothing is denser than its surroundings"
    if assigned < MOST_ASSIGNED:
        return (
            f"{REGIONS}: no separate groups, {1 - assigned:.0%} of the images belong to none and"
            " the others are dense spots"
        )
    return f"{REGIONS}: no separate groups, no valley of density parts neighbouring clusters"


def _groups_words(seen: Gaps) -> str:
    clusters, groups = sum(map(len, seen.groups)), len(seen.groups)
    if seen.is_across and clusters < 2:
        return MISSED
    if seen.is_across:
        return ACROSS
    if clusters == groups:
        return f"a valley of density parts each of the {groups} clusters from the others"
    alone = [g[0] for g in seen.groups if len(g) == 1]
    if len(alone) == groups - 1:
        return f"{len(alone)} of {clusters} clusters stand apart, the others are one group cut"
    return f"{groups} groups, which the {clusters} clusters cut further"


def gaussian_like(values: Floats, seed: int, draw: int) -> Floats:
    """Gaussian rows with the size, mean and covariance of the given ones."""
    return _gaussian(*_spread(values), len(values), seed, draw)


def _gaussian(mean: Floats, spread: Floats, n: int, seed: int, draw: int) -> Floats:
    noise = generator(seed, "null", "draw", str(draw)).normal(size=(n, len(spread)))
    drawn: Floats = mean + noise @ spread
    return drawn


def _by_id(space: Vectors, clustering: Clustering) -> tuple[Floats, Ints]:
    """The clustered rows and their clusters in the order of their ids."""
    order = np.argsort(clustering.ids.numbers, kind="stable")
    return space.values[space.places(clustering.ids)[order]], clustering.cluster[order]


def uniform_like(values: Floats, seed: int, draw: int) -> Floats:
    """Uniform rows from a box along the main axes, with their size, mean and covariance."""
    mean, spread = _spread(values)
    side = np.sqrt(3)  # a uniform number of -side..side has deviation 1
    shape = (len(values), len(spread))
    noise = generator(seed, "null", "box", str(draw)).uniform(-side, side, shape)
    drawn: Floats = mean + noise @ spread
    return drawn


def _spread(values: Floats) -> tuple[Floats, Floats]:
    """The mean row, and (r, d) main axes as long as their standard deviation."""
    mean = values.mean(axis=0)
    _, singular, axes = np.linalg.svd(values - mean, full_matrices=False)
    return mean, axes * (singular / np.sqrt(max(len(values) - 1, 1)))[:, None]


def _indices(
    values: Floats, cluster: Ints, sample: int, seed: int
) -> tuple[tuple[float, float], int]:
    """Silhouette and Davies-Bouldin of the assigned rows, and how many those are."""
    is_assigned = cluster != UNASSIGNED
    values, cluster = values[is_assigned], cluster[is_assigned]
    if not len(values):
        return (0.0, 0.0), 0
    rows = np.arange(len(values))
    if len(values) > sample:
        rows = np.sort(generator(seed, "null", "rows").choice(rows, sample, replace=False))
    measured = silhouette(values[rows], cluster[rows]), davies_bouldin(values, cluster)
    return measured, len(values)


def beside(value: float, null: Floats, sign: float, n: int) -> Separation:
    """A value beside its null draws; `sign` is -1 where lower is more separate."""
    mean, sd = float(null.mean()), float(null.std(ddof=1)) if len(null) > 1 else 0.0
    return _placed(value, Separation(value, mean, sd, 0.0, n, len(null)), sign, n)


def _placed(value: float, null: Separation, sign: float, n: int) -> Separation:
    """A value beside the null of another one."""
    sd = null.null_sd if null.null_sd > 1e-12 else RESOLUTION
    z = sign * (value - null.null_mean) / sd
    return Separation(value, null.null_mean, null.null_sd, z, n, null.draws)

"""What sets some images apart from the rest, measured and in a few plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from contrast_engine.arrays import Bools, Floats
from contrast_engine.errors import NotEnoughData
from contrast_engine.randomness import generator
from contrast_engine.vectors import ImageId, Vectors

VOCABULARY: dict[str, tuple[str, str]] = {
    "c_rms": ("weak overall contrast", "strong overall contrast"),
    "u_dr": ("low range", "wide range"),
    "entropy": ("few tones", "many tones"),
    "mean_y": ("dark", "bright"),
    "std_y": ("little difference in light", "large difference in light"),
    "skew": ("small dark areas", "small bright areas"),
    "kurt": ("tones spread out", "tones bunched together"),
    "e_low": ("few large shapes", "large shapes"),
    "e_high": ("little fine grain", "much fine grain"),
    "hl_ratio": ("smooth", "fine detail"),
    "spectral_slope": ("soft overall", "crisp overall"),
    "lc_mean": ("soft texture", "strong texture"),
    "lc_std": ("even texture", "uneven texture"),
    "lc_p99": ("soft edges", "hard edges"),
    "lum_contrast": ("gentle light and shade", "strong light and shade"),
    "chroma_contrast": ("even colour", "colour in places"),
    "chroma_mean": ("muted", "vivid"),
    "hue_diversity": ("one hue", "many hues"),
    "gcf": ("gentle contrast at all scales", "strong contrast at all scales"),
    "dr_stops": ("few stops of range", "many stops of range"),
}
"""Words for a low and a high value of every core feature."""

NOTABLE = 0.33
"""Cliff's delta from which a difference is worth words: "medium" after Romano 2006."""

ALIKE = 0.8
"""|Spearman correlation| above which two features say the same thing (own choice)."""

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Difference:
    """How one feature differs between some images and the rest.

    Args:
        feature: Its name.
        effect: Cliff's delta, -1..1: how much more often a chosen image has the higher value.
        low, high: 95 % interval of the effect.
    """

    feature: str
    effect: float
    low: float
    high: float


def differences(
    vectors: Vectors, ids: Iterable[ImageId], *, redundancy: float = ALIKE
) -> tuple[Difference, ...]:
    """Differences of some images from all the others, the strongest column first.

    A column whose |Spearman correlation| with a stronger one exceeds `redundancy` is left
    out, so that nothing is said twice; 1 keeps all. Only ranks count: units do not matter.
    For clusters the intervals say how large a difference is, not that the groups exist: the
    groups were made from the same columns.

    Raises:
        NotEnoughData: `ids` holds no image or all of them.
        UnknownName: An id has no row.

    Source: Cliff 1993; interval by Newcombe 2006, method 5.
    """
    chosen = np.zeros(len(vectors), dtype=np.bool_)
    chosen[vectors.places(vectors.take(ids).ids)] = True
    return differences_of_each(vectors, [chosen], redundancy=redundancy)[0]


def differences_of_each(
    vectors: Vectors, groups: Iterable[Bools], *, redundancy: float = ALIKE
) -> list[tuple[Difference, ...]]:
    """What `differences` gives for each of several groups; the images are ranked once for all.

    Args:
        vectors: The images.
        groups: (n,) which rows are in it, for every group.
        redundancy: As for `differences`.

    Raises:
        NotEnoughData: A group holds no image or all of them.
    """
    ranks = _ranks(vectors.values)
    alike = np.abs(_correlated(ranks))
    return [_different(vectors, ranks, alike, chosen, redundancy) for chosen in groups]


def _different(
    vectors: Vectors, ranks: Floats, alike: Floats, chosen: Bools, redundancy: float
) -> tuple[Difference, ...]:
    if not 0 < chosen.sum() < len(vectors):
        raise NotEnoughData(
            f"a comparison needs some images and some others, got {chosen.sum()} of"
            f" {len(vectors)}; choose fewer or more"
        )
    found = _compare(vectors.columns, ranks, chosen)
    order = sorted(range(len(found)), key=lambda c: (-abs(found[c].effect), c))
    kept: list[int] = []
    for column in order:
        if all(alike[column, named] <= redundancy for named in kept):
            kept.append(column)
    return tuple(found[column] for column in kept)


def chance(vectors: Vectors, size: int, *, sample: int = 5000, seed: int = 0) -> float:
    """How large the strongest of all differences gets by chance: in 95 of 100 random draws.

    The strongest of many differences is large even where images were drawn blindly; what does
    not exceed this says nothing about them. Rank sums of a random draw are taken as normal, with
    the correlations of the columns.

    Args:
        vectors: The images.
        size: How many are drawn.
        sample: Above so many images the correlations are those of a seeded sample.
        seed: Draws.

    Returns:
        |Cliff's delta|, 0..1.

    Raises:
        NotEnoughData: `size` is none or all of the images.

    Source: the maximum statistic of Westfall & Young 1993; variance of Mann & Whitney 1947.
    """
    n = len(vectors)
    if not 0 < size < n:
        raise NotEnoughData(f"a comparison needs some of {n} images and some others, got {size}")
    random = generator(seed, "describe", "chance")
    rows = random.choice(n, min(n, sample), replace=False)
    alike = correlations(vectors.values[rows])
    strongest = np.abs(random.multivariate_normal(np.zeros(len(alike)), alike, 4000)).max(axis=1)
    spread = np.sqrt((n + 1) / (3 * size * (n - size)))
    return float(min(1.0, spread * np.percentile(strongest, 95)))


def words(differences: Sequence[Difference], most: int = 3) -> str:
    """The strongest differences in words, such as "low range, soft texture".

    Only those of at least medium size whose interval excludes no difference are said.
    """
    clear = [d for d in differences if abs(d.effect) >= NOTABLE and d.low * d.high > 0]
    if not clear:
        return "close to the average of all images"
    return ", ".join(phrase(d.feature, d.effect) for d in clear[:most])


def phrase(feature: str, direction: float) -> str:
    """The words for a low (negative) or high value of one feature."""
    low, high = VOCABULARY.get(feature, (f"low {feature}", f"high {feature}"))
    return high if direction > 0 else low


def _ranks(values: Floats) -> Floats:
    """Mid-ranks of every column, 1..n, shape (n, d)."""
    ranks = np.empty(values.shape)
    for c, column in enumerate(values.T):
        _, of, counts = np.unique(column, return_inverse=True, return_counts=True)
        ranks[:, c] = (np.cumsum(counts) - (counts - 1) / 2)[of]
    return ranks


def correlations(values: Floats) -> Floats:
    """The (d, d) Spearman correlations of the columns of (n, d); 0 with a constant one."""
    return _correlated(_ranks(values))


def _correlated(ranks: Floats) -> Floats:
    centred = ranks - ranks.mean(axis=0)
    lengths = np.sqrt(np.square(centred).sum(axis=0))
    unit = centred / np.where(lengths > 0, lengths, 1)
    found: Floats = np.clip(unit.T @ unit, -1, 1)
    return found


def _compare(columns: Sequence[str], ranks: Floats, chosen: Bools) -> list[Difference]:
    m, n = int(chosen.sum()), int((~chosen).sum())
    above = (ranks[chosen].sum(axis=0) - m * (m + 1) / 2) / (m * n)  # Mann-Whitney, 0..1
    low, high = _interval(above, m, n)
    return [
        Difference(name, float(2 * a - 1), float(2 * lo - 1), float(2 * hi - 1))
        for name, a, lo, hi in zip(columns, above, low, high, strict=True)
    ]


def _interval(above: Floats, m: int, n: int) -> tuple[Floats, Floats]:
    """95 % interval of P(chosen > other), also honest where it is 0 or 1 (method 5)."""

    def is_beyond(theta: Floats) -> Bools:
        spread = 1 + ((m + n) / 2 - 1) * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        reach = Z95 * np.sqrt(theta * (1 - theta) * spread / (m * n))
        beyond: Bools = np.abs(theta - above) > reach
        return beyond

    ends = []
    for end in (0.0, 1.0):
        inside, outside = above.copy(), np.full_like(above, end)
        for _ in range(50):
            middle = (inside + outside) / 2
            beyond = is_beyond(middle)
            inside = np.where(beyond, inside, middle)
            outside = np.where(beyond, middle, outside)
        ends.append(inside)
    return ends[0], ends[1]

"""Do annotators agree on the labels? Kappa, alpha, and the images they disagree about most."""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.errors import NotEnoughData, OptionError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pseudo_labels.scores import kappa as cohen
from contrast_engine.randomness import generator
from contrast_engine.ranking.patterns import Patterns
from contrast_engine.vectors import ImageId

GOOD, TENTATIVE, HOPELESS = 0.8, 0.667, 0.4
DRAWS = 1000

UNSURE = "(unsure)"
"""What stands in the list of disagreements for somebody who could not tell."""

_DEGENERATE = 1e-12


@dataclass(frozen=True, eq=False)
class Ratings:
    """Who gave which label to which image.

    Args:
        ids: n images that at least one person labelled.
        people: q names.
        labels: k names, in their order.
        is_ordered: That order means something.
        codes: (n, q) the label as a position in `labels`, -1 where that person gave none.
        unsure: Images of which each person said that they cannot tell. They give no label, so
            they move neither alpha nor kappa; they are counted beside them.
    """

    ids: Sequence[ImageId]
    people: tuple[str, ...]
    labels: tuple[str, ...]
    is_ordered: bool
    codes: Ints
    unsure: Mapping[str, Collection[ImageId]] = field(default_factory=dict)

    @cached_property
    def counts(self) -> Ints:
        """(n, k) how many people gave each image each label."""
        return _counted(self.codes, len(self.labels))

    @classmethod
    def of(
        cls,
        said: Mapping[str, Mapping[ImageId, str]],
        labels: Sequence[str],
        *,
        is_ordered: bool,
        unsure: Mapping[str, Collection[ImageId]] | None = None,
    ) -> "Ratings":
        """The labels that each annotator gave to each image.

        Raises:
            OptionError: Somebody used a label that `labels` does not name.
        """
        code = {label: position for position, label in enumerate(labels)}
        unknown = sorted({v for one in said.values() for v in one.values()} - set(code))
        if unknown:
            raise OptionError(f"label {unknown[0]!r} is in use but not among {', '.join(labels)}")
        ids = tuple(sorted({image for one in said.values() for image in one}))
        people = tuple(sorted(who for who, one in said.items() if one))
        codes = [[code.get(said[p].get(image, ""), -1) for p in people] for image in ids]
        matrix = np.array(codes, dtype=np.int64).reshape(len(ids), len(people))
        return cls(ids, people, tuple(labels), is_ordered, matrix, unsure or {})

    def among(self, images: Container[ImageId]) -> "Ratings":
        """What was said of these images, by the people who said something of them."""
        ids = self.ids
        if isinstance(images, ImageSet) and isinstance(ids, ImageSet | ImageIds):
            rows = np.flatnonzero(images.rows_in(ids.numbers) >= 0)
            there: Sequence[ImageId] = ImageIds(ids.numbers[rows])
        else:
            rows = np.flatnonzero([image in images for image in ids])
            there = tuple(ids[row] for row in rows.tolist())
        codes = self.codes[rows]
        spoke = np.flatnonzero((codes >= 0).any(axis=0))
        return replace(
            self,
            ids=there,
            people=tuple(self.people[column] for column in spoke),
            codes=codes[:, spoke],
        )


@dataclass(frozen=True)
class Disagreement:
    """An image that people labelled differently.

    Args:
        image: Its id.
        said: What each person said.
        cost: Mean disagreement of two people about it: the share of pairs of people with
            different labels, for ordered labels their mean squared distance in steps.
    """

    image: ImageId
    said: dict[str, str]
    cost: float


@dataclass(frozen=True)
class Agreement:
    """How far people agree, with a 95 % interval over images.

    Args:
        alpha: Krippendorff's, ordinal where the labels are ordered, else nominal.
        low, high: Its interval.
        kappa: Cohen's for two people, quadratic weights where the labels are ordered; Fleiss'
            for more; None where no image was labelled by all of them (Fleiss) or both (Cohen).
        kappa_low, kappa_high: Its interval, None where there is none.
        kappa_name: Which of them.
        kappa_n: How many images it rests on: those that all of these people labelled.
        n: Images that at least two people labelled.
        people: Who labelled them.
        verdict: What the numbers allow, in words.
        disagreements: The images people disagree about, most first.
        unsure: Of how many images each person said that they cannot tell.
    """

    alpha: float
    low: float
    high: float
    kappa: float | None
    kappa_name: str
    n: int
    people: tuple[str, ...]
    verdict: str
    disagreements: tuple[Disagreement, ...]
    kappa_low: float | None = None
    kappa_high: float | None = None
    kappa_n: int = 0
    unsure: Mapping[str, int] = field(default_factory=dict)


def agreement(ratings: Ratings, *, seed: int = 0) -> Agreement:
    """Agreement of annotators on the images that two or more of them labelled.

    Raises:
        NotEnoughData: Fewer than two images have labels of two people, or all labels are alike.
    """
    shared = (ratings.counts.sum(axis=1) >= 2).nonzero()[0]
    if len(shared) < 2:
        raise NotEnoughData(
            f"agreement needs at least 2 images that two annotators labelled, got {len(shared)};"
            " let a second annotator label some of the same images under another name"
        )
    alike = Patterns.among(ratings.codes[shared])
    counts = _counted(alike.codes, len(ratings.labels))
    each = _coincidences(counts)
    value = _alpha(np.tensordot(alike.times, each, 1), ratings.is_ordered)
    if value is None:
        raise NotEnoughData(
            f"all {int(alike.times @ counts.sum(axis=1))} labels of shared images are the same, so"
            " agreement cannot be told from habit; label images of at least two kinds"
        )
    low, high = _interval(each, alike.times, ratings.is_ordered, value, seed)
    taking_part = (ratings.codes[shared] >= 0).any(axis=0).nonzero()[0]
    kappa, ends, name, kappa_n = _kappa(ratings, shared, taking_part, seed)
    return Agreement(
        alpha=value,
        low=low,
        high=high,
        kappa=kappa,
        kappa_name=name,
        n=len(shared),
        people=tuple(ratings.people[p] for p in taking_part),
        verdict=verdict(value),
        disagreements=_disagreements(ratings, shared),
        kappa_low=ends[0],
        kappa_high=ends[1],
        kappa_n=kappa_n,
        unsure={who: len(images) for who, images in sorted(ratings.unsure.items()) if images},
    )


def verdict(value: float) -> str:
    """What an alpha allows (docs/methods.md#krippendorff-alpha)."""
    if value < HOPELESS:
        return "annotators do not agree: no model can be validated"
    if value < TENTATIVE:
        return "annotators agree poorly: too little to draw conclusions"
    if value < GOOD:
        return "annotators agree enough for tentative conclusions"
    return "annotators agree well"


def alpha(counts: Ints, *, is_ordered: bool) -> float | None:
    """Krippendorff's alpha of (n, k) labels per image: 1 perfect, 0 what chance gives.

    Images with fewer than two labels do not count; None where all labels are the same.

    Source: Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": the coincidences of
    the labels, with the nominal or the ordinal distance.
    """
    counts = counts[counts.sum(axis=1) >= 2]
    return _alpha(_coincidences(counts).sum(axis=0), is_ordered)


def _coincidences(counts: Ints) -> Floats:
    """(n, k, k) pairs of labels within each image, each label weighing one in all."""
    each = counts.sum(axis=1)[:, None, None]
    pairs = counts[:, :, None] * counts[:, None, :]
    own = np.eye(counts.shape[1]) * counts[:, :, None]
    found: Floats = (pairs - own) / (each - 1)
    return found


def _alpha(coincidence: Floats, is_ordered: bool) -> float | None:
    marginal = coincidence.sum(axis=0)
    total = marginal.sum()
    cost = _distance(marginal, is_ordered)
    observed = (coincidence * cost).sum() / total
    expected = (np.outer(marginal, marginal) * cost).sum() / (total * (total - 1))
    return None if expected < _DEGENERATE else float(1 - observed / expected)


def _distance(marginal: Floats, is_ordered: bool) -> Floats:
    """(k, k) squared distance of two labels; ordinal: how many labels lie between them."""
    k = len(marginal)
    if not is_ordered:
        return 1 - np.eye(k)
    middle = np.cumsum(marginal) - marginal / 2
    squared: Floats = np.subtract.outer(middle, middle) ** 2
    return squared


def _interval(
    each: Floats, times: Ints, is_ordered: bool, value: float, seed: int
) -> tuple[float, float]:
    """95 % bootstrap interval over images; draws whose labels are all the same do not count."""
    rng, n = generator(seed, "agreement", "bootstrap"), int(times.sum())
    weights = rng.multinomial(n, times / n, size=DRAWS)
    drawn = [_alpha(np.tensordot(weight, each, 1), is_ordered) for weight in weights]
    known = [one for one in drawn if one is not None]
    low, high = np.quantile(known, [0.025, 0.975])
    return min(float(low), value), max(float(high), value)


Ends = tuple[float | None, float | None]


def _kappa(
    ratings: Ratings, shared: Ints, people: Ints, seed: int
) -> tuple[float | None, Ends, str, int]:
    """Kappa of the images that all these people labelled, its interval over them, its name, n."""
    codes = ratings.codes[np.ix_(shared, people)]
    alike = Patterns.among(codes[(codes >= 0).all(axis=1)])
    complete, m = alike.codes, int(alike.times.sum())
    is_pair = len(people) == 2
    name = "Fleiss" if not is_pair else "Cohen"
    name += ", quadratic weights" if is_pair and ratings.is_ordered else ""
    if m == 0 or len(np.unique(complete)) < 2:
        return None, (None, None), name, m
    drawn = generator(seed, "agreement", "kappa").multinomial(m, alike.times / m, size=DRAWS)
    weights = np.concatenate([alike.times[None].astype(np.float64), drawn])  # as they are first
    k = len(ratings.labels)
    with np.errstate(invalid="ignore", divide="ignore"):  # a draw of one label only
        if is_pair:
            cells = np.eye(k * k)[complete[:, 0] * k + complete[:, 1]]
            tables = (weights @ cells).reshape(-1, k, k)
            found = cohen(tables, is_ordered=ratings.is_ordered)
        else:
            found = _fleiss(_counted(complete, k), weights)
    value = float(found[0])
    low, high = np.nanquantile(found[1:], [0.025, 0.975])
    return value, (min(float(low), value), max(float(high), value)), name, m


def _fleiss(counts: Ints, weights: Floats) -> Floats:
    """(b,) Fleiss' kappa of (m, k) labels per image, for each of (b, m) weightings of images.

    Every image has the same number of labels, at least 2.

    Source: Fleiss 1971.
    """
    each, m = int(counts[0].sum()), weights.sum(axis=1)
    own = (counts * (counts - 1)).sum(axis=1) / (each * (each - 1))
    together = weights @ own / m
    by_chance = (((weights @ counts) / (m[:, None] * each)) ** 2).sum(axis=1)
    kappas: Floats = (together - by_chance) / (1 - by_chance)
    return kappas


def _counted(codes: Ints, k: int) -> Ints:
    """(n, k) how often each of the k codes stands in each row."""
    counts: Ints = np.zeros((len(codes), k), dtype=np.int64)
    for said in codes.T:
        rows = np.flatnonzero(said >= 0)
        counts[rows, said[rows]] += 1
    return counts


def _disagreements(ratings: Ratings, shared: Ints) -> tuple[Disagreement, ...]:
    k = len(ratings.labels)
    steps = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    cost = steps**2 if ratings.is_ordered else (steps > 0)
    found = []
    counts = ratings.counts[shared]
    each = counts.sum(axis=1)
    means = ((counts @ cost.astype(np.int64)) * counts).sum(axis=1) / (each * (each - 1))
    for row, mean in zip(shared[means > 0].tolist(), means[means > 0].tolist(), strict=True):
        image = ratings.ids[row]
        codes = zip(ratings.people, ratings.codes[row].tolist(), strict=True)
        said = {person: ratings.labels[code] for person, code in codes if code >= 0}
        said |= {p: UNSURE for p, images in ratings.unsure.items() if image in images}
        found.append(Disagreement(image, said, mean))
    return tuple(sorted(found, key=lambda one: (-one.cost, one.image)))

"""What to label next, the most informative and the unexplored, with a reason for each image."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

import numpy as np

from contrast_engine.arrays import Floats, Ints
from contrast_engine.clusterings import means
from contrast_engine.clusterings.kmeans import nearest_means
from contrast_engine.errors import OptionError
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pseudo_labels.abstaining import distances, nearest_distance
from contrast_engine.pseudo_labels.expected_accuracy import covering, most_telling
from contrast_engine.randomness import generator
from contrast_engine.results import Predictions
from contrast_engine.vectors import ImageId, Vectors

EXPLORATION = 0.25
"""Share of every queue drawn at random: it meets the unusual, and calibrates (own choice)."""

AT_RANDOM = "drawn at random"
"""How the reason of a randomly drawn image begins.

It is kept with the label and is part of the keys of models, so it must stay as it is.
"""

SHARED = "shared"
"""The kind of an image that everybody is asked about."""

EXTREMES = ("c_rms", "gcf")
"""Features at whose ends a kind of image without a label is looked for."""

MOST_GROUPS = 500
FITTED_ON = 20_000
MOST_KNOWN = 5_000
_RESTARTS = 3


@dataclass(frozen=True)
class LabelSuggestion:
    """An image to label, why, and by which part of the strategy it was chosen."""

    image: ImageId
    reason: str
    kind: str


def was_random(why: str) -> bool:
    """Whether a label was given to a randomly drawn image, by the remark kept with it."""
    return why == "random" or why.startswith(AT_RANDOM)


def spread_queue(
    space: Vectors,
    features: Vectors,
    labelled: Collection[ImageId],
    count: int,
    *,
    seed: int = 0,
) -> tuple[LabelSuggestion, ...]:
    """Images chosen without a model: stand-ins of groups, borders, extremes, a quarter random.

    The space is cut into as many groups as there would be labels; a group without a label is
    represented by its most central image, the largest group first (as TypiClust does, Hacohen
    2022). Borders are the images nearest to being in another group.

    Args:
        space: The scaled images.
        features: With the columns of `EXTREMES`, as far as they were measured.
        labelled: Images that have a label already; they are not asked for again.
        count: How many to choose.
        seed: For groups and the random part.
    """
    lanes = _lanes(space, features, ImageSet.of(labelled), count, seed)
    return _mixed(lanes, space, labelled, count, seed)


def coverage_queue(
    space: Vectors, labelled: Collection[ImageId], count: int, *, seed: int = 0
) -> tuple[LabelSuggestion, ...]:
    """Images that tell most about the others whatever their labels, a quarter random.

    The recommended queue without a model (docs/methods.md#coverage-queue).
    """
    order, known = _by_id(space, labelled)
    reason = "tells most about images unlike those labelled"
    chosen = (LabelSuggestion(space.ids[row], reason, "covering")
              for row in covering(space, known, _positive(count), seed, order))  # fmt: skip
    return _mixed(chosen, space, labelled, count, seed)


def active_queue(
    space: Vectors,
    predictions: Predictions,
    labelled: Collection[ImageId],
    count: int,
    *,
    seed: int = 0,
) -> tuple[LabelSuggestion, ...]:
    """Images whose labels are expected to make a model right most often, a quarter random.

    The recommended queue with a model (docs/methods.md#active-queue).
    """
    there, places = _predicted(space, predictions)
    order, known = _by_id(there, labelled)

    def said(rows: Ints) -> Floats:
        return predictions.at_rows(places[rows])

    rows: Iterable[int] = ()
    if len(there):
        rows = most_telling(there, said, known, _positive(count), seed, order)
    chosen = (LabelSuggestion(there.ids[row], "", "unsure") for row in rows)
    return _in_words(predictions, _mixed(chosen, space, labelled, count, seed))


def doubt_queue(
    space: Vectors,
    predictions: Predictions,
    labelled: Collection[ImageId],
    count: int,
    *,
    seed: int = 0,
) -> tuple[LabelSuggestion, ...]:
    """Images that a model doubts and that differ from all chosen, a quarter random.

    One after the other, the image with the largest product of doubt (entropy of its
    probabilities) and distance to the nearest image labelled or chosen, distances counted no
    further than their median so that outliers do not win by being far away. Of more than
    `FITTED_ON` images only those of most doubt are compared, and with at most `MOST_KNOWN` drawn
    labelled ones.
    """
    ids = (space.images & predictions.ids.images) - ImageSet.of(labelled)
    doubting = iter(_doubtful(space, predictions, ids, labelled, count))
    return _mixed(doubting, space, labelled, count, seed)


def random_queue(
    space: Vectors, labelled: Collection[ImageId], count: int, *, seed: int = 0
) -> tuple[LabelSuggestion, ...]:
    """Unlabelled images drawn with equal chances."""
    drawn = _drawn(space, labelled, seed)[: _positive(count)]
    return tuple(LabelSuggestion(image, f"{AT_RANDOM} like all of this queue", "random")
                 for image in drawn)  # fmt: skip


def shared_queue(
    space: Vectors,
    who: str,
    overlap: float,
    labelled: Collection[ImageId],
    count: int,
    *,
    seed: int = 0,
) -> tuple[LabelSuggestion, ...]:
    """Images drawn for one of several annotators, a share of them the same for everybody.

    Every image has the same chance; only the shared part tells how far people agree. What
    anybody labels moves nobody's order.

    Args:
        space: Every image.
        who: Who will be asked.
        overlap: Share, 0..1, of the queue that everybody is asked about.
        labelled: Images that this person has labelled.
        count: How many to draw.
        seed: For all draws.
    """
    everybody = _drawn(space, (), seed)
    n_shared = round(overlap * len(space))
    rest = everybody[n_shared:].images
    lot = generator(seed, "queue", "random", who).permutation(len(rest))
    for_all = (LabelSuggestion(i, f"{AT_RANDOM} for everybody", SHARED)
               for i in everybody[:n_shared])  # fmt: skip
    own = (LabelSuggestion(rest[row], f"{AT_RANDOM} for you", "random") for row in lot)
    found: list[LabelSuggestion] = []
    for place in range(len(space)):
        is_shared = int((place + 1) * overlap) > int(place * overlap)
        lanes = (for_all, own) if is_shared else (own, for_all)
        wanted = next(chain(*lanes), None)
        if wanted is not None and wanted.image not in labelled:
            found.append(wanted)
        if len(found) == count:
            break
    return tuple(found[: _positive(count)])


def _by_id(space: Vectors, labelled: Collection[ImageId]) -> tuple[Ints, Ints]:
    """The rows of the space in the order of ids, and those of them that have a label."""
    known = space.places(ImageSet.of(labelled))
    return space.ids.order, known[known >= 0]


def _predicted(space: Vectors, predictions: Predictions) -> tuple[Vectors, Ints]:
    """The rows of the space that a model spoke of, and the place of each in what it said."""
    places = predictions.ids.places(space.ids)
    is_there = places >= 0
    if is_there.all():
        return space, places
    return space.take(ImageIds(space.numbers[is_there])), places[is_there]


def _positive(count: int) -> int:
    if count < 1:
        raise OptionError(f"the number of images must be at least 1, got {count}")
    return count


def _drawn(space: Vectors, labelled: Collection[ImageId], seed: int) -> ImageIds:
    """Shuffle the unlabelled images; every image's lot is its own, so labelling keeps the order."""
    lot = generator(seed, "queue", "random").permutation(len(space))
    by_lot = np.empty_like(space.images.numbers)
    by_lot[lot] = space.images.numbers
    return ImageIds(by_lot[ImageSet.of(labelled).rows_in(by_lot) < 0])


def _mixed(
    chosen: Iterator[LabelSuggestion],
    space: Vectors,
    labelled: Collection[ImageId],
    count: int,
    seed: int,
) -> tuple[LabelSuggestion, ...]:
    """Chosen images, every fourth one random, each image once and none labelled."""
    every = round(1 / EXPLORATION)
    drawn = _drawn(space, labelled, seed)
    why = f"{AT_RANDOM}, so that the labels also cover the unusual"
    at_random = (LabelSuggestion(drawn[row], why, "random") for row in range(len(drawn)))
    taken: dict[ImageId, LabelSuggestion] = {}
    for place in range(1, min(_positive(count), len(space)) + 1):
        lanes = (at_random, chosen) if place % every == 0 else (chosen, at_random)
        wanted = next((w for w in chain(*lanes) if w.image not in taken), None)
        if wanted is None:
            break
        taken[wanted.image] = wanted
    return tuple(taken.values())


def _lanes(
    space: Vectors, features: Vectors, labelled: ImageSet, count: int, seed: int
) -> Iterator[LabelSuggestion]:
    """Three stand-ins, then one border image and one extreme, and so on."""
    by_id = space.take(space.images)
    typical, border = _of_groups(by_id, labelled, count, seed)
    extreme = _extremes(features, by_id, labelled)
    for turn in zip_longest(typical[0::3], typical[1::3], typical[2::3], border, extreme):
        yield from (wanted for wanted in turn if wanted is not None)


def _of_groups(
    space: Vectors, labelled: ImageSet, count: int, seed: int
) -> tuple[list[LabelSuggestion], list[LabelSuggestion]]:
    values = space.values
    rows = values
    if len(values) > FITTED_ON:
        drawn = generator(seed, "queue", "sample").choice(len(values), FITTED_ON, replace=False)
        rows = values[np.sort(drawn)]
    k = min(len(labelled) + count, MOST_GROUPS, len(np.unique(rows, axis=0)))
    group = nearest_means(rows, values, max(k, 1), _RESTARTS, seed)
    centres = means(values, group, max(k, 1))
    away = np.sqrt(np.square(values - centres[group]).sum(axis=1))
    of_labelled = space.places(labelled)
    known = np.isin(group, np.unique(group[of_labelled[of_labelled >= 0]]))
    typical = []
    sizes = np.bincount(group, minlength=len(centres))
    for number in sorted(np.unique(group[~known]), key=lambda g: (-sizes[g], int(g))):
        members = np.flatnonzero(group == number)
        centre = members[np.argmin(away[members])]
        alike = f"{sizes[number]} images like it" if sizes[number] > 1 else "itself alone"
        reason = f"stands for {alike}, none of them labelled"
        typical.append(LabelSuggestion(space.ids[centre], reason, "typical"))
    return typical, _borders(space, labelled, centres, count, seed)


def _borders(
    space: Vectors, labelled: ImageSet, centres: Floats, count: int, seed: int
) -> list[LabelSuggestion]:
    """The images with the largest ratio of the distances to the two nearest group means.

    Of very many, a seeded draw is looked at, and the reason says so.
    """
    if len(centres) < 2:
        return []
    rows, reason = np.arange(len(space)), "lies between two groups of images"
    if len(rows) > FITTED_ON:
        rows = generator(seed, "queue", "borders").choice(len(rows), FITTED_ON, replace=False)
        rows, reason = np.sort(rows), f"{reason}, among {FITTED_ON:,} drawn ones"
    near = np.partition(distances(space.values[rows], centres), 1, axis=1)
    ratio = near[:, 0] / np.maximum(near[:, 1], 1e-12)
    order = rows[np.argsort(-ratio, kind="stable")]
    order = order[labelled.rows_in(space.numbers[order]) < 0]
    return [LabelSuggestion(space.ids[row], reason, "border") for row in order[:count]]


def _extremes(features: Vectors, space: Vectors, labelled: ImageSet) -> Iterator[LabelSuggestion]:
    """The lowest and highest of each feature in turns, from the outside in."""
    is_open = labelled.rows_in(space.numbers) < 0
    places = features.places(space.images)  # the space is in the order of the ids
    rows = np.flatnonzero(is_open & (places >= 0))
    ends: list[Iterator[LabelSuggestion]] = []
    for name in (n for n in EXTREMES if n in features.columns):
        order = rows[np.argsort(features.column(name)[places[rows]], kind="stable")]
        for ordered, word in ((order, "lowest"), (order[::-1], "highest")):
            reason = f"among the {word} of {name}, where a kind without a label may hide"
            ends.append(_each(space, ordered, reason))
    for turn in zip_longest(*ends):
        yield from (wanted for wanted in turn if wanted is not None)


def _each(space: Vectors, rows: Ints, reason: str) -> Iterator[LabelSuggestion]:
    return (LabelSuggestion(space.ids[row], reason, "extreme") for row in rows)


def _doubtful(
    space: Vectors,
    predictions: Predictions,
    ids: ImageSet,
    labelled: Collection[ImageId],
    count: int,
) -> list[LabelSuggestion]:
    if not ids:
        return []
    probability = predictions.probability[predictions.ids.places(ids)]
    doubt = -(probability * np.log(np.maximum(probability, 1e-12))).sum(axis=1)
    if len(ids) > FITTED_ON:
        most = np.sort(np.argsort(-doubt, kind="stable")[:FITTED_ON])
        ids, probability, doubt = ImageSet(ids.numbers[most]), probability[most], doubt[most]
    values = space.take(ids).values
    known = ImageSet.of(labelled) & space.images
    if len(known) > MOST_KNOWN:
        drawn = generator(0, "queue", "known").choice(len(known), MOST_KNOWN, replace=False)
        known = ImageSet(known.numbers[drawn])
    apart = np.full(len(ids), np.inf)
    if len(known):
        apart = nearest_distance(values, space.take(known).values)
    far = apart if len(known) else np.sqrt(np.square(values - values.mean(axis=0)).sum(axis=1))
    usual = float(np.median(far))
    found = []
    for _ in range(min(count, len(ids))):
        row = int(np.argmax((doubt + 1e-9) * np.minimum(apart, usual)))
        found.append(
            LabelSuggestion(ids[row], _doubt_in_words(predictions, probability[row]), "unsure")
        )
        apart = np.minimum(apart, distances(values, values[[row]])[:, 0])
        apart[row] = -1.0
    return found


def _in_words(
    predictions: Predictions, found: tuple[LabelSuggestion, ...]
) -> tuple[LabelSuggestion, ...]:
    """Suggestions with what the model doubts as the reason of those that are unsure."""
    images = [one.image for one in found]
    said = predictions.at_rows(predictions.ids.places(ImageIds.of(images)))
    return tuple(
        replace(one, reason=_doubt_in_words(predictions, row)) if one.kind == "unsure" else one
        for one, row in zip(found, said, strict=True)
    )


def _doubt_in_words(predictions: Predictions, probability: Floats) -> str:
    first, second = np.argsort(-probability, kind="stable")[:2]
    return (
        f"the model hesitates between {predictions.labels[first]} ({probability[first]:.0%}) and"
        f" {predictions.labels[second]} ({probability[second]:.0%})"
    )

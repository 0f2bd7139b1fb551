"""consensus_labels: one label for each image, to learn from or to hand on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from contrast_engine.arrays import Bools, Ints, Json
from contrast_engine.by_image import ByImage
from contrast_engine.imageset import ImageIds, ImageSet
from contrast_engine.pseudo_labels.active_learning import was_random
from contrast_engine.ranking.consensus_rule import RuledLabels, apply_rule
from contrast_engine.steps.labels.annotator_agreement import ratings
from contrast_engine.store import Workspace
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES
from contrast_engine.vectors import ImageId

if TYPE_CHECKING:
    from contrast_engine.store.counted_labels import CountedLabels
    from contrast_engine.store.given_labels import CurrentLabels

Value = TypeVar("Value")


@dataclass(frozen=True)
class ConsensusLabels:
    """One label for each image, and how it came about.

    Args:
        ruled: The labels and the rule.
        people: How many people labelled each image that has a label or is disputed; none where
            the label is the name of its cluster.
        drawn: The images that were asked for at random.
    """

    ruled: RuledLabels
    people: Mapping[ImageId, int]
    drawn: frozenset[ImageId]

    @property
    def of(self) -> dict[ImageId, str]:
        """The label of each image."""
        return dict(self.ruled.of)

    @property
    def words(self) -> str:
        """By which rule they came about; empty for one annotator's own labels."""
        return self.ruled.words

    @property
    def problem(self) -> str:
        """Why nothing can be learnt, where people dispute every label there is; else empty."""
        n = len(self.ruled.disputed)
        if self.ruled.of or not n:
            return ""
        return (
            f"people call every labelled image ({n:,}) differently, so there is no consensus; see"
            " where they differ under Agreement, and let somebody else label these images too"
        )

    def rule_of(self, image: ImageId) -> str | None:
        """How the label of an image came about, None where it has none."""
        if image not in self.people:
            return None
        if not self.people[image]:
            return FROM_CLUSTER_NAMES
        return self.ruled.rule_of(image, self.people[image])

    def each(self, images: ImageIds) -> Iterator[tuple[str, str | None]]:
        """Label and rule of some images in their order, "" where there is none.

        No text is kept for any image, and of all images only numbers: for a file of very many.
        """
        disputed = self._is_disputed(images).tolist()
        of, people = _aligned(self.ruled.of, images), _aligned(self.people, images)
        for label, n, is_disputed in zip(of, people, disputed, strict=True):
            if n is None:
                yield "", None
            elif not n:
                yield label or "", FROM_CLUSTER_NAMES
            elif n < 2:
                yield label or "", "one person"
            else:
                yield label or "", "disputed" if is_disputed else f"{self.ruled.rule} of {n}"

    def _is_disputed(self, images: ImageIds) -> Bools:
        disputed = self.ruled.disputed
        known = disputed if isinstance(disputed, ImageIds) else ImageIds.of(disputed)
        return np.asarray(known.places(images) >= 0)

    def as_json(self) -> Json:
        """The rule, in numbers and words; empty for one person's own labels."""
        if self.ruled.rule == "one person":
            return {}
        return {
            "rule": self.ruled.rule,
            "people": self.ruled.people,
            "shared": self.ruled.shared,
            "disputed": len(self.ruled.disputed),
            "words": self.words,
        }


_known: "WeakKeyDictionary[CountedLabels, ConsensusLabels]" = WeakKeyDictionary()
_guard = Lock()


def consensus_labels(workspace: Workspace) -> ConsensusLabels:
    """The label of every labelled image: one annotator's last label, or the consensus of several.

    An image whose label was taken away after all that was said of it has none. One that nobody
    labelled keeps the name of its cluster, where it was given that as its label.
    """
    counted = workspace.labels.counted()
    with _guard:
        found = _known.get(counted)
    if found is None:
        found = _worked_out(workspace, counted.current)
        with _guard:
            _known[counted] = found
    return found


def _worked_out(workspace: Workspace, current: "CurrentLabels") -> ConsensusLabels:
    is_random = np.array([was_random(why) for why in current.whys], dtype=np.bool_)
    drawn = frozenset(current.among(is_random[current.why_codes]).images)
    gathered = ratings(workspace).among(current.images)
    names = current.names
    if len(gathered.people) < 2:
        own = _labels_by_image(ImageIds(current.numbers), current.codes, names)
        alone = RuledLabels(own, "one person", len(gathered.people), 0, ())
        judged = _numbers_by_image(ImageIds(current.numbers), current.is_judged.astype(np.int64))
        return ConsensusLabels(alone, judged, drawn)
    heard = gathered.counts.sum(axis=1)
    ids = ImageIds.of(gathered.ids)
    unjudged = current.among(~current.is_judged)
    unjudged = unjudged.among(ids.images.rows_in(unjudged.numbers) < 0)
    ruled = apply_rule(gathered)
    if not len(unjudged):
        return ConsensusLabels(ruled, _numbers_by_image(ids, heard), drawn)
    code = {name: place for place, name in enumerate(names)}
    sure = ImageIds.of(ruled.of)
    codes = np.array([code[label] for label in ruled.of.values()], dtype=np.int64)
    of = _labels_by_image(
        _joined(sure, unjudged.images), np.concatenate([codes, unjudged.codes]), names
    )
    people = np.concatenate([heard, np.zeros(len(unjudged), dtype=np.int64)])
    return ConsensusLabels(
        replace(ruled, of=of, named=len(unjudged)),
        _numbers_by_image(_joined(ids, unjudged.images), people),
        drawn,
    )


def _joined(first: ImageIds, then: ImageSet) -> ImageIds:
    return ImageIds(np.concatenate([first.numbers, then.numbers]))


def _labels_by_image(ids: ImageIds, codes: Ints, names: Sequence[str]) -> ByImage[str]:
    return ByImage(
        ids, lambda: [names[code] for code in codes.tolist()], lambda row: names[codes[row]]
    )


def _numbers_by_image(ids: ImageIds, numbers: Ints) -> ByImage[int]:
    return ByImage(ids, numbers.tolist, lambda row: int(numbers[row]))


def _aligned(by_image: Mapping[ImageId, Value], images: ImageIds) -> list[Value | None]:
    """What stands at each of some images, None where nothing does."""
    if isinstance(by_image, ByImage):
        return by_image.at(images)
    return [by_image.get(image) for image in images]

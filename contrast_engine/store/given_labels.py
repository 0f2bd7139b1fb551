"""The labels of now as mappings by image, which hold columns and make one object when asked."""

from collections.abc import ItemsView, Iterator, Mapping, Sequence, ValuesView
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.imageset import ImageId, ImageIds, ImageSet, Numbers
from contrast_engine.store.label_log import LabelLog
from contrast_engine.store.label_state import Held
from contrast_engine.store.label_types import Label

V = TypeVar("V")

_SHOWN = 100
"""Images up to which the whole mapping is written out where it is printed."""


class LabelsByImage(Mapping[ImageId, V]):
    """Something of each of some images, in the order of their ids.

    It behaves as a dict and equals one. What is done with all images at once is done with
    `images`, `codes` and `names`.
    """

    def __init__(self, log: LabelLog, held: Held) -> None:
        self._log = log
        self._held = held

    @property
    def held(self) -> Held:
        """The annotation that holds for each image."""
        return self._held

    @property
    def numbers(self) -> Numbers:
        """The images as numbers, rising."""
        return self._held.numbers

    @cached_property
    def images(self) -> ImageSet:
        """The images."""
        return ImageSet(self._held.numbers)

    @property
    def rows(self) -> Ints:
        """The annotation of each image, as its place among all: it rises with their number."""
        return self._held.rows

    @cached_property
    def codes(self) -> Ints:
        """The label of each image, as its place in `names`; -1 for unsure."""
        codes: Ints = self._log.label.all[self._held.rows]
        return codes

    @property
    def names(self) -> Sequence[str]:
        """Every label that was ever given."""
        return self._log.labels.texts

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many images have each label, in the order in which the labels were first given."""
        found = np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))
        return {self.names[code]: int(found[code]) for code in np.flatnonzero(found).tolist()}

    def among(self, where: Bools) -> "LabelsByImage[V]":
        """The same of those of the images for which something is true."""
        return type(self)(self._log, self._held.of(where))

    def codes_of(self, order: "ImageSet | ImageIds") -> Ints:
        """The label of each of some images as a place in `names`, -1 for none or unsure."""
        places = self.images.rows_in(order.numbers)
        return np.where(places >= 0, np.append(self.codes, -1)[places], -1)

    def row(self, image: object) -> int:
        """The row of the annotation of an image, -1 where it has none."""
        if not isinstance(image, str) or len(image) != 16:
            return -1
        try:
            return self._held.row(int(image, 16))
        except ValueError:
            return -1

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[ImageId]:
        return iter(self.images)

    def __contains__(self, image: object) -> bool:
        return self.row(image) >= 0

    def __getitem__(self, image: ImageId) -> V:
        row = self.row(image)
        if row < 0:
            raise KeyError(image)
        return self._value(image, row)

    def items(self) -> ItemsView[ImageId, V]:
        """The images with what they have."""
        return _Items(self)

    def values(self) -> ValuesView[V]:
        """What the images have."""
        return _Values(self)

    def __repr__(self) -> str:
        return repr(dict(self)) if len(self) <= _SHOWN else f"<labels of {len(self):,} images>"

    def _value(self, image: ImageId, row: int) -> V:
        raise NotImplementedError

    def _values(self) -> Iterator[V]:
        raise NotImplementedError


class CurrentLabels(LabelsByImage[Label]):
    """The label each image has now."""

    @cached_property
    def is_judged(self) -> Bools:
        """Whether somebody gave it to the image, and not a rule by the name of its cluster."""
        judged: Bools = self._log.why.all[self.rows] != self._log.from_clusters
        return judged

    @property
    def whys(self) -> Sequence[str]:
        """Every remark that was ever kept with a label."""
        return self._log.whys.texts

    @cached_property
    def why_codes(self) -> Ints:
        """The remark on the label of each image, as its place in `whys`."""
        codes: Ints = self._log.why.all[self.rows]
        return codes

    @property
    def people(self) -> Sequence[str]:
        """Everybody who ever labelled."""
        return self._log.people.texts

    @cached_property
    def who_codes(self) -> Ints:
        """Who gave the label of each image, as a place in `people`."""
        codes: Ints = self._log.who.all[self.rows]
        return codes

    def seq_of(self, image: ImageId) -> int:
        """The number of the annotation that gave an image its label, 0 where it has none."""
        row = self.row(image)
        return int(self._log.seq.all[row]) if row >= 0 else 0

    def seqs_of(self, order: "ImageSet | ImageIds") -> Ints:
        """The same of some images at once, in their order."""
        places = self.images.rows_in(order.numbers)
        seqs = np.append(self._log.seq.all[self._held.rows], 0)
        return np.where(places >= 0, seqs[places], 0)

    def last(self) -> "tuple[Label, ImageSet] | None":
        """The label that was given last of these, with all images that got it at once."""
        if not len(self):
            return None
        row = int(self.rows.max())
        images = ImageSet(self.numbers[self.rows == row])
        return self._log.label_of(images[0], row), images

    def _value(self, image: ImageId, row: int) -> Label:
        return self._log.label_of(image, row)

    def _values(self) -> Iterator[Label]:
        return self._log.labels_of(self.images, self.rows)


class OwnLabels(LabelsByImage["str | None"]):
    """The last label of one annotator for each image; None where they are unsure."""

    def _value(self, image: ImageId, row: int) -> str | None:
        code = int(self._log.label.all[row])
        return self.names[code] if code >= 0 else None

    def _values(self) -> Iterator[str | None]:
        names = [*self.names, None]
        return (names[code] for code in self.codes.tolist())


class _Items(ItemsView[ImageId, V]):
    _mapping: LabelsByImage[V]

    def __iter__(self) -> Iterator[tuple[ImageId, V]]:
        return zip(self._mapping, self._mapping._values(), strict=True)


class _Values(ValuesView[V]):
    _mapping: LabelsByImage[V]

    def __iter__(self) -> Iterator[V]:
        return self._mapping._values()


@dataclass(frozen=True, slots=True)
class PersonProgress:
    """How much one annotator has done.

    Args:
        labelled: Images that they gave a label that holds.
        unsure: Images of which they said that they cannot tell.
        since: Images of both kinds that they spoke of since the time asked about.
        last_at: When they did so last, as it stands in the log; "" where nobody can tell.
    """

    labelled: int
    unsure: int
    since: int
    last_at: str


def person_progress(log: LabelLog, own: LabelsByImage[Any], since: int) -> PersonProgress:
    """How much the labels of one annotator come to.

    Args:
        log: The log they stand in.
        own: Their labels.
        since: A time in milliseconds since 1970.
    """
    times = log.times[own.rows]
    last = int(own.rows[int(times.argmax())]) if len(times) and times.max() else -1
    return PersonProgress(
        int((own.codes >= 0).sum()),
        int((own.codes < 0).sum()),
        int((times >= since).sum()),
        log.at[last] if last >= 0 else "",
    )

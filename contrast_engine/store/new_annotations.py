"""Annotations to be written, column by column: three million are some numbers, not objects."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np

from contrast_engine.arrays import Bools, Ints
from contrast_engine.imageset import ImageId, ImageIds, Numbers, numbered
from contrast_engine.store.label_imports import NewAnnotation
from contrast_engine.store.label_log import Grown, Names, Texts

NONE = -1
"""A number that is not known."""

_AT_ONCE = 10_000
"""Rows that are Python objects at one time."""


class Said(NamedTuple):
    """What one row says.

    Args:
        image: The image.
        label: The label; None where it is taken away, or the annotator is unsure.
        is_unsure: True where the annotator cannot tell.
        who: The annotator, "" where that is not known.
        at: When, "" where that is not known.
        why: The remark, None where there is none.
        order: The number of the annotation elsewhere, `NONE` where it has none.
        undone: The number of its undoing there, `NONE` where it was not undone.
    """

    image: ImageId
    label: str | None
    is_unsure: bool
    who: str = ""
    at: str = ""
    why: str | None = None
    order: int = NONE
    undone: int = NONE


class NewAnnotations(Sequence[NewAnnotation]):
    """Annotations of one image each, in order; it behaves as a tuple of `NewAnnotation`.

    Attributes:
        label, who, why: The number of each in `labels`, `people`, `whys`; `NONE` for none.
    """

    def __init__(self) -> None:
        self.labels, self.people, self.whys = Names(), Names(), Names()
        self._image = Grown(np.uint64)
        self._codes = {name: Grown(np.int32) for name in ("label", "who", "why")}
        self._numbers = {name: Grown(np.int64) for name in ("order", "undone")}
        self._is_unsure = Grown(np.bool_)
        self._at = Texts()
        self._waiting: list[Said] = []

    @classmethod
    def of(cls, rows: Iterable[NewAnnotation]) -> "NewAnnotations":
        """The columns of some annotations; one of several images is several."""
        found = cls()
        for one in rows:
            for image in one.images:
                undone = NONE if one.undone is None else one.undone
                found.add(Said(image, one.label, one.is_unsure, one.who, one.at, one.why,
                               one.order, undone))  # fmt: skip
        return found

    def add(self, one: Said) -> None:
        """Put one more behind the others."""
        self._waiting.append(one)
        if len(self._waiting) >= _AT_ONCE:
            self._take()

    def _take(self) -> None:
        if not self._waiting:
            return
        image, label, is_unsure, who, at, why, order, undone = zip(*self._waiting, strict=True)
        self._waiting = []
        self._image.add(numbered(image))
        self._codes["label"].add(self.labels.codes(label))
        self._codes["who"].add(self.people.codes(who))
        self._codes["why"].add(self.whys.codes(why))
        self._numbers["order"].add(order)
        self._numbers["undone"].add(undone)
        self._is_unsure.add(is_unsure)
        self._at.add(at)

    def __len__(self) -> int:
        return len(self._image) + len(self._waiting)

    def _column(self, column: Grown) -> Any:
        self._take()
        return column.all

    @property
    def images(self) -> ImageIds:
        """The image of each."""
        return ImageIds(self._column(self._image))

    @property
    def label(self) -> Ints:
        """The number of the label of each."""
        return self._column(self._codes["label"])  # type: ignore[no-any-return]

    @property
    def who(self) -> Ints:
        """The number of the annotator of each."""
        return self._column(self._codes["who"])  # type: ignore[no-any-return]

    @property
    def why(self) -> Ints:
        """The number of the remark of each."""
        return self._column(self._codes["why"])  # type: ignore[no-any-return]

    @property
    def is_unsure(self) -> Bools:
        """Whether the annotator of each cannot tell."""
        return self._column(self._is_unsure)  # type: ignore[no-any-return]

    @property
    def order(self) -> Ints:
        """The number of each elsewhere."""
        return self._column(self._numbers["order"])  # type: ignore[no-any-return]

    @property
    def undone(self) -> Ints:
        """The number of the undoing of each elsewhere."""
        return self._column(self._numbers["undone"])  # type: ignore[no-any-return]

    def at(self, row: int) -> str:
        """When one was said."""
        self._take()
        return self._at[row]

    @property
    def times(self) -> "np.ndarray[tuple[int], np.dtype[np.bytes_]]":
        """When each was said, as bytes that sort as the texts do."""
        self._take()
        return self._at.padded

    def said(self, rows: Iterable[int] | Ints) -> Iterator[Said]:
        """What some rows say, one after the other."""
        self._take()
        where = np.asarray(rows if isinstance(rows, np.ndarray) else list(rows), dtype=np.int64)
        labels, people, whys = [*self.labels.texts, None], [*self.people.texts, ""], [
            *self.whys.texts, None]  # fmt: skip
        for start in range(0, len(where), _AT_ONCE):
            part = where[start : start + _AT_ONCE]
            columns = (self.label, self.is_unsure, self.who, self.why, self.order, self.undone)
            cells = zip(*(column[part].tolist() for column in columns), strict=True)
            images = ImageIds(self.images.numbers[part])
            for image, row, one in zip(images, part.tolist(), cells, strict=True):
                label, is_unsure, who, why, order, undone = one
                yield Said(image, labels[label], is_unsure, people[who] or "", self._at[row],
                           whys[why], order, undone)  # fmt: skip

    def chosen(self, rows: Ints, who: str = "", why: str = "") -> "NewAnnotations":
        """Some of them, with an annotator and a remark for those that have none.

        What was not undone after it was said was not undone.
        """
        found = NewAnnotations()
        for one in self.said(rows):
            is_undone = one.undone > one.order > 0
            found.add(one._replace(
                who=one.who or who, why=why if one.why is None else one.why,
                undone=one.undone if is_undone else NONE,
            ))  # fmt: skip
        found._take()
        return found

    @overload
    def __getitem__(self, at: int) -> NewAnnotation: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[NewAnnotation]: ...
    def __getitem__(self, at: int | slice) -> NewAnnotation | Sequence[NewAnnotation]:
        rows = range(len(self))[at]
        if isinstance(rows, range):
            return tuple(map(_as_one, self.said(rows)))
        return _as_one(next(self.said([rows])))

    def __iter__(self) -> Iterator[NewAnnotation]:
        return map(_as_one, self.said(np.arange(len(self))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def groups(self) -> Ints:
        """The first row of each run of neighbours that say the same of different images."""
        n = len(self)
        starts = np.zeros(n, dtype=np.bool_)
        starts[:1] = True
        columns = (self.label, self.who, self.why, self.order, self.undone, self.is_unsure,
                   self.times)  # fmt: skip
        for column in columns:
            starts[1:] |= column[1:] != column[:-1]
        self._part_repeated(starts, self.images.numbers)
        return np.flatnonzero(starts)

    @staticmethod
    def _part_repeated(starts: Bools, images: Numbers) -> None:
        """Begin a run anew where an image stands in it already."""
        run = np.cumsum(starts) - 1
        order = np.lexsort((images, run))
        same = (run[order][1:] == run[order][:-1]) & (images[order][1:] == images[order][:-1])
        ends = np.append(np.flatnonzero(starts), len(starts))
        for number in np.unique(run[order][1:][same]).tolist():
            known: set[int] = set()
            for row in range(int(ends[number]), int(ends[number + 1])):
                image = int(images[row])
                if image in known:
                    starts[row] = True
                    known = set()
                known.add(image)


def _as_one(said: Said) -> NewAnnotation:
    return NewAnnotation(
        (said.image,), said.label, said.is_unsure, said.who, said.at, said.why or "",
        max(said.order, 0), None if said.undone == NONE else said.undone,
    )  # fmt: skip

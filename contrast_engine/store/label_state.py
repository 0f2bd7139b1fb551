"""Which label each image has now: worked out from the log, anew only where something was added.

`label_queries` says the same in SQL, which is what the tests hold this against.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Ints
from contrast_engine.imageset import ImageSet, Numbers
from contrast_engine.store.label_log import LabelLog


@dataclass(frozen=True, eq=False)
class Held:
    """The annotation that holds for each of some images.

    Args:
        numbers: The images, rising.
        rows: The row of the annotation of each in the log.
    """

    numbers: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    rows: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.numbers)

    def row(self, number: int) -> int:
        """The row of the annotation of one image, -1 for none."""
        place = int(np.searchsorted(self.numbers, np.uint64(number)))
        is_there = place < len(self) and int(self.numbers[place]) == number
        return int(self.rows[place]) if is_there else -1

    def of(self, where: Bools) -> "Held":
        """The same of some of the images."""
        return Held(self.numbers[where], self.rows[where])

    def with_news(self, changed: ImageSet, news: "Held") -> "Held":
        """What holds once it is known anew for some images.

        Args:
            changed: The images of which something was said or undone.
            news: What holds now of those among them of which anything does.
        """
        if not len(self) or len(changed) >= len(self):
            kept = self.of(changed.rows_in(self.numbers) < 0)
        else:
            places = np.minimum(np.searchsorted(self.numbers, changed.numbers), len(self) - 1)
            known = places[self.numbers[places] == changed.numbers]
            if len(known) == len(changed) == len(news):  # each had one before and has one now
                rows = self.rows.copy()
                rows[known] = news.rows
                return Held(self.numbers, rows)
            kept = self
            if len(known):
                stays = np.ones(len(self), dtype=np.bool_)
                stays[known] = False
                kept = self.of(stays)
        if not len(news):
            return kept
        at = np.searchsorted(kept.numbers, news.numbers)
        return Held(np.insert(kept.numbers, at, news.numbers), np.insert(kept.rows, at, news.rows))


@dataclass(frozen=True, eq=False)
class LabelState:
    """What counts now.

    Args:
        current: The annotation that gives each labelled image its label.
        people: The last annotation of each annotator about each image that they labelled, or are
            unsure of; those that come from the name of a cluster are nobody's.
    """

    current: Held = field(default_factory=Held)
    people: Mapping[str, Held] = field(default_factory=dict)

    def advanced(self, log: LabelLog, changed: ImageSet) -> "LabelState":
        """What counts once something was said of some images, or undone."""
        if not len(changed):
            return self
        is_first = not len(self.current) and not self.people
        images, rows = log.said_of(None if is_first else changed)
        counts = ~log.undone[rows]
        images, rows = images[counts], rows[counts]
        news = _people(log, images, rows)
        people = {
            who: self.people.get(who, Held()).with_news(changed, news.get(who, Held()))
            for who in sorted({*self.people, *news})
        }
        return LabelState(
            self.current.with_news(changed, _current(log, images, rows)),
            {who: own for who, own in people.items() if len(own)},
        )


def _current(log: LabelLog, images: Numbers, rows: Ints) -> Held:
    """The last label of each image that still counts; of annotations in the order of the log."""
    unsure = log.is_unsure.all[rows]
    if unsure.any():
        # an annotator who is unsure takes back their own label of the image, and nobody else's
        who = log.who.all[rows]
        order = np.lexsort((images, who))  # keeps the order of the log within one of both
        same = _runs(images[order], who[order])
        last = np.maximum.reduceat(np.where(unsure[order], rows[order], -1), np.flatnonzero(same))
        taken = np.empty(len(rows), dtype=np.int64)
        taken[order] = last[np.cumsum(same) - 1]
        stays = ~unsure & (rows > taken)
        images, rows = images[stays], rows[stays]
    order = np.argsort(images, kind="stable")
    held = _lasts(order, images, rows)
    return held.of(log.label.all[held.rows] >= 0)


def _people(log: LabelLog, images: Numbers, rows: Ints) -> dict[str, Held]:
    """The last annotation of each annotator about each image, of those in the order of the log."""
    if log.from_clusters >= 0:
        judged = log.why.all[rows] != log.from_clusters
        images, rows = images[judged], rows[judged]
    who = log.who.all[rows]
    found = {}
    for code in np.unique(who).tolist():
        own = who == code
        some, theirs = images[own], rows[own]
        held = _lasts(np.argsort(some, kind="stable"), some, theirs)
        held = held.of((log.label.all[held.rows] >= 0) | log.is_unsure.all[held.rows])
        found[log.people.texts[code]] = held
    return found


def _lasts(order: Ints, images: Numbers, rows: Ints) -> Held:
    """The last annotation of each image, of those sorted by image."""
    images, rows = images[order], rows[order]
    is_last = np.append(images[1:] != images[:-1], True)[: len(images)]
    return Held(images[is_last], rows[is_last])


def _runs(*columns: npt.NDArray[Any]) -> Bools:
    """True where a row differs from the one before it in any column."""
    starts = np.zeros(len(columns[0]), dtype=np.bool_)
    starts[:1] = True
    for column in columns:
        starts[1:] |= column[1:] != column[:-1]
    return starts

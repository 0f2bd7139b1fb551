"""The labels that count at one moment, without those of images that are not in the collection."""

from collections.abc import Mapping
from copy import copy
from functools import cached_property
from threading import Lock

import numpy as np

from contrast_engine.imageset import ImageId, ImageSet
from contrast_engine.store.given_labels import CurrentLabels, OwnLabels
from contrast_engine.store.label_log import LabelLog
from contrast_engine.store.label_state import Held, LabelState
from contrast_engine.store.label_types import OVERLAP, LabelSet


class CountedLabels:
    """What counts of a log at one moment; it stays as it is while the log grows.

    Args:
        log: The log.
        state: What its events give.
        out: The images whose labels do not count.
    """

    def __init__(self, log: LabelLog, state: LabelState, out: frozenset[ImageId]) -> None:
        self.log = log
        self._state, self._out = state, out
        self._last, self._size = log.last, len(log.seq)
        left = ImageSet.of(out) if out else None
        self.current = CurrentLabels(log, _without(state.current, left))
        people = {who: _without(own, left) for who, own in state.people.items()}
        self.people: Mapping[str, OwnLabels] = {
            who: OwnLabels(log, own) for who, own in people.items() if len(own)
        }
        self._alone: dict[str, CountedLabels] = {}
        self._lock = Lock()
        self._defined = log.defined
        self._undone = log.undone

    def is_of(self, log: LabelLog, state: LabelState, out: frozenset[ImageId]) -> bool:
        """Whether these are the labels of this state, with these images left out."""
        is_same = log is self.log and log.last == self._last and state is self._state
        return is_same and (out is self._out or out == self._out)

    @cached_property
    def label_set(self) -> LabelSet:
        """The labels to choose from: the set defined last, then labels used beyond it."""
        since, body = self._defined
        names = [*body.get("labels", []), *self._in_use(), *self._used_since(since)]
        return LabelSet(
            tuple(dict.fromkeys(names)),
            body.get("is_ordered", False),
            body.get("overlap", OVERLAP),
            body.get("is_blind") is True,
        )

    def only_of(self, who: str) -> "CountedLabels":
        """The labels that one annotator gave, as if nobody else had ever labelled."""
        with self._lock:
            if who not in self._alone:
                self._alone[who] = self._made_of(who)
            return self._alone[who]

    def _made_of(self, who: str) -> "CountedLabels":
        own = self.people.get(who)
        found = copy(self)
        found.people = {} if own is None else {who: own}
        judged = Held() if own is None else own.held.of(own.codes >= 0)
        found.current = CurrentLabels(self.log, judged)
        found.__dict__["label_set"] = self.label_set
        found._alone = {who: found}
        return found

    def _in_use(self) -> list[str]:
        """The labels that hold, in the order in which those of now were given."""
        if not len(self.current):
            return []
        codes, rows = self.current.codes, self.current.rows
        first = np.full(codes.max() + 1, self._size, dtype=rows.dtype)
        np.minimum.at(first, codes, rows)
        return [self.current.names[code] for code in np.argsort(first, kind="stable").tolist()
                if first[code] < self._size]  # fmt: skip

    def _used_since(self, seq: int) -> list[str]:
        """The labels that were given since an event and not undone, in the order of the log."""
        start = int(np.searchsorted(self.log.seq.all[: self._size], seq, side="right"))
        codes = self.log.label.all[start : self._size]
        codes = codes[(codes >= 0) & ~self._undone[start : self._size]]
        found: dict[int, None] = {}
        while len(codes):  # one turn for each label: the first that is left
            found[int(codes[0])] = None
            codes = codes[codes != codes[0]]
        return [self.log.labels.texts[code] for code in found]


def _without(held: Held, images: ImageSet | None) -> Held:
    return held if images is None else held.of(images.rows_in(held.numbers) < 0)

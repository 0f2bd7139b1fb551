"""The log of labels in memory, column by column; it grows by what is new, read only once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

import numpy as np
import numpy.typing as npt

from contrast_engine.arrays import Bools, Ints, Json
from contrast_engine.imageset import ImageId, ImageSet, Numbers, numbered
from contrast_engine.store.event_bodies import body_of
from contrast_engine.store.label_queries import STANDS
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES, Label
from contrast_engine.store.label_withdrawals import gave_back_since

_AT_ONCE = 50_000
"""Rows of the file that are Python objects at one time."""

_SAID = (
    "SELECT seq, label, who, at, why, is_unsure FROM events "
    "WHERE seq > ? AND kind = 'say' ORDER BY seq"
)
_UNDONE = "SELECT undoes FROM events WHERE seq > ? AND undoes IS NOT NULL"
_WITHDRAWN = (
    "SELECT w.withdraws, w.withdraws_since, w.seq FROM events AS w "
    f"WHERE w.seq > ? AND w.withdraws IS NOT NULL AND {STANDS}"
)
_DEFINED = (
    "SELECT seq, body FROM events WHERE seq > ? AND kind = 'define' ORDER BY seq DESC LIMIT 1"
)
_IMAGES = "SELECT seq, image FROM said WHERE seq > ? ORDER BY seq"
_LAST = "SELECT kind, who, at, label, undoes, token FROM events WHERE seq = ?"


class Grown:
    """Numbers that are only ever added to; what was given out of them stays as it is."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._room: npt.NDArray[Any] = np.zeros(64, dtype=kind)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, more: npt.ArrayLike) -> None:
        """Put further numbers behind the others."""
        new = np.asarray(more, dtype=self._room.dtype)
        size = self._size + len(new)
        if size > len(self._room):
            room = np.zeros(max(size, 2 * len(self._room)), dtype=self._room.dtype)
            room[: self._size] = self.all
            self._room = room
        self._room[self._size : size] = new
        self._size = size

    @property
    def all(self) -> npt.NDArray[Any]:
        """All of them so far."""
        return self._room[: self._size]


class Names:
    """Different texts, each with a number; 0 is the first that came."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._code: dict[str | None, int] = {None: -1}

    def codes(self, texts: Iterable[str | None]) -> list[int]:
        """The number of each text, -1 for None."""
        every = list(texts)
        for text in dict.fromkeys(every):
            if text not in self._code:
                self._code[text] = len(self.texts)
                self.texts.append(str(text))
        return list(map(self._code.__getitem__, every))

    def code(self, text: str) -> int:
        """The number of a text, -1 for one that never came."""
        return self._code.get(text, -1)


class Texts:
    """Many texts that are mostly different: their bytes, one after the other."""

    def __init__(self) -> None:
        self._bytes = Grown(np.uint8)
        self._ends = Grown(np.int64)
        self._ends.add([0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, texts: Sequence[str]) -> None:
        """Put further texts behind the others."""
        joined = "".join(texts)
        if joined.isascii():
            sizes, content = list(map(len, texts)), joined.encode()
        else:
            encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
            sizes, content = list(map(len, encoded)), b"".join(encoded)
        self._bytes.add(np.frombuffer(content, dtype=np.uint8))
        self._ends.add(int(self._ends.all[-1]) + np.cumsum(sizes, dtype=np.int64))

    def __getitem__(self, row: int) -> str:
        start, end = self._ends.all[row : row + 2].tolist()
        return self._bytes.all[start:end].tobytes().decode("utf-8", "surrogatepass")

    @property
    def padded(self) -> "np.ndarray[tuple[int], np.dtype[np.bytes_]]":
        """All of them as bytes of one length, which sort as the texts do; none holds a 0."""
        ends = self._ends.all
        sizes = np.diff(ends)
        width = max(int(sizes.max(initial=0)), 1)
        found = np.zeros((len(sizes), width), dtype=np.uint8)
        for at in range(width):
            has = sizes > at
            found[has, at] = self._bytes.all[ends[:-1][has] + at]
        return found.reshape(-1).view(f"S{width}")


class LabelLog:
    """Every annotation of one file, and what was said of which image by it.

    A row of an annotation is its place among all annotations. What an annotation said never
    changes; only `undone` does.
    """

    def __init__(self) -> None:
        self.last = 0
        self.labels, self.people, self.whys = Names(), Names(), Names()
        self.seq, self.label, self.who, self.why = (Grown(np.int64) for _ in range(4))
        self.is_unsure, self._undone = Grown(np.bool_), Grown(np.bool_)
        self.at = Texts()
        self.images, self.rows = Grown(np.uint64), Grown(np.int32)
        self.defined: tuple[int, Json] = (0, {})
        self._end: tuple[Any, ...] | None = None
        self._times = Grown(np.int64)

    def holds(self, connection: Connection) -> bool:
        """Whether what was read is still so, and all that changed is what follows it."""
        if self.last == 0:
            return True
        end = connection.execute(_LAST, (self.last,)).fetchone()
        return self._end == end and not gave_back_since(connection, self.last)

    def read(self, connection: Connection) -> ImageSet:
        """The images of which something changed, once the new events of the file are known."""
        since, known, start = self.last, len(self.seq), len(self.images)
        (self.last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        if self.last == since:
            return ImageSet(np.zeros(0, dtype=np.uint64))
        cursor = connection.execute(_SAID, (since,))
        while rows := cursor.fetchmany(_AT_ONCE):
            self._take(rows)
        for seq, body in connection.execute(_DEFINED, (since,)):
            self.defined = (int(seq), body_of(body))
        self._take_images(connection.execute(_IMAGES, (since,)), known)
        self._end = connection.execute(_LAST, (self.last,)).fetchone()
        undone = self._undo([seq for (seq,) in connection.execute(_UNDONE, (since,))], known)
        withdrawn = self._withdraw(connection.execute(_WITHDRAWN, (since,)).fetchall(), known)
        return ImageSet(np.concatenate([self.images.all[start:], undone, withdrawn]))

    def _take(self, said: Sequence[tuple[Any, ...]]) -> None:
        seqs, labels, people, at, whys, unsure = zip(*said, strict=True)
        self.seq.add(seqs)
        self.label.add(self.labels.codes(labels))
        self.who.add(self.people.codes(people))
        self.at.add(at)
        self.why.add(self.whys.codes(whys))
        self.is_unsure.add(np.array(unsure, dtype=np.int64) != 0)
        self._undone.add(np.zeros(len(said), dtype=np.bool_))

    def _take_images(self, rows: Any, known: int) -> None:
        new = self.seq.all[known:]
        while found := rows.fetchmany(_AT_ONCE):
            seqs, images = zip(*found, strict=True)
            self.images.add(numbered(images))
            self.rows.add(known + np.searchsorted(new, np.array(seqs, dtype=np.int64)))

    def _undo(self, seqs: Sequence[int], known: int) -> Numbers:
        """Mark annotations as undone; the images that those of before were about."""
        if not seqs or not len(self.seq):
            return np.zeros(0, dtype=np.uint64)
        wanted = np.array(seqs, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.seq.all, wanted), len(self.seq) - 1)
        places = places[self.seq.all[places] == wanted]  # an undone import is no annotation
        self._undone.all[places] = True
        before = places[places < known].astype(np.int32)
        return self.images.all[among(self.rows.all, before)]

    def _withdraw(self, withdrawals: Sequence[tuple[str, int, int]], known: int) -> Numbers:
        """Mark annotations as withdrawn; the images that those of before were about."""
        found = np.zeros(len(self.seq), dtype=np.bool_)
        for person, since, until in withdrawals:
            own = self.who.all == self.people.code(person)
            found |= own & (self.seq.all > since) & (self.seq.all < until)
        found &= ~self._undone.all
        self._undone.all[found] = True
        before = np.flatnonzero(found[:known]).astype(np.int32)
        return self.images.all[among(self.rows.all, before)]

    @property
    def undone(self) -> Bools:
        """Which annotations were undone, or are withdrawn."""
        return self._undone.all

    def said_of(self, images: ImageSet | None) -> tuple[Numbers, Ints]:
        """All that was ever said of some images, or of all: which, and the rows, in order."""
        if images is None:
            return self.images.all, self.rows.all
        where = among(self.images.all, images.numbers)
        return self.images.all[where], self.rows.all[where]

    @property
    def from_clusters(self) -> int:
        """The number of the remark on labels that are the name of a cluster, -1 without any."""
        return self.whys.code(FROM_CLUSTER_NAMES)

    @property
    def times(self) -> Ints:
        """When each annotation was made, in milliseconds since 1970; 0 where nobody can tell."""
        new = range(len(self._times), len(self.seq))
        self._times.add([_milliseconds(self.at[row]) for row in new])
        return self._times.all

    def label_of(self, image: ImageId, row: int) -> Label:
        """The label that an annotation gave an image."""
        return Label(
            image,
            self.labels.texts[self.label.all[row]],
            self.people.texts[self.who.all[row]],
            self.at[row],
            self.whys.texts[self.why.all[row]],
            int(self.seq.all[row]),
        )

    def labels_of(self, images: Iterable[ImageId], rows: Ints) -> Iterator[Label]:
        """The labels that annotations gave some images, one row each."""
        columns = (self.label, self.who, self.why, self.seq)
        parts = zip(*(column.all[rows].tolist() for column in columns), strict=True)
        names, people, whys = self.labels.texts, self.people.texts, self.whys.texts
        for image, row, (label, who, why, seq) in zip(images, rows.tolist(), parts, strict=True):
            yield Label(image, names[label], people[who], self.at[row], whys[why], seq)

    def first_used(self, rows: Iterable[int]) -> tuple[str, ...]:
        """The labels of some annotations, each once, in the order of the rows."""
        codes = dict.fromkeys(self.label.all[list(rows)].tolist())
        return tuple(self.labels.texts[code] for code in codes if code >= 0)


def among(values: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> Bools:
    """Whether each value is among some; quick where only a few are wanted."""
    if len(wanted) > 8:
        return np.isin(values, wanted)
    found = np.zeros(len(values), dtype=np.bool_)
    for one in wanted:
        found |= values == one
    return found


def _milliseconds(at: str) -> int:
    try:
        return round(datetime.fromisoformat(at).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        return 0

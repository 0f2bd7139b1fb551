"""What the log of labels says: read, and never written here."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from contrast_engine.access import acting, sees_others
from contrast_engine.image_id import ImageId
from contrast_engine.several import several
from contrast_engine.store import label_imports
from contrast_engine.store import label_queries as sql
from contrast_engine.store.collection_only import Strangers, anybody
from contrast_engine.store.database import Database
from contrast_engine.store.label_imports import LoggedAnnotation
from contrast_engine.store.label_memory import LabelMemory
from contrast_engine.store.label_schema import MIGRATIONS, SCHEMA
from contrast_engine.store.label_types import Annotation, Label, LabelSet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from contrast_engine.store.counted_labels import CountedLabels
    from contrast_engine.store.given_labels import CurrentLabels, OwnLabels, PersonProgress

_APART = 2**32
"""Between the versions of two people who do not see each other's labels; more than a log has."""


class LabelReadings:
    """What counts and what was ever said, of one log.

    Args:
        path: The file.
        left_out: Gives the images whose labels do not count now, as they are not in the
            collection; the log keeps them.
        strangers: Gives those of some images that were never in the collection.
    """

    def __init__(
        self,
        path: str | Path,
        left_out: Callable[[], frozenset[ImageId]] = frozenset,
        strangers: Strangers = anybody,
    ) -> None:
        self._left_out = left_out
        self._strangers = strangers
        self._database = Database(path, SCHEMA, MIGRATIONS)
        self._memory = LabelMemory(self._database)
        self._apart: dict[str, int] = {}

    def current(self) -> "CurrentLabels":
        """The label each labelled image has now: the last that was not undone.

        A mapping by image, which holds columns: as quick with a million as with ten, and after
        each further label only that one is worked out.
        """
        return self.counted().current

    def current_of(self, images: Iterable[ImageId]) -> dict[ImageId, Label]:
        """The label that each of a few images has now; the others are not looked at."""
        wanted = tuple(several(images, "images"))
        if self.seen_of() is not None:
            own = self.current()
            return {image: own[image] for image in wanted if image in own}
        with self._database.reading() as connection:
            return {} if connection is None else sql.labels_of(connection, wanted)

    def judged(self, images: Iterable[ImageId]) -> dict[str, dict[ImageId, str]]:
        """The last label of every annotator for a few images, as `by_person` gives them for all."""
        wanted = tuple(several(images, "images"))
        with self._database.reading() as connection:
            found = {} if connection is None else sql.judged(connection, wanted)
        seen = self.seen_of()
        return {who: said for who, said in found.items() if seen in (None, who)}

    def labelled_last(self, who: str, most: int) -> tuple[ImageId, ...]:
        """Some of the images that an annotator labelled last; their labels may be undone."""
        if self.seen_of() not in (None, who):
            return ()
        with self._database.reading() as connection:
            return () if connection is None else sql.labelled_last(connection, who, most)

    def history(self) -> tuple[Annotation, ...]:
        """Every annotation, oldest first, with those that were undone."""
        with self._database.reading() as connection:
            if connection is None:
                return ()
            rows = connection.execute(
                f"SELECT e.seq, e.label, e.who, e.at, e.why, NOT {sql.NOT_UNDONE}, "
                f"e.is_unsure, s.image "
                "FROM events AS e JOIN said AS s ON s.seq = e.seq ORDER BY e.seq, s.image"
            ).fetchall()
        seen = self.seen_of()
        rows = [row for row in rows if seen in (None, row[2])]
        return tuple(
            Annotation(
                seq, tuple(row[-1] for row in group), label, who, at, why, bool(is_undone),
                bool(is_unsure),
            )
            for (seq, label, who, at, why, is_undone, is_unsure), group in itertools.groupby(
                rows, key=lambda row: row[:7]
            )
        )  # fmt: skip

    def annotations(self) -> tuple[LoggedAnnotation, ...]:
        """All that anybody said of an image, oldest first, with what was undone."""
        return tuple(self.each_annotation())

    def each_annotation(self) -> Iterator[LoggedAnnotation]:
        """The same, one after the other as they are read: none is kept."""
        seen = self.seen_of()
        with self._database.reading() as connection:
            for one in () if connection is None else label_imports.annotations(connection):
                if seen in (None, one.who):
                    yield one

    def how_many(self) -> int:
        """How many annotations `each_annotation` gives."""
        with self._database.reading() as connection:
            return 0 if connection is None else label_imports.how_many(connection)

    def counted(self) -> "CountedLabels":
        """All that counts at this moment; the same object until something is added or undone."""
        found, seen = self._memory.counted(self._left_out()), self.seen_of()
        return found if seen is None else found.only_of(seen)

    def seen_of(self) -> str | None:
        """Whose labels alone are read now; None for everybody's.

        Where all are to label blind, who is no owner reads their own, whatever they ask.
        """
        person = None if sees_others() else acting()
        return person.name if person is not None and self.label_set().is_blind else None

    def by_person(self) -> "Mapping[str, OwnLabels]":
        """The last label of every annotator for every image; None where they are unsure.

        What was undone, or taken away, is not there, nor are labels that come from the name of a
        cluster: no annotator judged those images.
        """
        return self.counted().people

    def progress_by_person(self, since: str = "") -> "dict[str, PersonProgress]":
        """How much every annotator has done in all, and since a time.

        Args:
            since: The time, as in the log (ISO 8601); everything without it.

        Raises:
            OptionError: It is no time.
        """
        return self._memory.progress(self._left_out(), since)

    def everyone(self) -> frozenset[str]:
        """Everyone who ever labelled, named or defined something, also where it was undone."""
        with self._database.reading() as connection:
            rows = (
                () if connection is None
                else connection.execute("SELECT DISTINCT who FROM events")
            )  # fmt: skip
            return frozenset(who for (who,) in rows)

    @property
    def file(self) -> object:
        """Which file the log is: another one than before once somebody has replaced it."""
        return self._database.mark

    def version(self) -> int:
        """The number of the last event: it grows with every annotation and every undo.

        What is kept by it is one person's where they see nobody's labels but their own.
        """
        with self._database.reading() as connection:
            found = 0 if connection is None else sql.version(connection)
        seen = self.seen_of() if found else None
        if seen is not None:
            found += _APART * (1 + self._apart.setdefault(seen, len(self._apart)))
        return found

    def label_set(self) -> LabelSet:
        """The labels to choose from: the set defined last, then labels used beyond it."""
        return self._memory.counted(self._left_out()).label_set

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        self._database.close()
